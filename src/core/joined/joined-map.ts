import { usdBands } from '../ensemble-band.ts';
import type { LiquidationMap, SidedBins, SidedUsd } from '../liquidation-map.ts';
import type { Side } from '../market-data.ts';
import { distanceOf } from '../score/distances.ts';

/** Shares by bin of distance from the mark, then beyond the bins, then never liquidated; `edges` as fractions. */
export type DistanceShares = { readonly edges: Float64Array; readonly shares: Float64Array };

/** One side of a map as shares of all that has a place in it: bins from the price outwards. */
export function mapShares(map: LiquidationMap, side: Side): DistanceShares {
  const usd = side === 'long' ? map.longUsd : map.shortUsd;
  const { own, count } = ownBins(map, side);
  const edges = Float64Array.from({ length: count + 1 }, (_, i) =>
    distanceOf(side, map.edges[side === 'long' ? count - i : usd.length - count + i]!, map.priceUsd),
  );
  const shares = new Float64Array(count + 2);
  for (let i = 0; i < count; i++) shares[i] = usd[own(i)]!;
  shares[count] = of(map.outside, side);
  shares[count + 1] = of(map.neverLiquidated, side);
  const sum = shares.reduce((all, one) => all + one, 0);
  return { edges, shares: shares.map((share) => (sum > 0 ? share / sum : 0)) };
}

/** Shares over other bins of distance, each of the first spread evenly; what they do not reach is beyond. */
export function rebinned({ edges, shares }: DistanceShares, to: Float64Array): Float64Array {
  const bins = to.length - 1;
  const rebinnedShares = new Float64Array(bins + 2);
  for (let i = 0, j = 0; i < edges.length - 1; i++) {
    const from = edges[i]!;
    const below = edges[i + 1]!;
    let left = shares[i]!;
    while (j < bins && to[j + 1]! <= from) j++;
    for (let bin = j; bin < bins && to[bin]! < below; bin++) {
      const inside = Math.min(below, to[bin + 1]!) - Math.max(from, to[bin]!);
      const amount = (shares[i]! * Math.max(0, inside)) / (below - from);
      rebinnedShares[bin]! += amount;
      left -= amount;
    }
    rebinnedShares[bins]! += Math.max(0, left);
  }
  rebinnedShares[bins]! += shares[edges.length - 1]!;
  rebinnedShares[bins + 1]! += shares[edges.length]!;
  return rebinnedShares;
}

/**
 * A map with its sides spread anew; `shares` are over the bins of `mapShares`. Each side keeps the size that
 * was in it; leverage and venue of a bin are divided as before, the lowest leverage where nothing was.
 */
export function joinedMap(map: LiquidationMap, shares: Readonly<Record<Side, Float64Array>>): LiquidationMap {
  const long = spread(map, 'long', shares.long);
  const short = spread(map, 'short', shares.short);
  const scaled = <Bins extends SidedBins>(bins: Bins, isFirst: boolean): Bins => ({
    ...bins,
    longUsd: partOf(bins.longUsd, { before: map.longUsd, now: long.usd, isFirst }),
    shortUsd: partOf(bins.shortUsd, { before: map.shortUsd, now: short.usd, isFirst }),
  });
  return {
    ...map,
    longUsd: long.usd,
    shortUsd: short.usd,
    byLeverage: map.byLeverage.map((layer, i) => scaled(layer, i === 0)),
    byVenue: map.byVenue.map((layer, i) => scaled(layer, i === 0)),
    outside: { longUsd: long.outside, shortUsd: short.outside },
    neverLiquidated: { longUsd: long.never, shortUsd: short.never },
    ...(map.ensemble && joinedBands(map, map.ensemble, { long: long.usd, short: short.usd })),
  };
}

/** The weights leave as large a part of a bin uncertain as before. */
function joinedBands(
  { longUsd, shortUsd }: LiquidationMap,
  { deviationUsd, positionUsd }: NonNullable<LiquidationMap['ensemble']>,
  now: Readonly<Record<Side, Float64Array>>,
): Required<Pick<LiquidationMap, 'bandUsd' | 'ensemble'>> {
  const scaled = (side: Side, before: Float64Array) =>
    deviationUsd[side].map((one, i) => (before[i]! > 0 ? (one / before[i]!) * now[side][i]! : 0));
  const long = scaled('long', longUsd);
  const short = scaled('short', shortUsd);
  return {
    ensemble: { deviationUsd: { long, short }, positionUsd },
    bandUsd: { long: usdBands(now.long, long, positionUsd), short: usdBands(now.short, short, positionUsd) },
  };
}

function partOf(
  bins: Float64Array,
  {
    before,
    now,
    isFirst,
  }: { readonly before: Float64Array; readonly now: Float64Array; readonly isFirst: boolean },
): Float64Array {
  return bins.map((usd, i) => (before[i]! > 0 ? (usd / before[i]!) * now[i]! : isFirst ? now[i]! : 0));
}

/** Shares of size become USD at the price of their level, as everywhere in a map. */
function spread(map: LiquidationMap, side: Side, shares: Float64Array) {
  const older = of(map.older, side);
  const whole = map.openInterestUsd - older;
  const { own, count } = ownBins(map, side);
  const usd = new Float64Array(map.longUsd.length);
  for (let i = 0; i < count; i++) usd[own(i)] = shares[i]! * whole;
  return { usd, outside: shares[count]! * whole, never: shares[count + 1]! * whole };
}

/** Index in the map of a side's bins, counted from the price outwards, and how many there are. */
function ownBins({ edges, priceUsd }: LiquidationMap, side: Side) {
  const below = edges.findIndex((edge) => edge >= priceUsd * (1 - 1e-9));
  const count = side === 'long' ? below : edges.length - 1 - below;
  return { count, own: (i: number) => (side === 'long' ? below - 1 - i : below + i) };
}

function of(usd: SidedUsd, side: Side): number {
  return side === 'long' ? usd.longUsd : usd.shortUsd;
}
