import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Book } from '../../src/core/book.ts';
import { bookModel } from '../../src/core/book-model.ts';
import { isolatedMargin, liquidationPrice } from '../../src/core/margin.ts';
import type { Contract, MarginRules, Side } from '../../src/core/market-data.ts';
import type { OpeningWeights } from '../../src/core/weights.ts';
import { between, magnitude } from '../support/between.ts';
import { levelsOf, plainRules } from '../support/book-fixtures.ts';

const contracts = ['linear', 'inverse'] as const;
const sides = ['long', 'short'] as const;
const binWidth = 0.001;
const rules: MarginRules = { ...plainRules, feeRate: 0.0006 };
const maintenanceRate = rules.tiers[0]!.maintenanceRate;

/** All that opens has one leverage. */
function weightsOf(leverage: number): OpeningWeights {
  const bucket = { leverage, longShare: 1, shortShare: 1, longFastShare: 0.5, shortFastShare: 0.5 };
  return { source: 'one leverage', buckets: [bucket], fastHazardRatio: 10, churn: 0 };
}

/** A book whose bin of entry has `price` in its middle. */
function bookAt(contract: Contract, price: number, leverage: number): Book {
  const model = bookModel({ contract, rules, weights: weightsOf(leverage), price });
  const half = Math.sqrt(1 + binWidth);
  const anchor = contract === 'linear' ? price / half : price * half;
  return new Book({ model, price: anchor, openInterest: 1000, relativeWidth: binWidth });
}

const flat = (price: number, volume: number) => ({
  openMs: 0,
  open: price,
  high: price,
  low: price,
  close: price,
  volume,
});

/** Mean of the levels of a side, on the axis where size is fixed. */
function meanLevel(book: Book, side: Side): number {
  let size = 0;
  let weighted = 0;
  book.visitLevels((of, _bucket, low, high, amount) => {
    if (of !== side) return;
    size += amount;
    weighted += amount * (book.model.contract === 'linear' ? (low + high) / 2 : (1 / low + 1 / high) / 2);
  });
  // The middle between the levels of a bin's ends lies a little above the level of its middle in log price.
  return weighted / size / Math.cosh(Math.log1p(binWidth) / 2);
}

/** Where the venue closes a position of size 1, entered at a price, after it has paid these fundings. */
function venueLevel(
  contract: Contract,
  side: Side,
  position: { entry: number; leverage: number; payments: readonly { rate: number; mark: number }[] },
): number {
  const { entry, leverage, payments } = position;
  const size = 1;
  const sign = side === 'long' ? 1 : -1;
  const paid = payments.reduce(
    (sum, { rate, mark }) => sum + sign * rate * (contract === 'linear' ? size * mark : size / mark),
    0,
  );
  const margin = isolatedMargin({ contract, size, entry, leverage }) - paid;
  const price = liquidationPrice({
    contract,
    side,
    size,
    entry,
    margin,
    maintenanceRate,
    feeRate: rules.feeRate,
  })!;
  return contract === 'linear' ? price : 1 / price;
}

const leverages = between(1.5, 60);
const prices = magnitude(1e-3, 1e5);
/** Payments that together keep away from the mark, each at a mark near the entry. */
const payments = fc.array(
  fc.record({
    rate: between(-2e-4, 2e-4),
    move: between(-2e-3, 2e-3),
  }),
  { maxLength: 8 },
);

describe.each(contracts)('a %s book', (contract) => {
  test.each(sides)('places a %s where its venue closes it by force, whatever funding it pays', (side) => {
    fc.assert(
      fc.property(leverages, prices, payments, (leverage, entry, funding) => {
        const book = bookAt(contract, entry, leverage);
        book.step({ candle: flat(entry, 100) });
        const paid: { rate: number; mark: number }[] = [];
        for (const { rate, move } of funding) {
          paid.push({ rate, mark: book.markPrice });
          book.step({ candle: flat(entry * (1 + move), 0), fundingRate: rate });
        }
        const level = venueLevel(contract, side, { entry, leverage, payments: paid });
        expect(meanLevel(book, side) / level).toBeCloseTo(1, 8);
      }),
      { numRuns: 60 },
    );
  });

  test.each(sides)('places a %s that opens after others paid funding as if they had not', (side) => {
    fc.assert(
      fc.property(between(2, 40), between(-0.1, 0.1), (leverage, rate) => {
        const book = bookAt(contract, 3000, leverage);
        book.step({ candle: flat(3000, 0), fundingRate: rate });
        book.step({ candle: flat(3000, 100) });
        const level = venueLevel(contract, side, { entry: 3000, leverage, payments: [] });
        // Shared between two bins, its mean is exact up to a part of the bin's width squared.
        expect(meanLevel(book, side) / level).toBeCloseTo(1, 6);
      }),
      { numRuns: 60 },
    );
  });

  test('counts as never liquidated what funding has carried beyond any price', () => {
    const book = bookAt(contract, 3000, 1.5);
    book.step({ candle: flat(3000, 100) });
    const [receiver, rate] = contract === 'linear' ? (['long', -0.4] as const) : (['short', 0.4] as const);
    const before = book.totals(receiver);
    book.step({ candle: flat(3000, 0), fundingRate: rate });
    expect(before.levels).toBeGreaterThan(0);
    expect(book.totals(receiver)).toEqual({ ...before, levels: 0, never: before.levels });
    book.visitLevels((side, _bucket, low, high) => {
      expect(side).not.toBe(receiver);
      expect(low).toBeGreaterThan(0);
      expect(high).toBeLessThan(Number.POSITIVE_INFINITY);
    });
  });

  test('liquidates what funding carries through the mark, on the side that pays', () => {
    // Paid at the mark before the candle, so it counts even where trades then jump away from the payer's levels.
    for (const [payer, rate, price] of [
      ['long', 0.03, 3000],
      ['short', -0.03, 3000],
      ['long', 0.03, 3120],
      ['short', -0.03, 2880],
    ] as const) {
      const book = bookAt(contract, 3000, 30);
      book.step({ candle: flat(3000, 100) });
      const flows = book.step({ candle: flat(price, 1e5), fundingRate: rate });
      const receiver = payer === 'long' ? 'short' : 'long';
      expect(flows[payer].liquidated).toBeGreaterThan(10);
      expect(flows[receiver].liquidated).toBe(0);
    }
  });
});

test('funding does not move isolated margin where the venue keeps it apart', () => {
  const apart = { ...rules, fundingMovesMargin: false };
  const shiftAt = (leverage: number) =>
    bookModel({ contract: 'linear', rules: apart, weights: weightsOf(leverage), price: 1 }).fundingShift[0];
  expect(shiftAt(20)).toBe(0);
  expect(shiftAt(5)).toBeGreaterThan(1);
});

describe('within one candle', () => {
  const leverage = 10;
  // Long levels lie at 0.9055 of their entry, short ones at 1.0939 of it.
  const book = () => {
    const fresh = bookAt('linear', 100, leverage);
    fresh.step({ candle: flat(100, 0) });
    return fresh;
  };
  const candle = (open: number, low: number, high: number, close: number) => ({
    openMs: 0,
    open,
    low,
    high,
    close,
    volume: 10_000,
  });
  const longFactor = (1 - 1 / leverage) / (1 - maintenanceRate - rules.feeRate);
  const shortFactor = (1 + 1 / leverage) / (1 + maintenanceRate + rules.feeRate);

  test('what opens on the way up is spared by a low that came before', () => {
    const { long, short } = book().step({ candle: candle(100, 99.9, 125, 124) });
    expect(long.liquidated).toBe(0);
    // Shorts of the way up from 99.9 meet the high, if they entered below 125 / 1.0939.
    const path = Math.log(100 / 99.9) + Math.log(125 / 99.9) + Math.log(125 / 124);
    const crossed = (Math.log(100 / 99.9) + Math.log(125 / shortFactor / 99.9)) / path;
    expect(short.liquidated / short.opened).toBeCloseTo(crossed, 2);
  });

  test('what opens on the way down meets the low that comes after, the nearer extreme first', () => {
    const { long, short } = book().step({ candle: candle(100, 80, 100.1, 81) });
    expect(short.liquidated).toBe(0);
    const path = Math.log(100.1 / 100) + Math.log(100.1 / 80) + Math.log(81 / 80);
    const crossed = (Math.log(100.1 / 100) + Math.log(100.1 / (80 / longFactor))) / path;
    expect(long.liquidated / long.opened).toBeCloseTo(crossed, 2);
  });

  test('a leg meets the legs after it and not those before', () => {
    // Up to 101, down to 80, back up to 95. Shorts from below 95 / 1.0939 meet the close, whether they opened on
    // the way down or on the way back; the high of 101 came before all of them.
    const { short } = book().step({ candle: candle(100, 80, 101, 95) });
    const path = Math.log(101 / 100) + Math.log(101 / 80) + Math.log(95 / 80);
    const crossed = (2 * Math.log(95 / shortFactor / 80)) / path;
    expect(short.liquidated / short.opened).toBeCloseTo(crossed, 2);
  });
});

describe('between candles', () => {
  test('what stands is crossed in the gap that trades jumped over', () => {
    const book = bookAt('linear', 100, 10);
    book.step({ candle: flat(100, 100) });
    const stood = book.totals('long').levels;
    // 90.55 lies between the close of 100 and the open of 85.
    const { long } = book.step({ candle: { ...flat(85, 1e4), low: 84, high: 86 } });
    expect(long.liquidated).toBeGreaterThanOrEqual(stood * (1 - 1e-9));
  });

  test('mark prices decide over liquidation, not trades', () => {
    const book = bookAt('linear', 100, 10);
    book.step({ candle: flat(100, 100) });
    const wick = { ...flat(100, 1e4), low: 85 };
    const before = levelsOf(book).length;
    expect(book.step({ candle: { ...wick, volume: 0 }, mark: flat(100, 0) }).long.unconfirmed).toBe(0);
    expect(levelsOf(book).length).toBe(before);
    expect(
      book.step({ candle: { ...flat(100, 1e4) }, mark: { ...wick, volume: 0 } }).long.liquidated,
    ).toBeGreaterThan(0);
  });
});
