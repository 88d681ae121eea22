import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Liquidation } from '../src/core/market-data.ts';
import {
  LiquidationRecorder,
  type LiquidationRecorderOptions,
  type MarketLiquidations,
} from '../src/liquidation-recorder.ts';
import type { Market } from '../src/market/source.ts';
import { MovedClock, turn } from './support/moved-clock.ts';

let clock: MovedClock;
let batches: (readonly MarketLiquidations[])[];
let problems: string[];
let isDown: boolean;
let recorder: LiquidationRecorder;

function open(options: Partial<LiquidationRecorderOptions> = {}): void {
  clock = new MovedClock();
  batches = [];
  problems = [];
  isDown = false;
  recorder = new LiquidationRecorder({
    clock,
    onProblem: (problem) => problems.push(problem),
    sink: async (batch) => {
      if (isDown) throw new Error('disk full');
      batches.push(batch);
    },
    ...options,
  });
}
beforeEach(() => open());

/** Numbers the events by their size. */
function record(size: number, symbol = 'BTC'): void {
  const liquidation: Liquidation = {
    ...{ timeMs: 1, liquidatedSide: 'long', price: 64_000, priceKind: 'fill' },
    ...{ size, usd: 64_000 * size },
  };
  recorder.record({ market: { venue: 'bybit', symbol } as Market, liquidation, key: String(size) });
}

const written = () =>
  batches.flatMap((batch) => batch.flatMap(({ liquidations }) => liquidations.map(({ size }) => size)));

test('what comes within a second is written together, market by market and in order', async () => {
  record(1);
  record(2, 'ETH');
  await clock.advance(900);
  record(3);
  expect(batches).toEqual([]);
  await clock.advance(100);
  expect(
    batches.map((batch) => batch.map(({ market, liquidations }) => [market.symbol, ...liquidations])),
  ).toEqual([
    [
      ['BTC', expect.objectContaining({ size: 1 }), expect.objectContaining({ size: 3 })],
      ['ETH', expect.objectContaining({ size: 2 })],
    ],
  ]);
  expect(recorder.status()).toEqual({ waiting: 0, written: 3, dropped: 0 });
  expect(clock.timers).toBe(0);
});

test('equal events of one message are in one batch, however many', async () => {
  for (let twin = 0; twin < 5_000; twin += 1) record(7);
  await clock.advance(1_000);
  expect(batches).toHaveLength(1);
  expect(written()).toHaveLength(5_000);
});

test('one batch is written at a time', async () => {
  const done: (() => void)[] = [];
  let underWay = 0;
  open({
    sink: async (batch) => {
      underWay += 1;
      expect(underWay).toBe(1);
      await new Promise<void>((resolve) => done.push(resolve));
      underWay -= 1;
      batches.push(batch);
    },
  });
  record(1);
  await clock.advance(1_000);
  record(2);
  await clock.advance(60_000);
  expect(done).toHaveLength(1);
  done[0]!();
  await turn();
  await clock.advance(1_000);
  done[1]!();
  await turn();
  expect(written()).toEqual([1, 2]);
});

describe('while the sink fails', () => {
  test('everything is kept, tried again later and later, and written in order when it is back', async () => {
    isDown = true;
    record(1);
    await clock.advance(1_000);
    expect(problems).toEqual(['1 liquidations could not be written (disk full)']);
    record(2);
    for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = problems.length;
      await clock.advance(waitMs - 1);
      expect(problems).toHaveLength(before);
      await clock.advance(1);
      expect(problems).toHaveLength(before + 1);
    }
    expect(recorder.status()).toEqual({ waiting: 2, written: 0, dropped: 0 });
    isDown = false;
    await clock.advance(30_000);
    expect(written()).toEqual([1, 2]);
    expect(clock.timers).toBe(0);
  });

  test('no more is kept than told; what is dropped is counted, and said once', async () => {
    open({ mostWaiting: 3, sink: () => Promise.reject(new Error('disk full')) });
    for (let size = 1; size <= 5; size += 1) record(size);
    expect(recorder.status()).toEqual({ waiting: 3, written: 0, dropped: 2 });
    expect(problems).toEqual(['liquidations are dropped: more wait than can be kept']);
  });
});

describe('closing', () => {
  test('writes what waits at once, and leaves no timer', async () => {
    record(1);
    record(2);
    await Promise.all([recorder.close(), recorder.close()]);
    expect(written()).toEqual([1, 2]);
    expect([batches.length, clock.timers]).toEqual([1, 0]);
  });

  test('waits for the batch that is under way, and writes what came meanwhile', async () => {
    const done: (() => void)[] = [];
    open({
      sink: async (batch) => {
        await new Promise<void>((resolve) => done.push(resolve));
        batches.push(batch);
      },
    });
    record(1);
    await clock.advance(1_000);
    record(2);
    const closed = recorder.close();
    await turn();
    done[0]!();
    await turn();
    done[1]!();
    await closed;
    expect(written()).toEqual([1, 2]);
  });

  test('tries three times, then says how many are lost', async () => {
    isDown = true;
    record(1);
    record(2);
    const closed = expect(recorder.close()).rejects.toThrow('2 liquidations were never written');
    for (let second = 0; second < 3; second += 1) await clock.advance(1_000);
    await closed;
    expect(problems).toHaveLength(3);
    expect(clock.timers).toBe(0);
  });

  test('counts what comes after it as dropped', async () => {
    await recorder.close();
    record(1);
    await clock.advance(5_000);
    expect([recorder.status(), batches, clock.timers]).toEqual([
      { waiting: 0, written: 0, dropped: 1 },
      [],
      0,
    ]);
  });
});

test('whatever fails when, every event is written exactly once and in order', async () => {
  const step = fc.record({ events: fc.nat(3), passMs: fc.nat(3_000), down: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      open();
      let size = 0;
      for (const { events, passMs, down } of steps) {
        isDown = down;
        for (let event = 0; event < events; event += 1) {
          size += 1;
          record(size);
        }
        await clock.advance(passMs);
      }
      isDown = false;
      await recorder.close();
      expect(written()).toEqual(Array.from({ length: size }, (_, index) => index + 1));
    }),
    { numRuns: 40 },
  );
});
