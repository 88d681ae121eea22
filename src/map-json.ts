import type { Stress } from './core/cascade.ts';
import { sumTo } from './core/distance-curve.ts';
import type { Cluster, LiquidationMap } from './core/liquidation-map.ts';

const depthMovesPct = [0.5, 1, 2, 5, 10, 20] as const;

/**
 * A map for programs. USD are valued at each bin's own price; `neverLiquidatedUsd` and `olderUsd` are sums over
 * both sides, at the map's price.
 */
export function mapJson(map: LiquidationMap, clusters: readonly Cluster[]) {
  const {
    longUsd,
    shortUsd,
    edges,
    byLeverage,
    byVenue,
    meanLeverage,
    bandUsd,
    ensemble,
    neverLiquidated,
    older,
    stress,
    measured,
    ...header
  } = map;
  return {
    ...header,
    neverLiquidatedUsd: neverLiquidated.longUsd + neverLiquidated.shortUsd,
    olderUsd: older.longUsd + older.shortUsd,
    bins: binsJson(map),
    byLeverage: byLeverage.map((layer) => ({
      ...layer,
      ...listed(layer),
      maxLeverage: finite(layer.maxLeverage),
    })),
    byVenue: byVenue.map((layer) => ({ ...layer, ...listed(layer) })),
    ...(measured && { measured: { ...measured, ...listed(measured) } }),
    clusters: clustersJson(clusters),
    ...(stress && { depth: depthJson(stress) }),
  };
}

/** Fuel and depth, summed from the price out to round distances. */
export function depthJson({ fuel, depth }: Stress) {
  return {
    venues: depth.venues,
    coveredShare: depth.coveredShare,
    seenToPct: { bids: depth.seenTo.bid * 100, asks: depth.seenTo.ask * 100 },
    moves: depthMovesPct.map((movePct) => ({
      movePct,
      longFuelUsd: sumTo(fuel.longUsd, movePct / 100),
      bidUsd: sumTo(depth.bidUsd, movePct / 100),
      shortFuelUsd: sumTo(fuel.shortUsd, movePct / 100),
      askUsd: sumTo(depth.askUsd, movePct / 100),
    })),
  };
}

/** Bins from the lowest price up, USD at each bin's own price. */
export function binsJson({ longUsd, shortUsd, edges, bandUsd }: LiquidationMap) {
  return Array.from(longUsd, (long, i) => ({
    low: edges[i]!,
    high: edges[i + 1]!,
    longUsd: long,
    shortUsd: shortUsd[i]!,
    ...(bandUsd && {
      longBandUsd: [bandUsd.long.low[i]!, bandUsd.long.high[i]!],
      shortBandUsd: [bandUsd.short.low[i]!, bandUsd.short.high[i]!],
    }),
  }));
}

/** Clusters with the fields that the documentation lists, in its order. */
export function clustersJson(clusters: readonly Cluster[]) {
  return clusters.map((cluster) => ({
    side: cluster.side,
    low: cluster.low,
    high: cluster.high,
    peak: cluster.peak,
    usd: cluster.usd,
    shareOfOi: cluster.shareOfOi,
    distancePct: cluster.distancePct,
    distanceAtr: cluster.distanceAtr ?? null,
    leverage: cluster.leverage,
    id: cluster.id,
    ...(cluster.bandUsd && { bandUsd: [cluster.bandUsd.low, cluster.bandUsd.high] }),
  }));
}

function listed({ longUsd, shortUsd }: { readonly longUsd: Float64Array; readonly shortUsd: Float64Array }) {
  return { longUsd: [...longUsd], shortUsd: [...shortUsd] };
}

/** JSON knows no infinity; an open end is null. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
