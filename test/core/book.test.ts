import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BookStep } from '../../src/core/book.ts';
import { Book } from '../../src/core/book.ts';
import { restingFastShare } from '../../src/core/book-model.ts';
import { inverseModel, levelsOf, linearModel, marketHistory } from '../support/book-fixtures.ts';
import { DenseBook } from '../support/dense-book.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const startPrice = 3000;
const startOpenInterest = 100_000;
const models = { linear: linearModel, inverse: inverseModel } as const;

function fold(book: Book, steps: readonly BookStep[]): Book {
  for (const step of steps) book.step(step);
  return book;
}

function newBook(contract: keyof typeof models = 'linear', scale = { price: 1, size: 1 }): Book {
  return new Book({
    model: models[contract],
    price: startPrice * scale.price,
    openInterest: startOpenInterest * scale.size,
  });
}

function standing(book: Book, side: 'long' | 'short'): number {
  const { levels, never, unknown } = book.totals(side);
  return levels + never + unknown;
}

describe.each(['linear', 'inverse'] as const)('a %s book', (contract) => {
  test('holds as many longs as shorts as open interest after every step, over all ages', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const book = newBook(contract);
        for (const step of marketHistory(seed, 150)) {
          book.step(step);
          expect(Math.abs(standing(book, 'long') / book.openInterest - 1)).toBeLessThan(1e-9);
          expect(Math.abs(standing(book, 'short') / book.openInterest - 1)).toBeLessThan(1e-9);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('has no mass at a level that price has crossed, nor anything negative', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const book = newBook(contract);
        for (const step of marketHistory(seed, 150)) {
          book.step(step);
          let smallest = Number.POSITIVE_INFINITY;
          // How far the level of a long lies above the mark price, or that of a short below it, as a fraction.
          let crossed = Number.NEGATIVE_INFINITY;
          book.visitLevels((side, _bucket, low, high, size) => {
            smallest = Math.min(smallest, size);
            const middle = contract === 'linear' ? (low + high) / 2 : 2 / (1 / low + 1 / high);
            const distance = middle / book.markPrice - 1;
            crossed = Math.max(crossed, side === 'long' ? distance : -distance);
          });
          expect(smallest).toBeGreaterThan(0);
          // The middle of a cell of 0.1 % is its level to within 1e-6.
          expect(crossed).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('returns flows that reconcile with the change of open interest and with volume', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const book = newBook(contract);
        for (const step of marketHistory(seed, 150)) {
          const before = book.openInterest;
          const { long, short, traced } = book.step(step);
          const change = book.openInterest - before;
          const tolerance = 1e-9 * startOpenInterest;
          for (const side of [long, short]) {
            expect(Math.abs(side.opened - side.closed - change)).toBeLessThan(tolerance);
            expect(side.closed - side.liquidated).toBeGreaterThan(-tolerance);
            expect(Math.min(side.opened, side.closed, side.liquidated, side.unconfirmed)).toBeGreaterThan(
              -tolerance,
            );
          }
          expect(Math.abs(long.opened + short.closed - traced)).toBeLessThan(tolerance);
          expect(Math.abs(short.opened + long.closed - traced)).toBeLessThan(tolerance);
          expect(traced).toBeLessThanOrEqual(Math.max(step.candle.volume, Math.abs(change)) + tolerance);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('scales with open interest and volume', () => {
    const steps = marketHistory(7, 300);
    const bigger = steps.map((step) => ({
      ...step,
      candle: { ...step.candle, volume: step.candle.volume * 8 },
      ...(step.openInterest !== undefined && { openInterest: step.openInterest * 8 }),
    }));
    const small = levelsOf(fold(newBook(contract), steps));
    const big = levelsOf(fold(newBook(contract, { price: 1, size: 8 }), bigger));
    expect(big.length).toBe(small.length);
    for (const [i, level] of big.entries()) expect(level.size / small[i]!.size / 8).toBeCloseTo(1, 9);
  });

  test('moves its levels with all prices', () => {
    const steps = marketHistory(8, 300);
    const times = (c: BookStep['candle'], f: number) => ({
      ...c,
      open: c.open * f,
      high: c.high * f,
      low: c.low * f,
      close: c.close * f,
    });
    const dearer = steps.map((step) => ({
      ...step,
      candle: times(step.candle, 1000),
      ...(step.mark && { mark: times(step.mark, 1000) }),
    }));
    const cheap = levelsOf(fold(newBook(contract), steps));
    const dear = levelsOf(fold(newBook(contract, { price: 1000, size: 1 }), dearer));
    const total = cheap.reduce((sum, level) => sum + level.size, 0);
    expect(dear.reduce((sum, level) => sum + level.size, 0) / total).toBeCloseTo(1, 9);
    const mean = (levels: typeof cheap) => levels.reduce((sum, l) => sum + l.size * l.middle, 0);
    expect(mean(dear) / mean(cheap) / 1000).toBeCloseTo(1, 9);
  });

  test('is altered by nothing but volume, change of open interest, funding or crossing', () => {
    const book = fold(newBook(contract), marketHistory(9, 200));
    const before = levelsOf(book);
    const price = book.markPrice;
    const still = {
      openMs: 0,
      open: price,
      high: price * 1.0001,
      low: price * 0.9999,
      close: price,
      volume: 0,
    };
    book.step({ candle: still, openInterest: book.openInterest, fundingRate: 0 });
    book.step({ candle: still });
    expect(levelsOf(book)).toEqual(before);
  });
});

test('a linear book equals the plain dense one, cell by cell, after every kind of step', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const book = newBook();
      const fastShare = restingFastShare(linearModel);
      const dense = new DenseBook({
        model: linearModel,
        price: startPrice,
        openInterest: startOpenInterest,
        fastShare,
      });
      for (const step of marketHistory(seed, 120)) {
        book.step(step);
        dense.step(step);
      }
      const tolerance = 1e-9 * book.openInterest;
      const seen = new Map<string, number>();
      book.visitLevels((side, bucket, low, high, size) => {
        seen.set(`${side} ${bucket} ${((low + high) / 2).toPrecision(6)}`, size);
      });
      let cells = 0;
      let worst = 0;
      for (const [p, classes] of dense.cells.entries()) {
        const buckets = dense.cells.length / 2;
        for (let bin = 0; bin < dense.centres.length; bin++) {
          const size = classes[0]![bin]! + classes[1]![bin]!;
          if (size < tolerance) continue;
          const step = Math.log(1.001);
          const halfWidth = (dense.level(p, bin) - dense.offsets[p]!) * (Math.cosh(step / 2) - 1);
          const middle = dense.level(p, bin) + halfWidth;
          const key = `${p < buckets ? 'long' : 'short'} ${p % buckets} ${middle.toPrecision(6)}`;
          cells++;
          worst = Math.max(worst, Math.abs((seen.get(key) ?? 0) - size));
        }
      }
      expect(cells).toBeGreaterThan(500);
      expect(worst).toBeLessThan(tolerance);
      for (const [direction, side] of [
        [0, 'long'],
        [1, 'short'],
      ] as const) {
        expect(Math.abs(dense.size(direction) - standing(book, side))).toBeLessThan(tolerance);
      }
    }),
    { numRuns: 8 },
  );
});

test('refuses a step that is not sound and keeps what it held', () => {
  const book = fold(newBook(), marketHistory(3, 50));
  const before = levelsOf(book);
  const candle = { openMs: 0, open: 3000, high: 3010, low: 2990, close: 3005, volume: 10 };
  expect(() => book.step({ candle: { ...candle, high: 2999 } })).toThrow(RangeError);
  expect(() => book.step({ candle: { ...candle, volume: Number.NaN } })).toThrow(/volume NaN/);
  expect(() => book.step({ candle: { ...candle, volume: -1 } })).toThrow(/volume -1/);
  expect(() => book.step({ candle: { ...candle, close: Number.NaN } })).toThrow(RangeError);
  expect(() => book.step({ candle, openInterest: -5 })).toThrow(/open interest -5/);
  expect(() => book.step({ candle, fundingRate: Number.NaN })).toThrow(/funding rate NaN/);
  expect(levelsOf(book)).toEqual(before);
});

test('what is marked older only shrinks, and what is newer is the rest', () => {
  const steps = marketHistory(4, 300);
  const book = fold(newBook(), steps.slice(0, 150));
  book.mark('window');
  let older = book.totals('long', 'window').levels;
  expect(older).toBeCloseTo(book.totals('long').levels, 6);
  for (const step of steps.slice(150)) {
    book.step(step);
    const left = book.totals('long', 'window').levels;
    expect(left).toBeLessThanOrEqual(older * (1 + 1e-12));
    older = left;
  }
  let newer = 0;
  book.visitLevels((side, _bucket, _low, _high, size) => {
    if (side === 'long') newer += size;
  }, 'window');
  expect(newer + older).toBeCloseTo(book.totals('long').levels, 4);
  expect(newer).toBeGreaterThan(0);
});

test('crossings that volume cannot account for are reported as unconfirmed and re-enter', () => {
  const book = fold(newBook(), marketHistory(5, 300));
  const price = book.markPrice;
  const crash = { openMs: 0, open: price, high: price, low: price * 0.7, close: price * 0.72, volume: 0 };
  const { long } = book.step({ candle: crash });
  expect(long.unconfirmed).toBeGreaterThan(0);
  expect(long.liquidated).toBe(0);
  expect(standing(book, 'long')).toBeCloseTo(book.openInterest, 4);
});

test('funding paid by longs moves their levels up by rate x mark / (1 - rate of maintenance)', () => {
  const price = startPrice;
  const flat = (volume: number) => ({
    openMs: 0,
    open: price,
    high: price,
    low: price,
    close: price,
    volume,
  });
  const book = newBook();
  book.step({ candle: flat(50_000) });
  const before = levelsOf(book).filter((level) => level.side === 'long' && level.bucket === 10);
  book.step({ candle: flat(0), fundingRate: 0.001 });
  const after = levelsOf(book).filter((level) => level.side === 'long' && level.bucket === 10);
  expect(before.length).toBeGreaterThan(0);
  const shift = linearModel.fundingShift[10]! * 0.001 * price;
  expect(after[0]!.middle - before[0]!.middle).toBeCloseTo(shift, 6);
  expect(shift).toBeGreaterThan(0.001 * price);
});

test('an open interest of zero empties the book, which can fill again', () => {
  const book = fold(newBook(), marketHistory(6, 100));
  const price = book.markPrice;
  const flat = { openMs: 0, open: price, high: price, low: price, close: price, volume: 200_000 };
  book.step({ candle: flat, openInterest: 0 });
  expect(standing(book, 'long')).toBeLessThan(1e-6);
  book.step({ candle: flat, openInterest: 500 });
  expect(standing(book, 'short')).toBeCloseTo(500, 6);
});

test('what opens after funding was paid has the level of its own entry, as if there had been none', () => {
  const price = startPrice;
  const flat = (volume: number) => ({
    openMs: 0,
    open: price,
    high: price,
    low: price,
    close: price,
    volume,
  });
  for (const contract of ['linear', 'inverse'] as const) {
    const paid = newBook(contract);
    const free = newBook(contract);
    for (let i = 0; i < 30; i++) paid.step({ candle: flat(0), fundingRate: 0.0007 });
    paid.step({ candle: flat(50_000) });
    free.step({ candle: flat(50_000) });
    for (const side of ['long', 'short'] as const) {
      for (const [bucket, leverage] of [
        [10, 6],
        [12, 10],
        [17, 33],
      ] as const) {
        const mean = (book: Book) => {
          const levels = levelsOf(book).filter((level) => level.side === side && level.bucket === bucket);
          const size = levels.reduce((sum, level) => sum + level.size, 0);
          return levels.reduce((sum, level) => sum + level.middle * level.size, 0) / size;
        };
        expect(mean(paid) / mean(free), `${contract} ${side} ${leverage}x`).toBeCloseTo(1, 4);
      }
    }
  }
});
