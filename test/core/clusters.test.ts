import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findClusters } from '../../src/core/clusters.ts';
import { usdBand } from '../../src/core/ensemble-band.ts';
import type { LiquidationMap } from '../../src/core/liquidation-map.ts';
import { mapEdges } from '../../src/core/map-bins.ts';
import type { Side } from '../../src/core/market-data.ts';
import { between, magnitude } from '../support/between.ts';

/** A heap of USD around a distance from the price (fractions), bell-shaped, at one leverage. */
type Bump = { side: Side; distance: number; width: number; usd: number; leverage?: number };

const price = 3000;

function mapOf(bumps: readonly Bump[], changes: Partial<LiquidationMap> = {}): LiquidationMap {
  const edges = mapEdges(price, 0.5);
  const bins = () => new Float64Array(edges.length - 1);
  const usd = { long: bins(), short: bins() };
  const logs = { long: bins(), short: bins() };
  for (const { side, distance, width, usd: amount, leverage = 10 } of bumps) {
    const centre = side === 'long' ? 1 - distance : 1 + distance;
    const own = bins().map((_, i) => {
      const at = (edges[i]! + edges[i + 1]!) / 2 / price;
      const onSide = side === 'long' ? at < 1 : at > 1;
      return onSide ? Math.exp(-0.5 * ((at - centre) / width) ** 2) : 0;
    });
    const all = own.reduce((sum, one) => sum + one, 0);
    for (const [i, value] of own.entries()) {
      usd[side][i]! += (amount * value) / all;
      logs[side][i]! += ((amount * value) / all) * Math.log(leverage);
    }
  }
  const meanLeverage = (side: Side) => usd[side].map((v, i) => (v > 0 ? Math.exp(logs[side][i]! / v) : 0));
  return {
    symbol: 'ETH',
    timeMs: 0,
    provenance: 'simulated',
    window: 'all',
    priceUsd: price,
    openInterestUsd: 1e9,
    edges,
    longUsd: usd.long,
    shortUsd: usd.short,
    byLeverage: [],
    byVenue: [],
    meanLeverage: { long: meanLeverage('long'), short: meanLeverage('short') },
    outside: { longUsd: 0, shortUsd: 0 },
    neverLiquidated: { longUsd: 0, shortUsd: 0 },
    older: { longUsd: 0, shortUsd: 0 },
    unknownAgeShare: 0,
    venues: [],
    ...changes,
  };
}

const twoLongs: readonly Bump[] = [
  { side: 'long', distance: 0.06, width: 0.004, usd: 40e6, leverage: 20 },
  { side: 'long', distance: 0.2, width: 0.004, usd: 90e6, leverage: 5 },
];

const bumps: fc.Arbitrary<Bump[]> = fc.array(
  fc.record({
    side: fc.constantFrom('long' as const, 'short' as const),
    distance: between(0, 0.49),
    width: between(0.0005, 0.05),
    usd: magnitude(1e3, 1e9),
    leverage: between(0.5, 100),
  }),
  { maxLength: 6 },
);

describe('clusters', () => {
  test('are one for each of two bumps, with its USD, distance and leverage, the larger first', () => {
    const [large, small, ...others] = findClusters(mapOf(twoLongs, { atrPct: 4 }));
    expect(others).toEqual([]);
    expect(large).toMatchObject({ side: 'long', rank: 1 });
    expect(small).toMatchObject({ side: 'long', rank: 2 });
    expect(large!.distancePct).toBeCloseTo(-20, 0);
    expect(small!.distancePct).toBeCloseTo(-6, 0);
    expect(large!.distanceAtr).toBeCloseTo(large!.distancePct / 4, 12);
    expect(large!.leverage).toBeCloseTo(5, 6);
    expect(small!.leverage).toBeCloseTo(20, 6);
    // The steep part around the peak holds most of the bump and not more than it.
    for (const [cluster, usd] of [
      [large!, 90e6],
      [small!, 40e6],
    ] as const) {
      expect(cluster.usd).toBeGreaterThan(usd * 0.6);
      expect(cluster.usd).toBeLessThanOrEqual(usd);
      expect(cluster.shareOfOi).toBeCloseTo(cluster.usd / 1e9, 12);
      expect(cluster.low).toBeLessThan(cluster.peak);
      expect(cluster.high).toBeGreaterThan(cluster.peak);
    }
  });

  test('say their distance to the bit, in daily ranges below one percent too', () => {
    const map = mapOf(twoLongs, { atrPct: 0.8 });
    for (const { peak, distancePct, distanceAtr } of findClusters(map)) {
      expect(distancePct).toBeCloseTo((peak / price - 1) * 100, 12);
      expect(distanceAtr).toBeCloseTo(distancePct / 0.8, 12);
    }
  });

  test('begin with the very bin that begins at the price', () => {
    const map = mapOf([]);
    const first = map.edges.findIndex((edge) => edge >= price);
    const shortUsd = map.shortUsd.map((_, bin) => (bin === first ? 5e6 : 0));
    const at = { ...map, shortUsd, edges: map.edges.map((edge, i) => (i === first ? price : edge)) };
    const [cluster] = findClusters({
      ...at,
      meanLeverage: { ...map.meanLeverage, short: shortUsd.map(() => 5) },
    });
    expect(cluster).toMatchObject({ side: 'short', low: price, usd: 5e6 });
  });

  test('reach as far down as up where the heap is the same on both sides', () => {
    const { edges } = mapOf([]);
    const bin = edges.findIndex((edge) => edge > 0.9 * price);
    const centre = (edges[bin]! + edges[bin + 1]!) / 2;
    const bump = { side: 'long', distance: 1 - centre / price, width: 0.006, usd: 1e7 } as const;
    const { low, high } = findClusters(mapOf([bump]))[0]!;
    expect(centre - low).toBeCloseTo(high - centre, 6);
  });

  test('of shorts mirror those of longs', () => {
    const mirrored = twoLongs.map((bump) => ({ ...bump, side: 'short' as const }));
    const [longs, shorts] = [findClusters(mapOf(twoLongs)), findClusters(mapOf(mirrored))];
    expect(shorts.length).toBe(longs.length);
    for (const [i, short] of shorts.entries()) {
      expect(short.side).toBe('short');
      expect(short.distancePct).toBeCloseTo(-longs[i]!.distancePct, 6);
      expect(short.usd / longs[i]!.usd).toBeCloseTo(1, 6);
    }
  });

  test('hold the USD of the bins between their bounds, and no bin twice', () => {
    fc.assert(
      fc.property(bumps, (list) => {
        const map = mapOf(list);
        for (const side of ['long', 'short'] as const) {
          const own = findClusters(map).filter((cluster) => cluster.side === side);
          const usd = side === 'long' ? map.longUsd : map.shortUsd;
          for (const { low, high, usd: amount, peak } of own) {
            const inside = usd.filter((_, i) => map.edges[i]! >= low && map.edges[i + 1]! <= high);
            const all = inside.reduce((sum, one) => sum + one, 0);
            expect(Math.abs(all - amount)).toBeLessThan(1e-6 * amount);
            expect(peak).toBeGreaterThan(low);
            expect(peak).toBeLessThan(high);
            expect(high - low).toBeLessThanOrEqual(price * 0.0425 * (1 + 1e-9));
          }
          const sorted = own.sort((a, b) => a.low - b.low);
          for (const [i, cluster] of sorted.slice(1).entries())
            expect(cluster.low).toBeGreaterThanOrEqual(sorted[i]!.high);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are ranked by USD on each side, from 1', () => {
    fc.assert(
      fc.property(bumps, (list) => {
        for (const side of ['long', 'short'] as const) {
          const own = findClusters(mapOf(list)).filter((cluster) => cluster.side === side);
          expect(own.map(({ rank }) => rank)).toEqual(own.map((_, i) => i + 1));
          for (const [i, { usd }] of own.slice(1).entries()) expect(usd).toBeLessThanOrEqual(own[i]!.usd);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('have a leverage between the lowest and the highest of what lies in them', () => {
    fc.assert(
      fc.property(bumps, (list) => {
        const leverages = list.map(({ leverage }) => leverage!);
        for (const { leverage } of findClusters(mapOf(list))) {
          expect(leverage).toBeGreaterThan(Math.min(...leverages) * (1 - 1e-9));
          expect(leverage).toBeLessThan(Math.max(...leverages) * (1 + 1e-9));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('stay the same when all USD grow alike', () => {
    fc.assert(
      fc.property(bumps, (list) => {
        const larger = list.map((bump) => ({ ...bump, usd: bump.usd * 1024 }));
        const [one, other] = [findClusters(mapOf(list)), findClusters(mapOf(larger))];
        expect(other.map(({ low, high, peak }) => [low, high, peak])).toEqual(
          one.map(({ low, high, peak }) => [low, high, peak]),
        );
        for (const [i, { usd }] of other.entries()) expect(usd / one[i]!.usd).toBeCloseTo(1024, 6);
      }),
      { numRuns: 60 },
    );
  });

  test('are ordered by what they hold, not by how high they stand', () => {
    const high = { side: 'long', distance: 0.1, width: 0.001, usd: 30e6 } as const;
    const wide = { side: 'long', distance: 0.3, width: 0.012, usd: 60e6 } as const;
    const [first, second] = findClusters(mapOf([high, wide]));
    expect(first!.distancePct).toBeCloseTo(-30, 0);
    expect(second!.distancePct).toBeCloseTo(-10, 0);
  });

  test('are the steep part around a peak: a bell down to three quarters of its height', () => {
    const width = 0.015;
    const [bell] = findClusters(mapOf([{ side: 'short', distance: 0.2, width, usd: 1e6 }]));
    const smoothed = Math.hypot(width, 0.004);
    const half = smoothed * Math.sqrt(2 * Math.log(1 / 0.75));
    expect(Math.abs((bell!.high - bell!.low) / 2 / price - half)).toBeLessThan(0.0026);
  });

  test('leave out what is small beside the largest, however it stands alone', () => {
    const alone = { side: 'long', distance: 0.35, width: 0.004 } as const;
    expect(findClusters(mapOf([...twoLongs, { ...alone, usd: 2e6 }])).length).toBe(2);
    expect(findClusters(mapOf([...twoLongs, { ...alone, usd: 9e6 }])).length).toBe(3);
  });

  test('leave out a ripple on the slope of a large one', () => {
    const ripple = { side: 'long', distance: 0.075, width: 0.003, usd: 0.5e6 } as const;
    expect(findClusters(mapOf([...twoLongs, ripple])).length).toBe(2);
    expect(findClusters(mapOf([...twoLongs, { ...ripple, distance: 0.13, usd: 20e6 }])).length).toBe(3);
  });

  test('are told apart from 1 % of price on: nearer heaps are one, as the density is smoothed by 0.4 %', () => {
    const { edges, longUsd, meanLeverage } = mapOf([]);
    const bin = edges.findIndex((edge) => edge > 0.9 * price);
    const apart = (bins: number) => {
      const usd = longUsd.map((_, i) => (i === bin || i === bin + bins ? 1e6 : 0));
      const at = { longUsd: usd, meanLeverage: { ...meanLeverage, long: usd.map(() => 5) } };
      return findClusters(mapOf([], at)).length;
    };
    // Of 0.25 % of price each.
    expect([3, 4].map(apart)).toEqual([1, 2]);
  });

  test('are those that rise over the dip before a larger one by a twentieth of the highest of their side', () => {
    const { edges, shortUsd, meanLeverage } = mapOf([]);
    const bin = edges.findIndex((edge) => edge > 1.1 * price);
    // Wide steps keep their height when they are smoothed.
    const over = (rise: number) => {
      const heights = [100, 50, 50 + rise];
      const usd = shortUsd.map((_, i) => 1e4 * (heights[Math.floor((i - bin) / 20)] ?? 0));
      const at = { shortUsd: usd, meanLeverage: { ...meanLeverage, short: usd.map(() => 5) } };
      return findClusters(mapOf([], at)).length;
    };
    expect([4.9, 5.1].map(over)).toEqual([1, 2]);
  });

  test('are none on an empty map, and have no distance in true ranges where there is none', () => {
    expect(findClusters(mapOf([]))).toEqual([]);
    expect(findClusters(mapOf(twoLongs))[0]).not.toHaveProperty('distanceAtr');
  });

  test('have no share of an open interest of nothing, and no distance in ranges of nothing', () => {
    const [cluster] = findClusters(mapOf(twoLongs, { openInterestUsd: 0, atrPct: 0 }));
    expect(cluster!.shareOfOi).toBe(0);
    expect(cluster).not.toHaveProperty('distanceAtr');
  });

  test('are in doubt by what the book makes of them, and by nothing of what was seen', () => {
    const both: readonly Bump[] = [...twoLongs, { side: 'short', distance: 0.1, width: 0.004, usd: 60e6 }];
    const plain = mapOf(both);
    const tenth = (usd: Float64Array) => usd.map((one) => one / 10);
    const ensemble = {
      deviationUsd: { long: tenth(plain.longUsd), short: tenth(plain.shortUsd) },
      positionUsd: 1e5,
    };
    const seen = (long: number, short: number) => ({
      longUsd: plain.longUsd.map((usd) => usd * long),
      shortUsd: plain.shortUsd.map((usd) => usd * short),
    });
    for (const { side, usd, bandUsd } of findClusters({ ...plain, ensemble })) {
      expect(bandUsd, side).toEqual(usdBand({ mean: usd, deviation: usd / 10, positionUsd: 1e5 }));
      expect(bandUsd!.low).toBeLessThan(0.95 * usd);
    }
    const measured = seen(1, 0.5) as unknown as NonNullable<LiquidationMap['measured']>;
    for (const { side, usd, bandUsd } of findClusters({ ...plain, ensemble, measured })) {
      const known = side === 'long' ? usd : usd / 2;
      const made = usdBand({ mean: usd - known, deviation: usd / 10, positionUsd: 1e5 });
      expect(bandUsd!.low / (made.low + known), side).toBeCloseTo(1, 9);
      expect(bandUsd!.high / (made.high + known), side).toBeCloseTo(1, 9);
    }
  });

  test('of longs end at the price, and those of shorts begin there', () => {
    for (const { side, low, high } of findClusters(
      mapOf([
        { side: 'long', distance: 0.001, width: 0.001, usd: 1e6 },
        { side: 'short', distance: 0.001, width: 0.001, usd: 1e6 },
      ]),
    )) {
      if (side === 'long') expect(high).toBeLessThanOrEqual(price);
      else expect(low).toBeGreaterThanOrEqual(price);
    }
  });
});
