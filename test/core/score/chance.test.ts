import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candle } from '../../../src/core/market-data.ts';
import { RandomLevels } from '../../../src/core/score/chance.ts';
import { between } from '../../support/between.ts';
import { hourMs, testSeries } from '../../support/market-series.ts';

const candle = (i: number, low: number, high: number, close: number): Candle => ({
  openMs: i * 10,
  open: close,
  low,
  high,
  close,
  volume: 1,
});

/** By looking at every later candle of every moment. */
function counted(
  path: { candles: readonly Candle[]; candleMs: number; horizonMs: number },
  distance: number,
) {
  const { candles, candleMs, horizonMs } = path;
  const knownMs = candles.at(-1)!.openMs + candleMs;
  const moments = candles.filter(({ openMs }) => openMs + candleMs + horizonMs <= knownMs);
  const reached = moments.filter(({ openMs, close }) =>
    candles.some((later) => {
      if (later.openMs <= openMs || later.openMs > openMs + horizonMs) return false;
      return distance < 0 ? 1 - later.low / close >= -distance : later.high / close - 1 >= distance;
    }),
  );
  return { moments: moments.length, reached: reached.length };
}

describe('the chance of a level that nobody chose', () => {
  const candles = [
    candle(0, 100, 100, 100),
    candle(1, 97, 101, 100),
    candle(2, 99, 103, 100),
    candle(3, 95, 100, 100),
    candle(4, 100, 100, 100),
  ];

  test('counts the closes from which price came to it within the horizon', () => {
    const levels = new RandomLevels({ candles, candleMs: 10, horizonMs: 20 });
    // From the first three closes two further candles are known.
    expect(levels.chance(-0.02)).toMatchObject({ moments: 3, reached: 3 });
    expect(levels.chance(-0.04)).toMatchObject({ moments: 3, reached: 2 });
    expect(levels.chance(0.02)).toMatchObject({ moments: 3, reached: 2 });
    expect(levels.chance(0.02, 0.02)).toMatchObject({ reached: 2, exceeded: 0 });
    expect(levels.chance(-0.02, 0.02)).toMatchObject({ reached: 3, exceeded: 2 });
    expect(levels.chance(-0.02).independent).toBe(2);
  });

  test('does not look into the candle that closes at the moment', () => {
    const levels = new RandomLevels({ candles, candleMs: 10, horizonMs: 10 });
    expect(levels.chance(-0.05)).toMatchObject({ moments: 4, reached: 1 });
  });

  test('is what looking at every later candle gives, holes in the path included', () => {
    const hours = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(fc.nat(), hours, between(-0.05, 0.05), fc.nat(119), (seed, horizon, distance, hole) => {
        fc.pre(distance !== 0);
        const made = testSeries({ seed, candles: 120, candleMs: hourMs }).candles;
        const path = {
          candles: made.filter((_, i) => i < hole || i > hole + 5),
          candleMs: hourMs,
          horizonMs: horizon * hourMs,
        };
        fc.pre(path.candles.length > 0);
        expect(new RandomLevels(path).chance(distance)).toMatchObject(counted(path, distance));
      }),
      { numRuns: 60 },
    );
  });

  test('falls with distance and rises with the horizon', () => {
    const made = testSeries({ seed: 4, candles: 500, candleMs: hourMs });
    const share = (hours: number, distance: number) => {
      const { reached, moments } = new RandomLevels({ ...made, horizonMs: hours * hourMs }).chance(distance);
      return reached / moments;
    };
    expect(share(24, -0.01)).toBeGreaterThan(share(24, -0.03));
    expect(share(24, 0.02)).toBeGreaterThan(share(4, 0.02));
  });

  test('knows no moment where the path is shorter than the horizon', () => {
    const none = { moments: 0, reached: 0, exceeded: 0, independent: 0 };
    expect(new RandomLevels({ candles, candleMs: 10, horizonMs: 60 }).chance(0.01)).toEqual(none);
    expect(new RandomLevels({ candles: [], candleMs: 10, horizonMs: 60 }).chance(0.01)).toEqual(none);
  });

  test('refuses a distance of nothing and a horizon below a candle', () => {
    const levels = new RandomLevels({ candles, candleMs: 10, horizonMs: 20 });
    for (const distance of [0, Number.NaN, Infinity])
      expect(() => levels.chance(distance)).toThrow(RangeError);
    expect(() => levels.chance(0.1, -1)).toThrow(RangeError);
    expect(() => new RandomLevels({ candles, candleMs: 10, horizonMs: 9 })).toThrow(RangeError);
  });
});
