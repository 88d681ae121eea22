import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Candle } from '../../../src/core/market-data.ts';
import { Ladder } from '../../../src/core/score/ladder.ts';
import { hourMs, startMs, testSeries } from '../../support/market-series.ts';

const candle = (i: number, low: number, high: number, close: number): Candle => ({
  openMs: i * 10,
  open: low,
  low,
  high,
  close,
  volume: 1,
});
const at = (i: number, size: number) => ({ timeMs: i * 10, size });

test('a rise of open interest stands in equal parts at 1 -+ 1/L of the close, in full on each side', () => {
  const ladder = new Ladder({
    candleMs: 10,
    candles: [candle(0, 100, 100, 100), candle(1, 100, 100, 100)],
    openInterest: [at(1, 50), at(2, 90)],
  });
  expect(ladder.at(10)).toEqual({ long: [], short: [] });
  const { long, short } = ladder.at(20);
  expect(long.map(({ price }) => Math.round(price * 1e9) / 1e9)).toEqual([90, 96, 98, 99]);
  expect(short.map(({ price }) => Math.round(price * 1e9) / 1e9)).toEqual([110, 104, 102, 101]);
  for (const { value } of [...long, ...short]) expect(value).toBe(10 * 100);
});

test('a fall of open interest opens nothing, and a crossed level ends', () => {
  const ladder = new Ladder({
    candleMs: 10,
    candles: [candle(0, 100, 100, 100), candle(1, 100, 100, 100), candle(2, 97, 103, 100)],
    openInterest: [at(1, 50), at(2, 90), at(3, 20)],
  });
  const { long, short } = ladder.at(30);
  expect(long.map(({ price }) => Math.round(price * 1e9) / 1e9)).toEqual([90, 96]);
  expect(short.map(({ price }) => Math.round(price * 1e9) / 1e9)).toEqual([110, 104]);
});

test('by volume, all that was traded is opened, whatever open interest does', () => {
  const ladder = new Ladder(
    {
      candleMs: 10,
      candles: [candle(0, 100, 100, 100), { ...candle(1, 100, 100, 100), volume: 8 }],
      openInterest: [at(1, 50), at(2, 20)],
    },
    'traded volume',
  );
  const { long, short } = ladder.at(20);
  expect(long.map(({ price }) => Math.round(price))).toEqual([90, 96, 98, 99, 90, 96, 98, 99]);
  const usd = (levels: typeof long) => levels.reduce((sum, { value }) => sum + value, 0);
  expect([usd(long), usd(short)]).toEqual([900, 900]);
});

test('never looks ahead', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 100 }), (seed, hours) => {
      const made = testSeries({ seed, candles: 100, candleMs: hourMs });
      const timeMs = startMs + hours * hourMs;
      const known = {
        ...made,
        candles: made.candles.slice(0, hours),
        openInterest: made.openInterest.filter((point) => point.timeMs <= timeMs),
      };
      expect(new Ladder(known).at(timeMs)).toEqual(new Ladder(made).at(timeMs));
    }),
    { numRuns: 20 },
  );
});
