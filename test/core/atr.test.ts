import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atrPct } from '../../src/core/atr.ts';
import type { Candle } from '../../src/core/market-data.ts';
import { magnitude } from '../support/between.ts';
import { dayMs, hourMs, startMs, testSeries } from '../support/market-series.ts';

/** Hourly candles of whole days, each day from low to high and closing at its low. */
function days(ranges: readonly (readonly [low: number, high: number])[]): Candle[] {
  return ranges.flatMap(([low, high], day) =>
    Array.from({ length: 24 }, (_, hour) => ({
      openMs: startMs + day * dayMs + hour * hourMs,
      open: low,
      high: hour === 12 ? high : low,
      low,
      close: low,
      volume: 1,
    })),
  );
}

test('the range of a day is from its lowest to its highest, in % of the last close', () => {
  expect(atrPct(days([[100, 110]]), hourMs)).toBeCloseTo(10, 12);
});

test('a jump from the close before counts, upwards and downwards', () => {
  // Day 1: 100..100; day 2 opens 20 lower: from 100 down to 80; day 3 stands 10 higher: from 80 up to 90.
  const jumps = days([
    [100, 100],
    [80, 80],
    [90, 90],
  ]);
  expect(atrPct(jumps, hourMs)).toBeCloseTo(((0 + 20 + 10) / 3 / 90) * 100, 12);
});

test('only the last 14 days count, and the close before them', () => {
  const calm = Array.from({ length: 14 }, () => [100, 102] as const);
  expect(atrPct(days([[100, 900], ...calm]), hourMs)).toBeCloseTo(2, 12);
  expect(atrPct(days([[50, 50], ...calm]), hourMs)).toBeCloseTo((13 * 2 + 52) / 14, 12);
});

test('less than a day has none', () => {
  expect(atrPct([], hourMs)).toBeUndefined();
  expect(atrPct(days([[100, 110]]).slice(0, 12), hourMs)).toBeUndefined();
});

test('days with holes of more than a tenth are left out', () => {
  const twoDays = days([
    [100, 200],
    [100, 110],
  ]);
  const holed = twoDays.filter((_, i) => i >= 24 || i % 2 === 0);
  expect(atrPct(holed, hourMs)).toBeCloseTo(10, 12);
});

test('is the same for all units of price, and whatever the length of the candles', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), magnitude(1e-6, 1e6), (seed, unit) => {
      const { candles, candleMs } = testSeries({ seed, candles: 16 * 24 * 4, candleMs: hourMs / 4 });
      const scaled = candles.map((c) => ({
        ...c,
        open: c.open * unit,
        high: c.high * unit,
        low: c.low * unit,
        close: c.close * unit,
      }));
      const hourly = Array.from({ length: candles.length / 4 }, (_, i) => {
        const part = candles.slice(i * 4, i * 4 + 4);
        return {
          openMs: part[0]!.openMs,
          open: part[0]!.open,
          high: Math.max(...part.map((c) => c.high)),
          low: Math.min(...part.map((c) => c.low)),
          close: part[3]!.close,
          volume: 1,
        };
      });
      const atr = atrPct(candles, candleMs)!;
      expect(atr).toBeGreaterThan(0);
      expect(atrPct(scaled, candleMs)! / atr).toBeCloseTo(1, 9);
      expect(atrPct(hourly, hourMs)! / atr).toBeCloseTo(1, 9);
    }),
    { numRuns: 10 },
  );
});
