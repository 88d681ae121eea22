import type { UnnamedCluster } from './clusters.ts';
import type { Cluster } from './liquidation-map.ts';

/**
 * Gives the clusters of a new map their ids. A cluster keeps its id while it drifts: the pair of old and new
 * cluster of one side that overlaps most (shared width over joint width) is the same, then the next pair, and
 * so on. So of a split the piece that overlaps most keeps the id and the others are new; a merged cluster
 * keeps the id of the one it overlaps most, and the other ends. Ids are unique over time.
 */
export function identifyClusters(
  previous: readonly Cluster[],
  next: readonly UnnamedCluster[],
  timeMs: number,
): Cluster[] {
  const pairs = next
    .flatMap((cluster) => previous.map((old) => ({ cluster, old, overlap: overlap(cluster, old) })))
    .filter((pair) => pair.overlap > 0)
    .sort((a, b) => b.overlap - a.overlap || b.old.usd - a.old.usd || b.cluster.usd - a.cluster.usd);
  const ids = new Map<UnnamedCluster, string>();
  const taken = new Set<string>();
  for (const { cluster, old } of pairs) {
    if (ids.has(cluster) || taken.has(old.id)) continue;
    ids.set(cluster, old.id);
    taken.add(old.id);
  }
  return next.map((cluster) => ({ ...cluster, id: ids.get(cluster) ?? newId(cluster, timeMs) }));
}

/** Side, level and birth: clusters of one map have different peaks, those of two maps different births. */
function newId({ side, peak }: UnnamedCluster, timeMs: number): string {
  return `${side}-${Number(peak.toPrecision(6))}-${timeMs.toString(36)}`;
}

function overlap(a: UnnamedCluster, b: UnnamedCluster): number {
  if (a.side !== b.side) return 0;
  const shared = Math.min(a.high, b.high) - Math.max(a.low, b.low);
  return shared > 0 ? shared / (Math.max(a.high, b.high) - Math.min(a.low, b.low)) : 0;
}
