import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candle } from '../../src/core/market-data.ts';
import { createRandom } from '../../src/core/random.ts';
import type { MarketSeries } from '../../src/core/series.ts';
import { SeriesReader } from '../../src/core/series.ts';

const candle = (openMs: number, price = 100): Candle => ({
  openMs,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 1,
});

function stepsOf(series: MarketSeries, untilMs = Number.POSITIVE_INFINITY) {
  const reader = new SeriesReader(series);
  const steps = [];
  for (let step = reader.next(untilMs); step; step = reader.next(untilMs)) steps.push(step);
  return steps;
}

/** A market with holes, rows at the same moments as candles and between them, coarse candles before fine ones. */
function randomSeries(seed: number): MarketSeries {
  const random = createRandom(seed);
  const coarse = Array.from({ length: 6 }, (_, i) => candle(i * 60)).filter(() => random.uniform() < 0.8);
  const fine = Array.from({ length: 24 }, (_, i) => candle(360 + i * 10)).filter(
    () => random.uniform() < 0.8,
  );
  const times = () =>
    Array.from({ length: 40 }, (_, i) => i * 15 + 5 * random.integer(3)).filter(() => random.uniform() < 0.7);
  return {
    segments: [
      { candleMs: 60, candles: coarse, marks: coarse.filter(() => random.uniform() < 0.5) },
      { candleMs: 10, candles: fine, marks: fine.filter(() => random.uniform() < 0.5) },
    ],
    openInterest: times().map((timeMs) => ({ timeMs, size: 1000 + timeMs })),
    funding: times().map((timeMs) => ({ timeMs, rate: timeMs * 1e-6 })),
  };
}

/** What was known at a time: the candles that had closed and the rows stamped until then. */
function knownAt(series: MarketSeries, timeMs: number): MarketSeries {
  return {
    segments: series.segments.map(({ candleMs, candles, marks = [] }) => ({
      candleMs,
      candles: candles.filter(({ openMs }) => openMs + candleMs <= timeMs),
      marks: marks.filter(({ openMs }) => openMs + candleMs <= timeMs),
    })),
    openInterest: series.openInterest.filter((point) => point.timeMs <= timeMs),
    funding: series.funding!.filter((point) => point.timeMs <= timeMs),
  };
}

const seeds = fc.integer({ min: 0, max: 1e6 });

describe('a series read candle by candle', () => {
  test('never looks ahead: rows that come later change no earlier step', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 620 }), (seed, timeMs) => {
        const series = randomSeries(seed);
        expect(stepsOf(series, timeMs)).toEqual(stepsOf(knownAt(series, timeMs)));
      }),
    );
  });

  test('gives every candle once, in order, when it has closed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const series = randomSeries(seed);
        const steps = stepsOf(series);
        expect(steps.map((step) => step.candle)).toEqual(series.segments.flatMap(({ candles }) => candles));
        for (const [i, step] of steps.slice(1).entries())
          expect(step.closeMs).toBeGreaterThan(steps[i]!.closeMs);
      }),
    );
  });

  test('reads the same whether asked once or again and again', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const series = randomSeries(seed);
        const reader = new SeriesReader(series);
        const steps = [];
        for (let timeMs = 0; timeMs < 700; timeMs += 7) {
          for (let step = reader.next(timeMs); step; step = reader.next(timeMs)) {
            expect(step.closeMs).toBeLessThanOrEqual(timeMs);
            steps.push(step);
          }
        }
        expect(steps).toEqual(stepsOf(series));
      }),
    );
  });

  test('joins open interest, mark and funding as a plain search does', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const series = randomSeries(seed);
        for (const {
          candle: { openMs },
          closeMs,
          openInterest,
          fundingRate,
          mark,
        } of stepsOf(series)) {
          expect(openInterest).toBe(series.openInterest.findLast((p) => p.timeMs <= closeMs)?.size);
          const paid = series.funding!.filter((p) => p.timeMs >= openMs && p.timeMs < closeMs);
          if (paid.length === 0) expect(fundingRate).toBeUndefined();
          else
            expect(fundingRate).toBeCloseTo(
              paid.reduce((sum, { rate }) => sum + rate, 0),
              15,
            );
          const marks = series.segments.find(({ candleMs }) => candleMs === closeMs - openMs)!.marks!;
          expect(mark).toBe(marks.find((one) => one.openMs === openMs));
        }
      }),
    );
  });
});

test('funding of the open counts, that of the close belongs to the next candle', () => {
  const steps = stepsOf({
    segments: [{ candleMs: 10, candles: [candle(0), candle(10)] }],
    openInterest: [],
    funding: [
      { timeMs: 0, rate: 1 },
      { timeMs: 4, rate: 2 },
      { timeMs: 10, rate: 4 },
    ],
  });
  expect(steps.map((step) => step.fundingRate)).toEqual([3, 4]);
});

test('open interest stamped at the close counts, and none is known before the first', () => {
  const steps = stepsOf({
    segments: [{ candleMs: 10, candles: [candle(0), candle(10), candle(20)] }],
    openInterest: [
      { timeMs: 20, size: 5 },
      { timeMs: 31, size: 6 },
    ],
  });
  expect(steps.map((step) => step.openInterest)).toEqual([undefined, 5, 5]);
});

test('a candle that is still open is not given', () => {
  const reader = new SeriesReader({
    segments: [{ candleMs: 10, candles: [candle(0)] }],
    openInterest: [],
  });
  expect(reader.next(9)).toBeUndefined();
  expect(reader.next(10)?.closeMs).toBe(10);
  expect(reader.next(1e9)).toBeUndefined();
});

test('a candle needs a length', () => {
  const reader = (candleMs: number) =>
    new SeriesReader({ segments: [{ candleMs, candles: [] }], openInterest: [] });
  expect(() => reader(0)).toThrow(/length 0/);
  expect(() => reader(Number.NaN)).toThrow(/length NaN/);
});
