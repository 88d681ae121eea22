import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { depthOf, type VenueBook } from '../../src/core/depth.ts';
import { sumTo } from '../../src/core/distance-curve.ts';
import type { OrderBook } from '../../src/core/market-data.ts';
import { between } from '../support/between.ts';

/** Levels every 0.1 % out to 1 %, each worth the same USD. */
function evenBook(markUsd: number, usdPerLevel: number): OrderBook {
  const side = (sign: 1 | -1) =>
    Array.from({ length: 10 }, (_, i): [number, number] => {
      const price = markUsd * (1 + (sign * (i + 1)) / 1000);
      return [price, usdPerLevel / price];
    });
  return { timeMs: 0, bids: side(-1), asks: side(1) };
}

function venue(given: Partial<VenueBook>): VenueBook {
  const markUsd = given.markUsd ?? 100;
  return {
    venue: 'alpha',
    contract: 'linear',
    markUsd,
    openInterestUsd: 1e6,
    book: evenBook(markUsd, 1000),
    ...given,
  };
}

describe('depth', () => {
  test('is what rests between the price and a distance', () => {
    const depth = depthOf([venue({})])!;
    expect(sumTo(depth.bidUsd, 0.005)).toBeCloseTo(5000, 6);
    expect(sumTo(depth.askUsd, 0.0025)).toBeCloseTo(2500, 6);
    expect(depth.bidUsd[0]).toBe(0);
  });

  test('goes on beyond the last order seen, as dense as the outer half of what was seen', () => {
    const thinOutside = evenBook(100, 1000);
    const bids = thinOutside.bids.map(([price, size], i): [number, number] => [
      price,
      i < 5 ? size * 9 : size,
    ]);
    const depth = depthOf([venue({ book: { ...thinOutside, bids } })])!;
    expect(sumTo(depth.bidUsd, 0.01)).toBeCloseTo(50_000, 6);
    expect(sumTo(depth.bidUsd, 0.03)).toBeCloseTo(70_000, 6);
    expect(depth.seenTo.bid).toBeCloseTo(0.01, 12);
  });

  test('of several venues is aligned by the distance from the own mark of each', () => {
    const apart = depthOf([venue({}), venue({ venue: 'beta', markUsd: 103 })])!;
    expect(sumTo(apart.bidUsd, 0.004)).toBeCloseTo(8000, 6);
    expect(apart.venues).toEqual(['alpha', 'beta']);
  });

  test('of an inverse contract counts its sizes as the USD they are', () => {
    const { timeMs, bids, asks } = evenBook(100, 1000);
    const inUsd = (side: typeof bids) => side.map(([price]): [number, number] => [price, 1000]);
    const inverse = venue({ contract: 'inverse', book: { timeMs, bids: inUsd(bids), asks: inUsd(asks) } });
    expect(sumTo(depthOf([inverse])!.askUsd, 0.005)).toBeCloseTo(5000, 6);
  });

  test('takes a market without a book to be as deep for its open interest as the others', () => {
    const both = depthOf([venue({}), venue({ venue: 'beta', book: undefined, openInterestUsd: 5e5 })])!;
    expect(both.coveredShare).toBeCloseTo(2 / 3, 12);
    expect(sumTo(both.bidUsd, 0.005)).toBeCloseTo(7500, 6);
  });

  test.each([
    ['no market told its orders', [venue({ book: undefined })]],
    [
      'those that did hold less than half of open interest',
      [venue({}), venue({ book: undefined, openInterestUsd: 1.1e6 })],
    ],
    ['a side is empty', [venue({ book: { ...evenBook(100, 1000), bids: [] } })]],
    ['nothing is open', [venue({ openInterestUsd: 0 })]],
  ])('is unknown where %s', (_, markets) => {
    expect(depthOf(markets)).toBeUndefined();
  });

  test('never falls with distance, whatever the books', () => {
    const book = fc
      .array(fc.tuple(between(0, 0.05), between(0, 1000)), { minLength: 2, maxLength: 30 })
      .map((levels): OrderBook => {
        const sorted = levels.toSorted(([a], [b]) => a - b);
        return {
          timeMs: 0,
          bids: sorted.map(([distance, size]) => [100 * (1 - distance), size]),
          asks: sorted.map(([distance, size]) => [100 * (1 + distance), size]),
        };
      });
    fc.assert(
      fc.property(fc.array(book, { minLength: 1, maxLength: 3 }), (books) => {
        const depth = depthOf(books.map((one) => venue({ book: one })));
        if (!depth) return;
        for (const curve of [depth.bidUsd, depth.askUsd]) {
          expect(curve.every((usd, i) => i === 0 || usd >= curve[i - 1]! * (1 - 1e-12))).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
