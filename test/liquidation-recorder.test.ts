import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Liquidation } from '../src/core/market-data.ts';
import { LiquidationRecorder } from '../src/liquidation-recorder.ts';
import { createLog } from '../src/log.ts';
import type { Market } from '../src/market/source.ts';
import type { LiquidationKey } from '../src/store/liquidations.ts';
import type { Store } from '../src/store/store.ts';

type Write = { readonly key: LiquidationKey; readonly sizes: readonly number[] };

let writes: Write[];
let lines: string[];
let isDown: boolean;
let recorder: LiquidationRecorder;

function open(): void {
  writes = [];
  lines = [];
  isDown = false;
  const write = async (key: LiquidationKey, rows: readonly Liquidation[]) => {
    if (isDown) throw new Error('disk full');
    writes.push({ key, sizes: rows.map(({ size }) => size) });
  };
  recorder = new LiquidationRecorder({
    store: { liquidations: { write } } as unknown as Store,
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  open();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Numbers the events by their size. */
function hear(size: number, symbol = 'BTC'): void {
  const liquidation: Liquidation = {
    ...{ timeMs: 1, liquidatedSide: 'long', price: 64_000, priceKind: 'fill' },
    ...{ size, usd: 64_000 * size },
  };
  recorder.take({ market: { venue: 'bybit', symbol } as Market, liquidation, key: String(size) });
}

const written = () => writes.flatMap(({ sizes }) => sizes);

test('what comes within a second is written together, market by market and in order', async () => {
  hear(1);
  hear(2, 'ETH');
  await vi.advanceTimersByTimeAsync(900);
  hear(3);
  expect(writes).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(writes).toEqual([
    { key: { venue: 'bybit', symbol: 'BTC', from: 'seen' }, sizes: [1, 3] },
    { key: { venue: 'bybit', symbol: 'ETH', from: 'seen' }, sizes: [2] },
  ]);
  expect(recorder.waiting).toBe(0);
});

test('equal events of one message are in one write, however many: only there they count as many', async () => {
  for (let twin = 0; twin < 2_000; twin += 1) hear(7);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(writes).toHaveLength(1);
  expect(written()).toHaveLength(2_000);
});

test('while the store is away everything waits, which is told once, and is written in order when it is back', async () => {
  isDown = true;
  hear(1);
  await vi.advanceTimersByTimeAsync(1_000);
  hear(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(recorder.waiting).toBe(2);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('liquidations cannot be written and wait');
  isDown = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(written()).toEqual([1, 2]);
  expect(lines[1]).toContain('liquidations are written again');
});

test('stopping writes what waits at once, and leaves no timer', async () => {
  hear(1);
  hear(2);
  await recorder.stop();
  expect(written()).toEqual([1, 2]);
  expect(vi.getTimerCount()).toBe(0);
});

test('stopping while the store is away tries again, and loses nothing if it comes back in time', async () => {
  isDown = true;
  hear(1);
  const stopped = recorder.stop();
  await vi.advanceTimersByTimeAsync(500);
  isDown = false;
  await vi.advanceTimersByTimeAsync(1_000);
  await stopped;
  expect(written()).toEqual([1]);
});

test('stopping while the store stays away says how many are lost', async () => {
  isDown = true;
  hear(1);
  hear(2);
  const stopped = expect(recorder.stop()).rejects.toThrow('2 liquidations were never written');
  await vi.advanceTimersByTimeAsync(5_000);
  await stopped;
  expect(vi.getTimerCount()).toBe(0);
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
          hear(size);
        }
        await vi.advanceTimersByTimeAsync(passMs);
      }
      isDown = false;
      await recorder.stop();
      expect(written()).toEqual(Array.from({ length: size }, (_, index) => index + 1));
    }),
    { numRuns: 40 },
  );
});
