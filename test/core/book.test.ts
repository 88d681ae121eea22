import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BookStep } from '../../src/core/book.ts';
import { Book } from '../../src/core/book.ts';
import { fewPairs, levelsOf, marketHistory } from '../support/book-fixtures.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const startPrice = 3000;
const startOpenInterest = 100_000;

function fold(book: Book, steps: readonly BookStep[]): Book {
  for (const step of steps) book.step(step);
  return book;
}

function newBook(contract: 'linear' | 'inverse' = 'linear', scale = { price: 1, size: 1 }): Book {
  return new Book({
    model: fewPairs[contract],
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
      { numRuns: 12 },
    );
  });

  test('has no mass at a level that price has crossed, nor anything negative', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const book = newBook(contract);
        for (const step of marketHistory(seed, 150)) {
          book.step(step);
          let smallest = Number.POSITIVE_INFINITY;
          let narrowest = Number.POSITIVE_INFINITY;
          // How far the level of a long lies above the mark price, or that of a short below it, as a fraction.
          let crossed = Number.NEGATIVE_INFINITY;
          book.visitLevels((side, _bucket, low, high, size) => {
            smallest = Math.min(smallest, size);
            narrowest = Math.min(narrowest, high - low);
            const middle = contract === 'linear' ? (low + high) / 2 : 2 / (1 / low + 1 / high);
            const distance = middle / book.markPrice - 1;
            crossed = Math.max(crossed, side === 'long' ? distance : -distance);
          });
          expect(smallest).toBeGreaterThan(0);
          expect(narrowest).toBeGreaterThan(0);
          // The middle of a cell of 0.1 % is its level to within 1e-6.
          expect(crossed).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 8 },
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
      { numRuns: 12 },
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
  for (const fundingRate of [1, -1]) expect(() => book.step({ candle, fundingRate })).toThrow(RangeError);
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

describe('of what a fall of price crosses', () => {
  const history = marketHistory(5, 300);
  const book = () => fold(newBook(), history);
  const from = book().markPrice;
  const held = book().openInterest;
  const fall = { openMs: 0, open: from, high: from * 1.01, low: from * 0.9, close: from * 0.9 };
  const crossed = book().step({ candle: { ...fall, volume: 0 } }).long.unconfirmed;

  test('that is liquidated for which there are closings, and the rest is unconfirmed, to the last unit', () => {
    expect(crossed).toBeGreaterThan(1000);
    for (const share of [0.25, 0.5, 1, 1.5]) {
      const closing = share * crossed;
      // All volume closes: nothing opens that could be crossed as well.
      const step = { candle: { ...fall, volume: closing }, openInterest: held - closing };
      const { long } = book().step(step);
      expect(long.opened).toBeCloseTo(0, 6);
      expect(long.liquidated / Math.min(crossed, closing)).toBeCloseTo(1, 9);
      expect(long.unconfirmed).toBeCloseTo(Math.max(0, crossed - closing), 6);
    }
  });

  test('what opens in the fall has the same share as ever, whether it counts as liquidated or not', () => {
    const shares = [
      { volume: 5_000, change: 5_000 },
      { volume: 40_000, change: 40_000 },
      { volume: 60_000, change: 0 },
      { volume: 400_000, change: 20_000 },
      { volume: 300_000, change: -20_000 },
    ].map(({ volume, change }) => {
      const { long } = book().step({ candle: { ...fall, volume }, openInterest: held + change });
      expect(long.opened).toBeGreaterThan(1_000);
      return (long.liquidated + long.unconfirmed - crossed) / long.opened;
    });
    expect(shares[0]).toBeGreaterThan(0.01);
    for (const share of shares) expect(share / shares[0]!).toBeCloseTo(1, 8);
  });
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

test('an open interest that all but vanishes in a candle of heavy trading leaves whole numbers behind', () => {
  const book = fold(newBook(), marketHistory(1, 50));
  const price = book.markPrice;
  const flat = { openMs: 0, open: price, high: price, low: price, close: price, volume: 1e6 };
  // The fast class closes to its last bit here, while new positions enter it.
  for (const openInterest of [book.openInterest * 0.02, 1, 40_000]) {
    book.step({ candle: flat, openInterest });
    for (const side of ['long', 'short'] as const) {
      expect(standing(book, side) / openInterest).toBeCloseTo(1, 9);
    }
  }
});

test('is read without being changed', () => {
  const steps = marketHistory(11, 200);
  const unread = fold(newBook(), steps);
  const read = newBook();
  for (const step of steps) {
    read.step(step);
    read.totals('long');
    read.mark('now');
  }
  const levels = levelsOf(read);
  for (const [i, level] of levelsOf(unread).entries()) {
    expect(level.size / levels[i]!.size).toBeCloseTo(1, 9);
    expect(level.middle).toBe(levels[i]!.middle);
  }
});

test('reports what its own candle crosses beyond the volume as unconfirmed too', () => {
  const book = newBook();
  const at = (price: number) => ({ openMs: 0, open: price, high: price, low: price, close: price });
  // Growth without any closing: what opens on the way up meets the way down, but nothing may close.
  book.step({ candle: { ...at(3000), volume: 0 } });
  const candle = { openMs: 60_000, open: 3000, high: 3010, low: 2700, close: 2705, volume: 50_000 };
  const { long } = book.step({ candle, openInterest: startOpenInterest + 50_000 });
  expect(long).toMatchObject({ opened: 50_000, closed: 0, liquidated: 0 });
  expect(long.unconfirmed).toBeGreaterThan(1000);
  expect(standing(book, 'long')).toBeCloseTo(startOpenInterest + 50_000, 4);
});

test('a mark holds, at its moment, all that the book holds', () => {
  const book = fold(newBook(), marketHistory(13, 200));
  book.mark('now');
  for (const side of ['long', 'short'] as const) expect(book.totals(side, 'now')).toEqual(book.totals(side));
  expect(book.totals('long').never).toBeGreaterThan(0);
  let newer = 0;
  book.visitLevels(() => newer++, 'now');
  expect(newer).toBe(0);
});

test('a mark loses what is crossed, and nothing else, when nothing closes', () => {
  const book = fold(newBook(), marketHistory(12, 200));
  book.mark('then');
  const before = book.totals('long', 'then');
  const price = book.markPrice;
  const drop = { openMs: 0, open: price, high: price, low: price * 0.95, close: price, volume: 0 };
  const { long } = book.step({ candle: drop });
  const after = book.totals('long', 'then');
  expect(long.unconfirmed).toBeGreaterThan(0);
  expect(before.levels - after.levels).toBeCloseTo(long.unconfirmed, 6);
  expect(after.never).toBe(before.never);
  expect(after.unknown).toBe(before.unknown);
  expect(() => book.totals('long', 'never marked')).toThrow(/never marked/);
});
