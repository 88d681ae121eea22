import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaleBorrowedVolume } from '../../src/core/borrowed-volume.ts';
import { createRandom } from '../../src/core/random.ts';
import { dayMs, hourMs, startMs, testSeries } from '../support/market-series.ts';

function borrowed(seed: number) {
  const { candles, candleMs, openInterest } = testSeries({ seed, candles: 24 * 20, candleMs: hourMs });
  const random = createRandom(seed, 1);
  const own = openInterest.filter((_, i) => i > 30 && i % 3 === 0).map((p) => ({ ...p, size: p.size / 7 }));
  const lender = openInterest.filter(() => random.uniform() < 0.8);
  return { candles, candleMs, openInterest: own, candleOpenInterest: lender };
}

test('later rows never change an earlier scale, with and without the other open interest', () => {
  const closes = fc.integer({ min: 1, max: 24 * 20 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), closes, fc.boolean(), (seed, count, withLender) => {
      const { candleOpenInterest, ...rest } = borrowed(seed);
      const all = withLender ? { ...rest, candleOpenInterest } : rest;
      const endMs = startMs + count * hourMs;
      const until = <T extends { readonly timeMs: number }>(rows: readonly T[]) =>
        rows.filter(({ timeMs }) => timeMs <= endMs);
      const known = until(all.openInterest);
      // Before it is known at all, the first open interest stands for what was there (cold start).
      if (known.length === 0) return;
      const early = scaleBorrowedVolume({
        ...all,
        candles: all.candles.slice(0, count),
        openInterest: known,
        ...(withLender && { candleOpenInterest: until(candleOpenInterest) }),
      });
      expect(early.scales).toEqual(scaleBorrowedVolume(all).scales.slice(0, count));
    }),
    { numRuns: 40 },
  );
});

test('volume is scaled by the ratio of open interest at the close of each candle, and nothing else', () => {
  const { candles, candleMs } = testSeries({ seed: 1, candles: 4, candleMs: hourMs });
  const at = (hours: number, size: number) => ({ timeMs: startMs + hours * hourMs, size });
  const scaled = scaleBorrowedVolume({
    candles,
    candleMs,
    openInterest: [at(0, 10), at(3, 30)],
    candleOpenInterest: [at(0, 100), at(2, 200)],
  });
  expect(scaled.scales).toEqual([0.1, 0.05, 0.15, 0.15]);
  expect(scaled.candles).toEqual(
    candles.map((candle, i) => ({ ...candle, volume: candle.volume * scaled.scales[i]! })),
  );
});

test('before it is first known, the own open interest is taken as the first one', () => {
  const { candles, candleMs } = testSeries({ seed: 1, candles: 3, candleMs: hourMs });
  const { scales } = scaleBorrowedVolume({
    candles,
    candleMs,
    openInterest: [{ timeMs: startMs + 3 * hourMs, size: 50 }],
    candleOpenInterest: [{ timeMs: startMs, size: 100 }],
  });
  expect(scales).toEqual([0.5, 0.5, 0.5]);
});

test('without the other open interest it is a week of volume at 2.2 turnovers a day', () => {
  const { candles: made, candleMs } = testSeries({ seed: 1, candles: 24 * 30, candleMs: hourMs });
  // 10 an hour, and 20 in the last week: 240 and then 480 a day.
  const candles = made.map((candle, i) => ({ ...candle, volume: i < 24 * 23 ? 10 : 20 }));
  const { scales } = scaleBorrowedVolume({
    candles,
    candleMs,
    openInterest: [{ timeMs: startMs - dayMs, size: 100 }],
  });
  expect(scales[24 * 20]).toBeCloseTo(100 / (240 / 2.2), 9);
  expect(scales.at(-1)).toBeCloseTo(100 / (480 / 2.2), 9);
});

test('without any volume or open interest the scale stays as it was', () => {
  const { candles, candleMs } = testSeries({ seed: 1, candles: 3, candleMs: hourMs });
  const still = candles.map((candle) => ({ ...candle, volume: 0 }));
  expect(scaleBorrowedVolume({ candles: still, candleMs, openInterest: [] }).scales).toEqual([1, 1, 1]);
});
