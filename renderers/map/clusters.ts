import type { Side } from '../../src/core/market-data.ts';
import { type FlagLines, flagsEnd, type PlacedClusters, placeSide } from '../cluster-flags.ts';
import type { Frame } from '../frame.ts';
import type { Run } from '../marks.ts';
import type { Theme } from '../theme.ts';
import type { ClusterFact } from './facts.ts';

const look = { lineHeight: 31, margin: 6, gap: 9 } as const;
/** From the best to the shortest, tried until all clusters of a side find room. */
const wordings = [
  (cluster: ClusterFact, theme: Theme) => bandWords(cluster, theme, 1),
  (cluster: ClusterFact, theme: Theme) => bandWords(cluster, theme, 0.85),
  (cluster: ClusterFact, theme: Theme) => fullWords(cluster, theme, 1),
  (cluster: ClusterFact, theme: Theme) => fullWords(cluster, theme, 0.85),
  (cluster: ClusterFact, theme: Theme) => shortWords(cluster, theme, 1),
  (cluster: ClusterFact, theme: Theme) => shortWords(cluster, theme, 0.85),
];

/** Finds room for the labels of the clusters, longs left of the price and shorts right of it. */
export function placeClusters(
  clusters: readonly ClusterFact[],
  xOf: (priceUsd: number) => number,
  priceX: number,
  { plot, flagsY, labelsPerSide }: Frame,
  theme: Theme,
): PlacedClusters {
  const lines: FlagLines = { plot, top: flagsY, most: labelsPerSide, ...look, priceX, xOf };
  const placed = (side: Side) => {
    const attempts = wordings.map((words) =>
      placeSide(clusters, side, lines, (cluster) => words(cluster, theme)),
    );
    // The fullest wording that places the most flags.
    return attempts.reduce((best, attempt) => (attempt.length > best.length ? attempt : best));
  };
  const flags = [...placed('long'), ...placed('short')];
  return { lines, flags, dataTop: flagsEnd(flags, lines) + 8 };
}

/** With the amounts between which it lies with a chance of 80 %. */
function bandWords(cluster: ClusterFact, theme: Theme, scale: number): readonly Run[] {
  const { band } = cluster;
  const [amount, ...rest] = fullWords(cluster, theme, scale);
  if (band === undefined || !amount) return fullWords(cluster, theme, scale);
  return [amount, { text: `(${band})`, size: 15 * scale, weight: 400, color: theme.muted }, ...rest];
}

function fullWords(cluster: ClusterFact, theme: Theme, scale: number): readonly Run[] {
  const leverage = { text: cluster.leverage, size: 20 * scale, weight: 400, color: theme.muted } as const;
  return [...shortWords(cluster, theme, scale), leverage];
}

function shortWords(cluster: ClusterFact, theme: Theme, scale: number): readonly Run[] {
  return [
    { text: cluster.usd, size: 25 * scale, weight: 700, color: theme.text },
    { text: cluster.distance, size: 20 * scale, weight: 600, color: theme[cluster.side] },
  ];
}
