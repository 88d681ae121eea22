import type { UsdBands } from './ensemble-band.ts';
import type { Cluster, LiquidationMap, SidedBins, SidedUsd } from './liquidation-map.ts';

export type CroppedMap = { readonly map: LiquidationMap; readonly clusters: readonly Cluster[] };

/**
 * The part of a map within `range` of its price: whole bins, and the clusters whose peaks lie in them, ranked anew. What
 * is cut off counts as outside. A map that is no wider stays as it is.
 *
 * @param range half width as a fraction of price, above 0; throws RangeError otherwise
 */
export function cropMap({ map, clusters }: CroppedMap, range: number): CroppedMap {
  if (!(range > 0)) throw new RangeError(`range must be above 0, got ${range}`);
  const { edges, priceUsd } = map;
  // Edges are sums of bin widths, so one that should lie on the border may miss it by a rounding error.
  const reach = range * priceUsd * (1 + 1e-9);
  const first = edges.findIndex((edge) => edge >= priceUsd - reach);
  const last = edges.findLastIndex((edge) => edge <= priceUsd + reach);
  if (first === 0 && last === edges.length - 1) return { map, clusters };
  const cut = (bins: Float64Array) => bins.slice(first, last);
  const cutBands = ({ low, high }: UsdBands): UsdBands => ({ low: cut(low), high: cut(high) });
  const cutSides = <Bins extends SidedBins>(bins: Bins): Bins => ({
    ...bins,
    longUsd: cut(bins.longUsd),
    shortUsd: cut(bins.shortUsd),
  });
  const cropped = cutSides(map);
  const beyond = (bins: SidedBins, { longUsd, shortUsd }: SidedUsd): SidedUsd => {
    const left = cutSides(bins);
    return {
      longUsd: longUsd + sum(bins.longUsd) - sum(left.longUsd),
      shortUsd: shortUsd + sum(bins.shortUsd) - sum(left.shortUsd),
    };
  };
  return {
    map: {
      ...cropped,
      edges: edges.slice(first, last + 1),
      byLeverage: map.byLeverage.map(cutSides),
      byVenue: map.byVenue.map(cutSides),
      ...(map.bandUsd && {
        bandUsd: { long: cutBands(map.bandUsd.long), short: cutBands(map.bandUsd.short) },
      }),
      ...(map.ensemble && {
        ensemble: {
          ...map.ensemble,
          deviationUsd: {
            long: cut(map.ensemble.deviationUsd.long),
            short: cut(map.ensemble.deviationUsd.short),
          },
        },
      }),
      meanLeverage: { long: cut(map.meanLeverage.long), short: cut(map.meanLeverage.short) },
      ...(map.measured && {
        measured: { ...cutSides(map.measured), outside: beyond(map.measured, map.measured.outside) },
      }),
      outside: beyond(map, map.outside),
    },
    clusters: rankedAnew(clusters.filter(({ peak }) => peak >= edges[first]! && peak <= edges[last]!)),
  };
}

function rankedAnew(clusters: readonly Cluster[]): readonly Cluster[] {
  const bySize = clusters.toSorted((a, b) => a.rank - b.rank);
  return clusters.map((cluster) => ({
    ...cluster,
    rank: 1 + bySize.filter(({ side }) => side === cluster.side).indexOf(cluster),
  }));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
