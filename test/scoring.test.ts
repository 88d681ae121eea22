import { describe, expect, test } from 'vitest';
import type { Side } from '../src/core/market-data.ts';
import { UserError } from '../src/errors.ts';
import type { ReplayInput } from '../src/recorded-market.ts';
import { Replay } from '../src/replay.ts';
import type { MakeModel } from '../src/scoring/model.ts';
import { scoreModels } from '../src/scoring/models.ts';
import type { RealPosition } from '../src/scoring/snapshots.ts';
import { score } from '../src/scoring.ts';
import { dayMs, hourMs, startMs, testSeries } from './support/market-series.ts';
import { replayInput } from './support/replay-input.ts';

const sides = ['long', 'short'] as const;
const made = testSeries({ seed: 1, candles: 24 * 20, candleMs: hourMs });
const input: ReplayInput = { ...replayInput(made), funding: made.funding };
const ourBook = 'our book before fitting';
const modelNames = [
  'flat',
  'mean distance profile',
  '10/25/50/100x ladder on rising OI',
  '1 - 1/L ladder on volume',
  ourBook,
  'last snapshot carried forward',
];
const times = [10, 12, 14, 16].map((days) => startMs + days * dayMs);
const markAt = (timeMs: number) => input.candles.findLast(({ openMs }) => openMs + hourMs <= timeMs)!.close;

type Given = { timeMs: number; side: Side; distance?: number; valueUsd: number };

function position({ timeMs, side, distance, valueUsd }: Given): RealPosition {
  const mark = markAt(timeMs);
  const away = distance === undefined ? undefined : side === 'long' ? 1 - distance : 1 + distance;
  return {
    timeMs,
    side,
    size: valueUsd / mark,
    valueUsd,
    ...(away !== undefined && { liquidationPrice: mark * away }),
  };
}

/** Ten positions a side and snapshot at these distances, each side the same. */
function positionsAt(distancesOf: (timeMs: number) => readonly number[]): RealPosition[] {
  return times.flatMap((timeMs) =>
    sides.flatMap((side) =>
      distancesOf(timeMs).map((distance) => position({ timeMs, side, distance, valueUsd: 1e6 })),
    ),
  );
}

const spread = Array.from({ length: 10 }, (_, i) => 0.0175 + i * 0.025);

function rowOf(scores: ReturnType<typeof score>, model: string, side: Side | 'both' = 'both') {
  return scores.rows.find((row) => row.model === model && row.side === side)!;
}

describe('a score', () => {
  const scores = score(
    input,
    positionsAt(() => spread),
  );

  test('has a row for every model and side, on the later half of the snapshots', () => {
    // These snapshots are older than the last positions that weights were fitted to.
    const refused = scores.refused.map(({ model }) => model);
    expect(refused).toEqual([
      'our book after fitting',
      'our book as shipped',
      'mean of the ensemble after fitting',
    ]);
    // The joined estimate lacks the positions of whole accounts.
    expect(scoreModels.length).toBe(modelNames.length + refused.length + 1);
    expect(scores.rows.map(({ model, side }) => [model, side])).toEqual(
      modelNames.flatMap((model) => [...sides, 'both'].map((side) => [model, side])),
    );
    expect(scores.times[0]).toBe(times[2]);
    expect(scores.times.at(-1)).toBe(times[3]);
    for (const side of sides) {
      expect(rowOf(scores, ourBook, side)).toMatchObject({
        coin: 'ETH',
        days: 2,
        snapshots: 2,
        positions: 20,
      });
    }
    expect(rowOf(scores, ourBook)).toMatchObject({ snapshots: 4, positions: 40 });
  });

  test('gives the flat line exactly chance', () => {
    const { measures } = rowOf(scores, 'flat');
    expect(measures!.p10.value).toBeCloseTo(0.1, 12);
    expect(measures!.logGain.value).toBeCloseTo(0, 12);
  });

  test('gives the profile of earlier snapshots a full mark where nothing has changed', () => {
    expect(rowOf(scores, 'mean distance profile').measures!.emdPct.value).toBeCloseTo(0, 9);
  });

  test('is the mean over snapshots and sides', () => {
    const [long, short, both] = [...sides, 'both' as const].map(
      (side) => rowOf(scores, ourBook, side).measures!,
    );
    for (const name of ['p10', 'emdPct', 'logGain'] as const) {
      expect(both![name].value).toBeCloseTo((long![name].value + short![name].value) / 2, 12);
    }
  });
});

test('the profile is learned from the earlier half only', () => {
  const near = Array.from({ length: 10 }, (_, i) => 0.0105 + i * 0.001);
  const far = Array.from({ length: 10 }, (_, i) => 0.2105 + i * 0.001);
  const scores = score(
    input,
    positionsAt((timeMs) => (timeMs < times[2]! ? near : far)),
  );
  expect(rowOf(scores, 'mean distance profile').measures!.emdPct.value).toBeCloseTo(20, 6);
  expect(rowOf(scores, 'mean distance profile').measures!.p10.value).toBeLessThan(0.1);
});

test('a book that is right about every position scores better than any other model', () => {
  const replay = new Replay(input);
  const positions = times.flatMap((timeMs) => {
    const frame = replay.at(timeMs);
    if ('reason' in frame) throw new Error(frame.reason);
    const { map } = frame;
    return sides.flatMap((side) =>
      Array.from(side === 'long' ? map.longUsd : map.shortUsd, (valueUsd, bin) => ({ valueUsd, bin }))
        .filter(({ valueUsd }) => valueUsd > 0)
        .map(({ valueUsd, bin }) => {
          const liquidationPrice = (map.edges[bin]! + map.edges[bin + 1]!) / 2;
          return { ...position({ timeMs, side, valueUsd }), liquidationPrice };
        }),
    );
  });
  const scores = score(input, positions);
  const best = rowOf(scores, ourBook).measures!;
  expect(best.emdPct.value).toBeLessThan(0.15);
  for (const model of modelNames.filter((name) => name !== ourBook)) {
    const other = rowOf(scores, model).measures!;
    expect(best.emdPct.value).toBeLessThan(other.emdPct.value);
    expect(best.logGain.value).toBeGreaterThan(other.logGain.value);
    expect(best.p10.value).toBeGreaterThanOrEqual(other.p10.value);
  }
  const { overFlat } = rowOf(scores, ourBook);
  expect([overFlat!.p10.verdict, overFlat!.emdPct.verdict, overFlat!.logGain.verdict]).toEqual([
    'better',
    'better',
    'better',
  ]);
  expect(rowOf(scores, 'flat').overProfile).toBeDefined();
});

describe('a model', () => {
  const positions = positionsAt(() => spread);
  const side = { bins: new Float64Array(60).fill(1) };
  const like =
    (name: string, learnedUntilMs?: number): MakeModel =>
    () => ({
      name,
      ...(learnedUntilMs !== undefined && { learnedUntilMs }),
      predict: () => ({ long: side, short: side }),
    });

  test('that has learned from a position that is scored is refused, and said so', () => {
    const models = [like('flat'), like('honest', times[1]), like('too late', times[2])];
    const { rows, refused } = score(input, positions, { models });
    expect(new Set(rows.map(({ model }) => model))).toEqual(new Set(['flat', 'honest']));
    expect(refused).toEqual([{ model: 'too late', reason: expect.stringContaining('2026-01-19') }]);
  });

  test('that is no better than the flat line on any day is inconclusive against it', () => {
    const { rows } = score(input, positions, { models: [like('flat'), like('same')] });
    const same = rows.find(({ model, side: own }) => model === 'same' && own === 'both')!;
    expect(same.overFlat).toMatchObject({
      p10: { value: 0, verdict: 'inconclusive' },
      emdPct: { value: 0, verdict: 'inconclusive' },
      logGain: { value: 0, verdict: 'inconclusive' },
    });
  });

  test('is shown real positions only of snapshots that are old enough', () => {
    const shown = new Map<number, readonly number[]>();
    const spy: MakeModel = () => ({
      name: 'spy',
      predict: ({ timeMs, earlier }) => {
        shown.set(
          timeMs,
          earlier.map((one) => one.timeMs),
        );
        return undefined;
      },
    });
    expect(score(input, positions, { models: [spy], carriedAgeMs: 3 * dayMs }).rows).toEqual([]);
    expect([...shown]).toEqual([
      [times[2], [times[0]]],
      [times[3], [times[0], times[1]]],
    ]);
  });
});

test('carrying forward keeps liquidation prices, not distances', () => {
  const drifting = times.map((timeMs) => markAt(timeMs) * 0.9);
  const still = times.flatMap((timeMs) =>
    Array.from({ length: 10 }, () => ({
      ...position({ timeMs, side: 'long', valueUsd: 1e6 }),
      liquidationPrice: drifting[0]!,
    })),
  );
  const { emdPct } = rowOf(score(input, still), 'last snapshot carried forward', 'long').measures!;
  // Only the blur by a bin of 0.5 % is off.
  expect(emdPct.value).toBeCloseTo(0.25, 6);
});

test('what happens after a snapshot does not change its score', () => {
  const positions = positionsAt(() => spread);
  const lastMs = times.at(-1)!;
  const known = {
    ...input,
    candles: input.candles.filter(({ openMs }) => openMs + hourMs <= lastMs),
    openInterest: input.openInterest.filter(({ timeMs }) => timeMs <= lastMs),
    funding: input.funding!.filter(({ timeMs }) => timeMs <= lastMs),
  };
  expect(score(known, positions)).toEqual(score(input, positions));
});

test('a side with fewer than five positions near the mark gets no verdict', () => {
  const shorts = positionsAt(() => spread).filter(({ side }) => side === 'short');
  const longs = times.flatMap((timeMs) =>
    [0.1, 0.1, 0.1, 0.1, 0.4, 0.4, undefined].map((distance) =>
      position({ timeMs, side: 'long', valueUsd: 1, ...(distance && { distance }) }),
    ),
  );
  const scores = score(input, [...shorts, ...longs]);
  expect(rowOf(scores, ourBook, 'long').snapshots).toBe(0);
  expect(rowOf(scores, ourBook, 'long').measures).toBeUndefined();
  expect(rowOf(scores, ourBook, 'both').snapshots).toBe(2);
});

test('shares count all value of a side: near the mark, far from it, and never liquidated', () => {
  const positions = times.flatMap((timeMs) =>
    sides.flatMap((side) =>
      [0.03, 0.07, 0.2, 0.9, undefined].map((distance) =>
        position({ timeMs, side, valueUsd: 1e6, ...(distance && { distance }) }),
      ),
    ),
  );
  const { shares } = score(input, positions);
  const own = shares.filter(({ model }) => model === ourBook);
  expect(own.map(({ side }) => side)).toEqual(['long', 'short']);
  for (const { within, never } of own) {
    expect(within.map(({ real }) => real)).toEqual([1 / 5, 2 / 5, 3 / 5]);
    expect(never.real).toBe(1 / 5);
    const predicted = within.map((one) => one.predicted);
    expect(predicted[0]).toBeGreaterThan(0);
    expect(predicted[1]).toBeGreaterThan(predicted[0]!);
    expect(predicted[2]).toBeGreaterThan(predicted[1]!);
    expect(predicted[2]! + never.predicted!).toBeLessThan(1);
  }
});

test('one snapshot is too few', () => {
  const once = positionsAt(() => spread).filter(({ timeMs }) => timeMs === times[0]);
  expect(() => score(input, once)).toThrow(UserError);
});

test('a book has no row for snapshots from before the recording', () => {
  const early = positionsAt(() => spread).map((one) => ({ ...one, timeMs: one.timeMs - 100 * dayMs }));
  const scores = score(input, early);
  expect(scores.rows.filter(({ model }) => model === ourBook)).toEqual([]);
  expect(scores.shares.some(({ model }) => model === ourBook)).toBe(false);
  expect(rowOf(scores, 'flat').snapshots).toBe(4);
});
