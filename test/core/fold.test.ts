import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Book } from '../../src/core/book.ts';
import { BookFold, historyStart } from '../../src/core/fold.ts';
import type { MarketSeries } from '../../src/core/series.ts';
import { SeriesReader } from '../../src/core/series.ts';
import { fewPairs, levelsOf } from '../support/book-fixtures.ts';
import { hourMs, startMs, testSeries } from '../support/market-series.ts';

const model = fewPairs.linear;
const candleMs = hourMs;

/** A series of hourly candles; open interest is known from `knownFrom` candles on. */
function seriesOf(seed: number, candles: number, knownFrom = 0): MarketSeries {
  const made = testSeries({ seed, candles, candleMs });
  return {
    segments: [{ candles: made.candles, candleMs }],
    openInterest: made.openInterest.slice(knownFrom),
    funding: made.funding,
  };
}

function folded(
  series: MarketSeries,
  untilMs = Number.POSITIVE_INFINITY,
  windowStarts?: { name: string; startMs: number }[],
) {
  const fold = new BookFold({ model, series, ...(windowStarts && { windowStarts }) });
  fold.foldUntil(untilMs);
  return fold;
}

const closeOf = (i: number) => startMs + i * candleMs;

describe('a fold', () => {
  test('in parts equals the fold at once', () => {
    const times = fc.array(fc.integer({ min: 0, max: 210 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), times, (seed, cuts) => {
        const series = seriesOf(seed, 200, 20);
        const parts = new BookFold({ model, series });
        for (const hours of cuts.sort((a, b) => a - b)) parts.foldUntil(closeOf(hours) + 1);
        parts.foldUntil(Number.POSITIVE_INFINITY);
        const once = folded(series);
        expect(levelsOf(parts.book)).toEqual(levelsOf(once.book));
        expect(parts.flows).toEqual(once.flows);
        expect(parts.closeMs).toBe(once.closeMs);
      }),
      { numRuns: 15 },
    );
  });

  test('stops at the last candle that had closed', () => {
    const fold = folded(seriesOf(1, 50), closeOf(10) - 1);
    expect(fold.closeMs).toBe(closeOf(9));
    expect(folded(seriesOf(1, 50), closeOf(10)).closeMs).toBe(closeOf(10));
    expect(folded(seriesOf(1, 50), closeOf(0)).closeMs).toBeUndefined();
  });

  test('sums the flows of its steps since the first open interest', () => {
    const series = seriesOf(2, 120, 30);
    const { flows } = folded(series);
    const reader = new SeriesReader(series);
    const book = new Book({
      model,
      price: series.segments[0]!.candles[0]!.open,
      openInterest: series.openInterest[0]!.size,
    });
    const sum = { steps: 0, opened: 0, liquidated: 0, traced: 0 };
    for (let step = reader.next(Infinity); step; step = reader.next(Infinity)) {
      const { long, short, traced } = book.step(step);
      if (step.closeMs <= series.openInterest[0]!.timeMs) continue;
      sum.steps++;
      sum.opened += long.opened + short.opened;
      sum.liquidated += long.liquidated + short.liquidated;
      sum.traced += traced;
    }
    expect(flows.steps).toBe(sum.steps);
    expect(flows.steps).toBe(89);
    expect(flows.long.opened + flows.short.opened).toBeCloseTo(sum.opened, 6);
    expect(flows.long.liquidated + flows.short.liquidated).toBeCloseTo(sum.liquidated, 6);
    expect(flows.traced).toBeCloseTo(sum.traced, 6);
    const change = series.openInterest.at(-1)!.size - series.openInterest[0]!.size;
    expect(flows.long.opened - flows.long.closed).toBeCloseTo(change, 6);
    expect(flows.short.opened - flows.short.closed).toBeCloseTo(change, 6);
  });

  test.each([
    [
      'candles',
      { segments: [{ candles: [], candleMs }], openInterest: [{ timeMs: 0, size: 1 }] },
      /no candles/,
    ],
    ['open interest', { ...seriesOf(1, 5), openInterest: [] }, /no open interest/],
  ])('needs %s', (_, series, message) => {
    expect(() => new BookFold({ model, series })).toThrow(message);
  });
});

describe('the cold start', () => {
  const knownFrom = 100;
  const series = seriesOf(3, 200, knownFrom);
  const first = series.openInterest[0]!;

  test('holds the first open interest from the first candle until it is known', () => {
    for (const hours of [1, 50, knownFrom + 1]) {
      const { book, flows } = folded(series, closeOf(hours));
      expect(book.openInterest).toBe(first.size);
      expect(flows.steps).toBe(0);
    }
    expect(folded(series, closeOf(knownFrom + 2)).book.openInterest).toBe(series.openInterest[1]!.size);
  });

  test('gives holders entries at the prices of the candles before, and the longer the more of them', () => {
    const unknown = (hours: number) => folded(series, closeOf(hours)).book.totals('long').unknown;
    expect(unknown(20)).toBeLessThan(unknown(5));
    expect(unknown(100)).toBeLessThan(unknown(20));
    expect(unknown(100)).toBeGreaterThan(0);
  });

  test('marks what stood when open interest is first known as of unknown age', () => {
    expect(folded(series, first.timeMs).book.hasMark(historyStart)).toBe(false);
    const { book } = folded(series, closeOf(200));
    const whole = folded(series, first.timeMs).book.totals('short');
    const ancient = book.totals('short', historyStart);
    expect(ancient.levels).toBeGreaterThan(0);
    expect(ancient.levels).toBeLessThan(whole.levels);
    expect(book.totals('short').levels).toBeGreaterThan(ancient.levels);
  });

  test('takes no flows from before', () => {
    const { flows } = folded(series);
    expect(flows.steps).toBe(99);
  });

  // A market whose open interest is known for longer than its candles.
  test('starts from the open interest of its first candle, not from an older one', () => {
    const made = testSeries({ seed: 4, candles: 100, candleMs });
    const candles = made.candles.slice(50);
    const { openInterest } = made;
    const fold = new BookFold({ model, series: { segments: [{ candles, candleMs }], openInterest } });
    const known = openInterest.findLast(({ timeMs }) => timeMs <= candles[0]!.openMs)!;
    expect(fold.book.openInterest).toBe(known.size);
  });
});

describe('the windows of a fold', () => {
  const series = seriesOf(5, 200);
  const windows = [
    { name: 'late', startMs: closeOf(150) },
    { name: 'early', startMs: closeOf(50) },
    { name: 'inside a candle', startMs: closeOf(100) + 1 },
    { name: 'not yet', startMs: closeOf(200) },
  ];

  test('are marked when their first whole candle begins', () => {
    const at = (hours: number) => folded(series, closeOf(hours), windows).book;
    expect(at(50).hasMark('early')).toBe(false);
    expect(at(51).hasMark('early')).toBe(true);
    expect(at(101).hasMark('inside a candle')).toBe(false);
    expect(at(102).hasMark('inside a candle')).toBe(true);
    expect(at(200).hasMark('late')).toBe(true);
    expect(at(200).hasMark('not yet')).toBe(false);
  });

  test('hold at their start what the book holds, and nothing younger', () => {
    const { book } = folded(series, Number.POSITIVE_INFINITY, windows);
    for (const side of ['long', 'short'] as const) {
      const [early, late] = [book.totals(side, 'early'), book.totals(side, 'late')];
      expect(early.levels).toBeLessThan(late.levels);
      expect(late.levels).toBeLessThan(book.totals(side).levels);
      expect(early.unknown).toBeCloseTo(late.unknown, 6);
    }
    const { book: atStart } = folded(series, closeOf(150));
    const { book: justAfter } = folded(series, closeOf(151), windows);
    expect(justAfter.totals('long', 'late').levels).toBeLessThanOrEqual(atStart.totals('long').levels);
    expect(justAfter.totals('long', 'late').levels / atStart.totals('long').levels).toBeGreaterThan(0.9);
  });

  test('do not change the fold', () => {
    const plain = folded(series);
    const marked = folded(series, Number.POSITIVE_INFINITY, windows);
    expect(marked.flows.long.liquidated).toBeCloseTo(plain.flows.long.liquidated, 9);
    expect(marked.book.totals('long').levels).toBeCloseTo(plain.book.totals('long').levels, 6);
  });
});
