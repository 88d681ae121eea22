import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifyClusters } from '../../src/core/cluster-identity.ts';
import type { UnnamedCluster } from '../../src/core/clusters.ts';
import type { Cluster } from '../../src/core/liquidation-map.ts';
import type { Side } from '../../src/core/market-data.ts';
import { createRandom } from '../../src/core/random.ts';

function cluster(low: number, high: number, options: { side?: Side; usd?: number } = {}): UnnamedCluster {
  const { side = 'long', usd = 1e6 } = options;
  return {
    side,
    low,
    high,
    peak: (low + high) / 2,
    usd,
    shareOfOi: 0.01,
    distancePct: -5,
    leverage: 10,
    rank: 1,
  };
}

const born = (...clusters: UnnamedCluster[]) => identifyClusters([], clusters, 0);
const idsOf = (clusters: readonly Cluster[]) => clusters.map(({ id }) => id);

describe('a cluster', () => {
  test('keeps its id while it drifts, bin by bin, far from where it was born', () => {
    let clusters = born(cluster(2900, 2930));
    const [id] = idsOf(clusters);
    for (let step = 1; step <= 200; step++) {
      clusters = identifyClusters(clusters, [cluster(2900 - step * 7.5, 2930 - step * 7.5)], step);
      expect(idsOf(clusters)).toEqual([id]);
    }
  });

  test('goes on as the one that it shares most of its width with, not as a wide one that covers more of it', () => {
    const [old] = born(cluster(2900, 3000));
    const [like, wide] = identifyClusters([old!], [cluster(2900, 2940), cluster(2945, 3200)], 1);
    expect(like!.id).toBe(old!.id);
    expect(wide!.id).not.toBe(old!.id);
  });

  test('ends where nothing overlaps it, and what comes back to its place is another', () => {
    const first = born(cluster(2900, 2930));
    const gone = identifyClusters(first, [cluster(2800, 2830)], 1);
    const back = identifyClusters(gone, [cluster(2900, 2930)], 2);
    expect(new Set(idsOf([...first, ...gone, ...back])).size).toBe(3);
  });

  test('of one side is never that of the other, where they overlap', () => {
    const long = born(cluster(2900, 2930));
    const [short] = identifyClusters(long, [cluster(2900, 2930, { side: 'short' })], 1);
    expect(short!.id).not.toBe(long[0]!.id);
  });

  test('only touches its neighbour: a shared bound is no overlap', () => {
    const [old] = born(cluster(2900, 2930));
    const [next] = identifyClusters([old!], [cluster(2930, 2960)], 1);
    expect(next!.id).not.toBe(old!.id);
  });

  test('that splits leaves its id to the piece that overlaps it most', () => {
    const [whole] = born(cluster(2900, 2960));
    const pieces = identifyClusters([whole!], [cluster(2900, 2915), cluster(2920, 2960)], 1);
    expect(pieces[1]!.id).toBe(whole!.id);
    expect(pieces[0]!.id).not.toBe(whole!.id);
  });

  test('that is merged from two keeps the id of the one it overlaps most', () => {
    const [small, large] = born(cluster(2900, 2910), cluster(2920, 2960));
    const merged = identifyClusters([small!, large!], [cluster(2900, 2960)], 1);
    expect(idsOf(merged)).toEqual([large!.id]);
  });

  test('keeps its id when a neighbour takes a part of it', () => {
    const [left, right] = born(cluster(2900, 2930), cluster(2930, 2960));
    const moved = identifyClusters([left!, right!], [cluster(2900, 2938), cluster(2938, 2968)], 1);
    expect(idsOf(moved)).toEqual([left!.id, right!.id]);
  });

  test('of more USD takes the id where two overlap the old one alike', () => {
    const [whole] = born(cluster(2900, 2960));
    const halves = [cluster(2900, 2930, { usd: 1 }), cluster(2930, 2960, { usd: 2 })];
    expect(identifyClusters([whole!], halves, 1)[1]!.id).toBe(whole!.id);
  });

  test('carries all it is besides its id', () => {
    const unnamed = cluster(2900, 2930);
    expect(identifyClusters([], [unnamed], 5)[0]).toEqual({ ...unnamed, id: expect.any(String) });
  });
});

/** Non-overlapping clusters of one map, a random handful on each side, on bins of 7.5 USD. */
function randomMap(seed: number, step: number): UnnamedCluster[] {
  const random = createRandom(seed, step);
  return (['long', 'short'] as const).flatMap((side) => {
    const clusters: UnnamedCluster[] = [];
    for (let bin = random.integer(4); bin < 40; ) {
      const width = 1 + random.integer(6);
      if (random.uniform() < 0.6)
        clusters.push(cluster(3000 + bin * 7.5, 3000 + (bin + width) * 7.5, { side }));
      bin += width + random.integer(3);
    }
    return clusters;
  });
}

test('ids are unique within a map and never given twice over long histories', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const ended = new Set<string>();
      let clusters: Cluster[] = [];
      let kept = 0;
      for (let step = 0; step < 150; step++) {
        const next = identifyClusters(clusters, randomMap(seed, step), step * 60_000);
        const ids = new Set(idsOf(next));
        expect(ids.size).toBe(next.length);
        for (const old of clusters) {
          if (!ids.has(old.id)) ended.add(old.id);
          else kept++;
        }
        for (const { id, side } of next) {
          expect(ended.has(id)).toBe(false);
          const before = clusters.find((old) => old.id === id);
          if (before) expect(before.side).toBe(side);
        }
        clusters = next;
      }
      expect(kept).toBeGreaterThan(100);
      expect(ended.size).toBeGreaterThan(100);
    }),
    { numRuns: 10 },
  );
});
