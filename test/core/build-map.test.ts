import { describe, expect, test } from 'vitest';
import { bookModel } from '../../src/core/book-model.ts';
import type { MapInput, MapPart } from '../../src/core/build-map.ts';
import { buildMap } from '../../src/core/build-map.ts';
import { BookFold, historyStart } from '../../src/core/fold.ts';
import type { MapWindow } from '../../src/core/liquidation-map.ts';
import { mapWindows } from '../../src/core/liquidation-map.ts';
import type { Contract, Side } from '../../src/core/market-data.ts';
import { wideWeights } from '../../src/core/weights.ts';
import { fewPairs, plainRules } from '../support/book-fixtures.ts';
import { dayMs, hourMs, startMs, testSeries } from '../support/market-series.ts';

const days = 34;
const endMs = startMs + days * dayMs;
const windowDays = { '24h': 1, '7d': 7, '30d': 30 } as const;
const sides = ['long', 'short'] as const;

/** A market folded over 34 days of hours, its open interest known from the third day on. */
function part(venue: string, contract: Contract, options: { seed: number; knownFromDay?: number }): MapPart {
  const { seed, knownFromDay = 3 } = options;
  const made = testSeries({ seed, candles: days * 24, candleMs: hourMs });
  const faceValue = contract === 'linear' ? 1 : 3000;
  const fold = new BookFold({
    model: fewPairs[contract],
    series: {
      segments: [
        {
          candles: made.candles.map((c) => ({ ...c, volume: c.volume * faceValue })),
          candleMs: hourMs,
        },
      ],
      openInterest: made.openInterest
        .filter(({ timeMs }) => timeMs >= startMs + knownFromDay * dayMs)
        .map((p) => ({ ...p, size: p.size * faceValue })),
      funding: made.funding,
    },
    windowStarts: Object.entries(windowDays).map(([name, length]) => ({
      name,
      startMs: endMs - length * dayMs,
    })),
  });
  fold.foldUntil(endMs);
  return { venue, book: fold.book, markUsd: fold.book.markPrice };
}

const linear = part('Alpha', 'linear', { seed: 1 });
const inverse = part('Beta', 'inverse', { seed: 2 });
const other = part('Alpha', 'linear', { seed: 3 });

function mapOf(parts: readonly MapPart[], window: MapWindow = 'all', changes: Partial<MapInput> = {}) {
  return buildMap({
    symbol: 'ETH',
    timeMs: endMs,
    provenance: 'simulated',
    window,
    parts,
    venues: [],
    ...changes,
  });
}

type Map = ReturnType<typeof mapOf>;
const sum = (values: Iterable<number>) => [...values].reduce((all, one) => all + one, 0);
const binsOf = (sided: { longUsd: Float64Array; shortUsd: Float64Array }, side: Side) =>
  side === 'long' ? sided.longUsd : sided.shortUsd;
const usdOf = (sided: { longUsd: number; shortUsd: number }, side: Side) =>
  side === 'long' ? sided.longUsd : sided.shortUsd;

/** USD of the levels of a book, each at its own price. */
function levelsUsd({ book }: MapPart, side: Side, window?: MapWindow): number {
  let usd = 0;
  book.visitLevels(
    (of, _bucket, low, high, size) => {
      if (of === side) usd += book.model.contract === 'linear' ? (size * (low + high)) / 2 : size;
    },
    window === 'all' ? undefined : window,
  );
  return usd;
}

describe.each(mapWindows)('a map of %s', (window) => {
  const map = mapOf([linear, inverse, other], window);

  test.each(sides)('holds all that its books hold of a %s', (side) => {
    const drawn = sum(binsOf(map, side)) + usdOf(map.outside, side);
    const expected = sum([linear, inverse, other].map((one) => levelsUsd(one, side, window)));
    expect(drawn / expected).toBeCloseTo(1, 9);
    // An inverse contract has its size in USD, so that all parts sum to open interest.
    const alone = mapOf([inverse], window);
    const all =
      sum(binsOf(alone, side)) +
      usdOf(alone.outside, side) +
      usdOf(alone.neverLiquidated, side) +
      usdOf(alone.older, side);
    expect(all / inverse.book.openInterest).toBeCloseTo(1, 9);
    expect(alone.openInterestUsd).toBe(inverse.book.openInterest);
  });

  test.each(sides)(
    'is the sum of its groups of leverage, and of its venues, in every bin of a %s',
    (side) => {
      for (const [i, usd] of binsOf(map, side).entries()) {
        const tolerance = 1e-9 * usd + 1e-9;
        expect(Math.abs(sum(map.byLeverage.map((layer) => binsOf(layer, side)[i]!)) - usd)).toBeLessThan(
          tolerance,
        );
        expect(Math.abs(sum(map.byVenue.map((layer) => binsOf(layer, side)[i]!)) - usd)).toBeLessThan(
          tolerance,
        );
      }
      expect(map.byVenue.map(({ venue }) => venue)).toEqual(['Alpha', 'Beta']);
    },
  );

  test('has longs below its price and shorts above', () => {
    const half = (map.edges.length - 1) / 2;
    expect(map.edges[half]).toBe(map.priceUsd);
    expect(sum(map.longUsd.subarray(half))).toBe(0);
    expect(sum(map.shortUsd.subarray(0, half))).toBe(0);
    expect(sum(map.longUsd)).toBeGreaterThan(0);
    expect(sum(map.shortUsd)).toBeGreaterThan(0);
  });

  test.each(sides)('has a mean leverage of a %s within the groups that make up the bin', (side) => {
    for (const [i, mean] of map.meanLeverage[side].entries()) {
      const groups = map.byLeverage.filter((layer) => binsOf(layer, side)[i]! > 0);
      if (groups.length === 0) {
        expect(mean).toBe(0);
        continue;
      }
      expect(mean).toBeGreaterThan(groups[0]!.minLeverage * (1 - 1e-9));
      expect(mean).toBeLessThan(groups.at(-1)!.maxLeverage * (1 + 1e-9));
    }
  });
});

describe('windows of one map', () => {
  const maps: readonly Map[] = mapWindows.map((window) => mapOf([linear, inverse], window));

  test.each(sides)('nest: in no bin of a %s does a shorter one hold more', (side) => {
    for (const [i, map] of maps.slice(1).entries()) {
      const shorter = maps[i]!;
      for (const [bin, usd] of binsOf(map, side).entries()) {
        expect(binsOf(shorter, side)[bin]!).toBeLessThanOrEqual(usd * (1 + 1e-9) + 1e-6);
      }
      expect(sum(binsOf(shorter, side))).toBeLessThan(sum(binsOf(map, side)));
      expect(usdOf(shorter.neverLiquidated, side)).toBeLessThanOrEqual(usdOf(map.neverLiquidated, side));
      expect(usdOf(shorter.older, side)).toBeGreaterThan(usdOf(map.older, side));
    }
  });

  test('have the age of nothing unknown that opened within them', () => {
    const recent = part('Alpha', 'linear', { seed: 1, knownFromDay: 32 });
    expect(mapOf([recent], '24h').unknownAgeShare).toBe(0);
    const all = mapOf([recent], 'all').unknownAgeShare;
    expect(all).toBeGreaterThan(0.1);
    expect(all).toBeLessThan(1);
    const { book } = recent;
    const ancient = sides.map((side) => book.totals(side, historyStart).levels);
    const levels = sides.map((side) => book.totals(side).levels);
    expect(all).toBeCloseTo(sum(ancient) / sum(levels), 9);
  });
});

describe('many venues on one map', () => {
  test('have each level at its distance from its own mark', () => {
    const alone = mapOf([linear]);
    const heavy = part('Gamma', 'linear', { seed: 9 });
    // Three of the other venue outweigh the first one, so the price is theirs.
    const joined = mapOf([linear, heavy, heavy, heavy]);
    expect(joined.priceUsd).toBe(heavy.markUsd);
    expect(Math.abs(joined.priceUsd / alone.priceUsd - 1)).toBeGreaterThan(0.01);
    const own = joined.byVenue.find(({ venue }) => venue === 'Alpha')!;
    for (const side of sides) {
      for (const [i, usd] of binsOf(alone, side).entries()) {
        expect(Math.abs(binsOf(own, side)[i]! - usd)).toBeLessThan(1e-6 * usd + 1);
      }
    }
  });

  test('have the median mark by open interest as their price', () => {
    const marked = (venue: MapPart, markUsd: number) => ({ ...venue, markUsd });
    expect(mapOf([marked(linear, 2990), marked(other, 3010), marked(inverse, 3000)]).priceUsd).toBe(3000);
    expect(mapOf([marked(linear, 2990), marked(linear, 2990), marked(other, 3010)]).priceUsd).toBe(2990);
  });

  test('value a linear position at its level and an inverse one at its face', () => {
    const book = linear.book;
    let checked = 0;
    const map = mapOf([linear]);
    book.visitLevels((side, _bucket, low, high, size) => {
      if (side !== 'short' || low < map.edges.at(-1)!) return;
      checked += (size * (low + high)) / 2;
    });
    expect(map.outside.shortUsd / checked).toBeCloseTo(1, 2);
    expect(map.openInterestUsd).toBeCloseTo(book.openInterest * linear.markUsd, 6);
  });

  test('need at least one book', () => {
    expect(() => mapOf([])).toThrow(/no book to draw a map of ETH/);
  });
});

test('what reaches over the mark by a part of its bin is drawn on its own side', () => {
  const made = testSeries({ seed: 12, candles: 200, candleMs: hourMs });
  const fold = new BookFold({
    model: fewPairs.linear,
    series: { segments: [{ candles: made.candles, candleMs: hourMs }], openInterest: made.openInterest },
  });
  let reaching = 0;
  for (let hours = 100; hours <= 200; hours++) {
    fold.foldUntil(startMs + hours * hourMs);
    const { book } = fold;
    book.visitLevels((side, _bucket, low, high) => {
      if (side === 'long' ? high > book.markPrice : low < book.markPrice) reaching++;
    });
    const map = mapOf([{ venue: 'Alpha', book, markUsd: book.markPrice }]);
    const half = (map.edges.length - 1) / 2;
    expect(sum(map.longUsd.subarray(half))).toBeLessThan(1e-6);
    expect(sum(map.shortUsd.subarray(0, half))).toBeLessThan(1e-6);
  }
  expect(reaching).toBeGreaterThan(0);
});

test('a narrower range leaves the same positions, more of them outside', () => {
  const wide = mapOf([linear]);
  const narrow = mapOf([linear], 'all', { range: 0.1 });
  for (const side of sides) {
    const all = (map: Map) => sum(binsOf(map, side)) + usdOf(map.outside, side);
    expect(all(narrow) / all(wide)).toBeCloseTo(1, 9);
    expect(usdOf(narrow.outside, side)).toBeGreaterThan(usdOf(wide.outside, side));
  }
});

test('a market whose price stood still has no comb of levels: neighbouring bins hold much the same', () => {
  const candles = Array.from({ length: 72 }, (_, i) => ({
    openMs: startMs + i * hourMs,
    ...{ open: 3000, high: 3000.6, low: 2999.4, close: 3000, volume: 50 },
  }));
  const openInterest = candles.map(({ openMs }, i) => ({ timeMs: openMs + hourMs, size: 100 + i }));
  const model = bookModel({ contract: 'linear', rules: plainRules, weights: wideWeights, price: 3000 });
  const fold = new BookFold({ model, series: { segments: [{ candles, candleMs: hourMs }], openInterest } });
  fold.foldUntil(startMs + 72 * hourMs);
  const map = mapOf([{ venue: 'Alpha', book: fold.book, markUsd: 3000 }]);
  for (const side of sides) {
    // Where leverages lie 0.75 % apart: 4x to 12x.
    const bins = [...binsOf(map, side)].filter((_, i) => {
      const distance = Math.abs(map.edges[i]! / map.priceUsd - 1);
      return distance > 0.08 && distance < 0.24 && map.edges[i]! < map.priceUsd === (side === 'long');
    });
    const ratios = bins.slice(1).map((usd, i) => usd / bins[i]!);
    expect(Math.max(...ratios)).toBeLessThan(1.35);
    expect(Math.min(...ratios)).toBeGreaterThan(1 / 1.35);
  }
});
