import type { Cluster } from './core/liquidation-map.ts';
import type { Side } from './core/market-data.ts';
import type { MapAnswer } from './maps.ts';

/** Clusters of each side that count as large: those that a map labels. */
const largest = 3;

/** A coin with the large cluster that its price is nearest to. */
export type NearCluster = MapAnswer & { readonly cluster: Cluster };

/** The nearest of the largest clusters of a map; undefined where there is none. */
export function nearestLarge({ clusters }: MapAnswer): Cluster | undefined {
  return nearest(clusters.filter(({ rank }) => rank <= largest));
}

/** The nearest of any size on one side. */
export function nearestOn({ clusters }: MapAnswer, side: Side): Cluster | undefined {
  return nearest(clusters.filter((cluster) => cluster.side === side));
}

/** The coins that have a large cluster, the nearest first: by distance in %, whatever the coin's usual moves. */
export function byNearness(answers: readonly MapAnswer[]): readonly NearCluster[] {
  return answers
    .flatMap((answer) => {
      const cluster = nearestLarge(answer);
      return cluster ? [{ ...answer, cluster }] : [];
    })
    .sort((a, b) => distance(a.cluster) - distance(b.cluster));
}

function nearest(clusters: readonly Cluster[]): Cluster | undefined {
  return clusters.reduce<Cluster | undefined>(
    (best, cluster) => (best && distance(best) <= distance(cluster) ? best : cluster),
    undefined,
  );
}

function distance({ distancePct }: Cluster): number {
  return Math.abs(distancePct);
}
