import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BookModel } from '../../src/core/book-model.ts';
import { BookFold, historyStart } from '../../src/core/fold.ts';
import { TapeReader, TapeWriter } from '../../src/core/number-tape.ts';
import type { MarketSeries } from '../../src/core/series.ts';
import { fewPairs, linearModel } from '../support/book-fixtures.ts';
import { hourMs, startMs, testSeries } from '../support/market-series.ts';

const candleMs = hourMs;
const closeOf = (i: number) => startMs + i * candleMs;
const windowStarts = [
  { name: 'early', startMs: closeOf(60) },
  { name: 'late', startMs: closeOf(150) },
];

function seriesOf(seed: number, candles = 200): MarketSeries {
  const made = testSeries({ seed, candles, candleMs });
  return {
    segments: [{ candles: made.candles, candleMs }],
    openInterest: made.openInterest.slice(20),
    funding: made.funding,
  };
}

/** All that can be read off a fold: levels, by age, totals and flows, as numbers in a fixed order. */
function readingOf({ book, flows, closeMs }: BookFold): number[] {
  const numbers = [book.openInterest, book.markPrice, closeMs ?? 0, flows.steps, flows.traced];
  numbers.push(...Object.values(flows.long), ...Object.values(flows.short));
  const marks = ['early', 'late', historyStart].filter((name) => book.hasMark(name));
  for (const mark of [undefined, ...marks]) {
    for (const side of ['long', 'short'] as const) numbers.push(...Object.values(book.totals(side, mark)));
    // What is left of a level that was all but taken out may round to nothing.
    book.visitLevels((_, bucket, low, high, size) => {
      if (size > book.openInterest * 1e-13) numbers.push(bucket + low + high, size);
    }, mark);
  }
  return numbers;
}

/** How far two readings lie apart, over the size of what is read; open interest is some 100,000. */
function worstDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i]!) / Math.max(Math.abs(x), 1)), 0);
}

function foldedOn(model: BookModel, series: MarketSeries, cuts: readonly number[]): BookFold {
  let fold = new BookFold({ model, series, windowStarts });
  for (const cut of cuts) {
    fold.foldUntil(closeOf(cut));
    fold = new BookFold({ model, series, saved: fold.save() });
  }
  fold.foldUntil(Number.POSITIVE_INFINITY);
  return fold;
}

describe('a fold that is saved and goes on', () => {
  test.each(Object.entries(fewPairs))('equals the fold at once (%s)', (_, model) => {
    const cuts = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), cuts, (seed, hours) => {
        const series = seriesOf(seed);
        const once = new BookFold({ model, series, windowStarts });
        once.foldUntil(Number.POSITIVE_INFINITY);
        const parts = foldedOn(
          model,
          series,
          hours.sort((a, b) => a - b),
        );
        expect(worstDifference(readingOf(once), readingOf(parts))).toBeLessThan(1e-12);
        expect(parts.book.totals('long').levels / once.book.totals('long').levels).toBeCloseTo(1, 13);
      }),
      { numRuns: 8 },
    );
  });

  test('says the same as before it was saved, to the last bit', () => {
    const series = seriesOf(3);
    const fold = new BookFold({ model: linearModel, series, windowStarts });
    fold.foldUntil(closeOf(170));
    const saved = fold.save();
    const again = new BookFold({ model: linearModel, series, saved });
    expect(worstDifference(readingOf(again), readingOf(fold))).toBe(0);
    expect(Buffer.compare(again.save(), saved)).toBe(0);
  });

  test('needs no candle that it has folded', () => {
    const series = seriesOf(4);
    const fold = new BookFold({ model: linearModel, series, windowStarts });
    fold.foldUntil(closeOf(120));
    const [{ candles } = { candles: [] }] = series.segments;
    const rest: MarketSeries = {
      segments: [{ candles: candles.slice(100), candleMs }],
      openInterest: series.openInterest.filter(({ timeMs }) => timeMs >= closeOf(120)),
      funding: series.funding!.filter(({ timeMs }) => timeMs >= closeOf(110)),
    };
    const late = new BookFold({ model: linearModel, series: rest, saved: fold.save() });
    late.foldUntil(Number.POSITIVE_INFINITY);
    fold.foldUntil(Number.POSITIVE_INFINITY);
    expect(late.closeMs).toBe(closeOf(200));
    expect(worstDifference(readingOf(fold), readingOf(late))).toBeLessThan(1e-12);
  });

  test('has not become another book: raise foldVersion when it does', () => {
    const fold = new BookFold({ model: linearModel, series: seriesOf(5), windowStarts });
    fold.foldUntil(Number.POSITIVE_INFINITY);
    const { levels, never, unknown } = fold.book.totals('long', 'early');
    expect([levels, never, unknown].map((size) => Number(size.toPrecision(9)))).toMatchInlineSnapshot(`
      [
        8531.79082,
        1302.4648,
        43434.2974,
      ]
    `);
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a part of it', 'cut'],
    ['a cut number', new Uint8Array(13)],
    ['more than it', 'longer'],
    ['another version', 'version'],
    ['numbers that are none', 'garbage'],
  ])('refuses %s', (_, spoilt) => {
    const series = seriesOf(6);
    const fold = new BookFold({ model: linearModel, series });
    fold.foldUntil(closeOf(50));
    const saved = fold.save();
    const numbers = new Float64Array(saved.buffer);
    const bytes =
      typeof spoilt !== 'string'
        ? spoilt
        : {
            cut: saved.slice(0, 8_000),
            longer: new Uint8Array([...saved, ...new Uint8Array(8)]),
            version: new Uint8Array(Float64Array.of(99, ...numbers.slice(1)).buffer),
            garbage: new Uint8Array(numbers.map((each, i) => (i < 6 ? each : Number.NaN)).buffer),
          }[spoilt]!;
    expect(() => new BookFold({ model: linearModel, series, saved: bytes })).toThrow(RangeError);
  });
});

describe('a tape', () => {
  test('gives back numbers and texts as they were put on it', () => {
    const numbers = fc.array(fc.double({ noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.oneof(numbers, fc.string({ unit: 'binary' }))), (items) => {
        const tape = new TapeWriter();
        for (const item of items) {
          if (typeof item === 'string') tape.putText(item);
          else tape.putAll(item);
        }
        const read = new TapeReader(tape.bytes());
        const back = items.map((item) =>
          typeof item === 'string' ? read.nextText() : [...read.nextAll(item.length)],
        );
        expect(back).toEqual(items);
        read.end();
      }),
      { numRuns: 30 },
    );
  });

  test('grows with what is put on it', () => {
    const tape = new TapeWriter();
    const many = Float64Array.from({ length: 10_000 }, (_, i) => i / 7);
    tape.put(1);
    tape.putAll(many);
    const read = new TapeReader(tape.bytes());
    read.next();
    expect(read.nextAll(many.length)).toEqual(many);
  });
});
