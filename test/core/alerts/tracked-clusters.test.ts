import { describe, expect, it } from 'vitest';
import { type TrackedCluster, trackClusters } from '../../../src/core/alerts/tracked-clusters.ts';
import type { Cluster } from '../../../src/core/liquidation-map.ts';

const minuteMs = 60_000;

function band(id: string, low: number, high: number, changes: Partial<Cluster> = {}): Cluster {
  const peak = (low + high) / 2;
  return {
    ...{
      id,
      side: 'long',
      low,
      high,
      peak,
      usd: high - low,
      shareOfOi: 0.05,
      distancePct: -1,
      leverage: 10,
      rank: 1,
    },
    ...changes,
  };
}

/** What is tracked after maps one minute apart. */
function trackedOver(...maps: readonly (readonly Cluster[])[]) {
  let standing: readonly TrackedCluster[] = [];
  let last = trackClusters([], [], 0);
  for (const [i, clusters] of maps.entries()) {
    last = trackClusters(standing, clusters, i * minuteMs);
    standing = last.standing;
  }
  return { ...last, ids: last.standing.map(({ cluster }) => cluster.id) };
}

describe('a cluster over many maps', () => {
  it('is the same while it drifts, whatever its maps call it', () => {
    const maps = Array.from({ length: 30 }, (_, i) => [band(`map ${i}`, 100 + i, 110 + i)]);
    const { standing, ids } = trackedOver(...maps);
    expect(ids).toEqual(['map 0']);
    expect(standing[0]).toMatchObject({ mapId: 'map 29', bornMs: 0, seenMs: 29 * minuteMs });
  });

  it('goes on as the larger piece when it splits, and the other is born', () => {
    const { ids, born, ended } = trackedOver(
      [band('whole', 100, 120)],
      [band('a', 100, 105), band('b', 106, 120)],
    );
    expect(ids).toEqual(['a', 'whole']);
    expect(born.map(({ cluster }) => cluster.id)).toEqual(['a']);
    expect(ended).toEqual([]);
  });

  it('goes on as the whole that overlaps it most when it merges, and the other ends as merged', () => {
    const { ids, ended } = trackedOver([band('a', 100, 106), band('b', 107, 120)], [band('c', 100, 120)]);
    expect(ids).toEqual(['b']);
    expect(ended).toMatchObject([{ cluster: { cluster: { id: 'a' } }, ending: 'merged' }]);
  });

  it('is the same after it was missing for a while', () => {
    const gaps = Array.from({ length: 10 }, () => []);
    const { ids, born } = trackedOver([band('a', 100, 110)], ...gaps, [band('anew', 101, 111)]);
    expect(ids).toEqual(['a']);
    expect(born).toEqual([]);
  });

  it('is gone once it was missing for a quarter of an hour', () => {
    const missing = Array.from({ length: 15 }, () => []);
    expect(trackedOver([band('a', 100, 110)], ...missing.slice(1)).ids).toEqual(['a']);
    expect(trackedOver([band('a', 100, 110)], ...missing).ended).toMatchObject([{ ending: 'gone' }]);
  });

  it('is none of the other side', () => {
    const { ids } = trackedOver([band('a', 100, 110)], [band('b', 100, 110, { side: 'short' })]);
    expect(ids.sort()).toEqual(['a', 'b']);
  });

  it('never shares its id, also when a map gives that id to another', () => {
    const { ids } = trackedOver([band('a', 100, 110)], [band('b', 100, 110), band('a', 200, 210)]);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toBe('a');
  });
});
