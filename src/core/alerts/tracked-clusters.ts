import { identifyClusters } from '../cluster-identity.ts';
import type { Cluster } from '../liquidation-map.ts';

/** A cluster over many maps. Its `cluster.id` never changes, whatever id the newest map gives it. */
export type TrackedCluster = {
  readonly cluster: Cluster;
  /** Its id in the newest map it was in. */
  readonly mapId: string;
  readonly bornMs: number;
  readonly seenMs: number;
};

export type ClusterEnd = {
  readonly cluster: TrackedCluster;
  /** `merged`: another of its side now covers its peak. */
  readonly ending: 'gone' | 'merged';
};

export type Tracking = {
  readonly standing: readonly TrackedCluster[];
  readonly born: readonly TrackedCluster[];
  readonly ended: readonly ClusterEnd[];
};

/** A cluster that is missing from maps for less than this has only faded for a moment. */
const patienceMs = 15 * 60_000;

/**
 * Takes the clusters of a new map. By the rule of `identifyClusters` a drifting cluster is the same, of a split the piece
 * that overlaps most goes on and the others are born, of a merger the one that the whole overlaps most goes on. A
 * cluster that was missing for a while and is there again is the same, too. One that stays missing has merged if
 * another of its side covers its peak, else it is gone.
 */
export function trackClusters(
  known: readonly TrackedCluster[],
  found: readonly Cluster[],
  timeMs: number,
): Tracking {
  const named = identifyClusters(
    known.map(({ cluster }) => cluster),
    found,
    timeMs,
  );
  const before = new Map(known.map((one) => [one.cluster.id, one]));
  const now = named.map((cluster, i): TrackedCluster => {
    const mapId = found[i]!.id;
    const same = before.get(cluster.id);
    if (same) return { ...same, cluster, mapId, seenMs: timeMs };
    // A new one keeps the name that the map gave it, by which people ask for it.
    const id = before.has(mapId) ? cluster.id : mapId;
    return { cluster: { ...cluster, id }, mapId, bornMs: timeMs, seenMs: timeMs };
  });
  const seen = new Set(now.map(({ cluster }) => cluster.id));
  const missing = known.filter(({ cluster }) => !seen.has(cluster.id));
  const isOver = ({ seenMs, cluster }: TrackedCluster) =>
    timeMs - seenMs >= patienceMs || now.some((other) => covers(other.cluster, cluster));
  return {
    standing: [...now, ...missing.filter((one) => !isOver(one))],
    born: now.filter(({ cluster }) => !before.has(cluster.id)),
    ended: missing.filter(isOver).map((cluster) => ({
      cluster,
      ending: now.some((other) => covers(other.cluster, cluster.cluster)) ? 'merged' : 'gone',
    })),
  };
}

function covers({ side, low, high }: Cluster, other: Cluster): boolean {
  return side === other.side && low <= other.peak && other.peak <= high;
}
