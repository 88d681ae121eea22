import { beforeEach, expect, test } from 'vitest';
import type { PricePoint } from '../../../../src/core/market-data.ts';
import { MarketError } from '../../../../src/market/live/market-error.ts';
import { PricePolling } from '../../../../src/market/live/streams/price-polling.ts';
import type { Market } from '../../../../src/market/source.ts';
import { MovedClock, turn } from '../../../support/moved-clock.ts';

type Question = {
  readonly symbol: string;
  answer(mark: number): Promise<void>;
  refuse(error: Error): Promise<void>;
};

const markets = Array.from({ length: 40 }, (_, index) => ({ venue: 'okx', symbol: `M${index}` }) as Market);
const [first, second] = markets as [Market, Market];
let clock: MovedClock;
let polling: PricePolling;
let asked: Question[];
let told: [symbol: string, mark: number][];
let problems: string[];
let failing: Set<Market>;

beforeEach(() => {
  clock = new MovedClock();
  [asked, told, problems, failing] = [[], [], [], new Set()];
  polling = new PricePolling({
    clock,
    random: () => 0,
    isFailing: (market) => failing.has(market),
    onPrice: ({ symbol }, { mark }) => told.push([symbol, mark]),
    onProblem: (problem) => problems.push(problem),
    ask: ({ symbol }) =>
      new Promise<PricePoint>((resolve, reject) => {
        asked.push({
          symbol,
          answer: (mark) => {
            resolve({ timeMs: clock.nowMs(), mark });
            return turn();
          },
          refuse: (error) => {
            reject(error);
            return turn();
          },
        });
      }),
  });
});

async function seconds(count: number): Promise<void> {
  for (let second = 0; second < count; second += 1) {
    await clock.advance(1_000);
    polling.check();
  }
}

test('a market is asked for after 15 s of silence, or 5 s when its socket fails', async () => {
  polling.watch([first, second]);
  failing.add(second);
  await seconds(4);
  expect(asked).toEqual([]);
  await seconds(1);
  expect(asked.map(({ symbol }) => symbol)).toEqual(['M1']);
  await seconds(9);
  expect(asked).toHaveLength(1);
  await seconds(1);
  expect(asked.map(({ symbol }) => symbol)).toEqual(['M1', 'M0']);
  await asked[0]!.answer(7);
  expect(told).toEqual([['M1', 7]]);
});

test('what was pushed while the answer was under way is newer, so that the answer is not told', async () => {
  polling.watch([first]);
  await seconds(15);
  polling.heard(first);
  await asked[0]!.answer(7);
  expect(told).toEqual([]);
});

test('an answer for a market that left the list is not told', async () => {
  polling.watch([first]);
  await seconds(15);
  polling.watch([second]);
  await asked[0]!.answer(7);
  expect(told).toEqual([]);
});

test('the longest silent come first, five a second, and never more than ten at once', async () => {
  polling.watch(markets);
  await clock.advance(1_000);
  for (const market of markets.slice(0, 20)) polling.heard(market);
  await seconds(14);
  expect(asked.map(({ symbol }) => symbol)).toEqual(['M20', 'M21', 'M22', 'M23', 'M24']);
  await seconds(10);
  expect(asked).toHaveLength(10);
  await asked[3]!.answer(1);
  await seconds(1);
  expect(asked).toHaveLength(11);
});

test('a venue that cannot be asked is left alone, longer and longer, until it answers', async () => {
  polling.watch([first, second]);
  failing.add(first).add(second);
  const waits: number[] = [];
  await seconds(5);
  for (let failure = 0; failure < 5; failure += 1) {
    const before = asked.length;
    for (const question of asked.slice(before - 2)) await question.refuse(new Error('no connection'));
    const startMs = clock.steadyMs();
    while (asked.length === before) await seconds(1);
    waits.push((clock.steadyMs() - startMs) / 1000);
  }
  expect(waits).toEqual([5, 5, 16, 30, 30]);
  expect(new Set(problems)).toEqual(new Set(['no connection']));
  for (const question of asked.slice(-2)) await question.answer(1);
  const before = asked.length;
  await seconds(5);
  expect(asked.length).toBe(before + 2);
});

test('a market that the venue refuses does not keep the others waiting', async () => {
  polling.watch([first, second]);
  await seconds(15);
  await asked[0]!.refuse(new MarketError('refused', 'okx: lists no M0'));
  await asked[1]!.answer(1);
  await seconds(15);
  expect(asked.map(({ symbol }) => symbol)).toEqual(['M0', 'M1', 'M0', 'M1']);
});
