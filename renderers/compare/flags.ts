import type { Side } from '../../src/core/market-data.ts';
import { type FlagLines, flagsEnd, type PlacedClusters, placeSide } from '../cluster-flags.ts';
import type { ClusterFact } from '../map/facts.ts';
import type { Run } from '../marks.ts';
import type { Theme } from '../theme.ts';
import type { CompareRow } from './frame.ts';

/** Finds room for the labels of a row's clusters. @param xOf px of a price */
export function placeRowFlags(
  clusters: readonly ClusterFact[],
  at: { readonly row: CompareRow; readonly priceX: number; readonly xOf: (priceUsd: number) => number },
  theme: Theme,
): PlacedClusters {
  const { row, priceX, xOf } = at;
  const { plot, labelsPerSide: most, labelHeight: lineHeight } = row;
  const lines: FlagLines = { plot, top: plot.y + 4, lineHeight, most, margin: 8, gap: 8, priceX, xOf };
  const words = (cluster: ClusterFact) => labelWords(cluster, lineHeight, theme);
  const placed = (side: Side) => placeSide(clusters, side, lines, words);
  const flags = [...placed('long'), ...placed('short')];
  return { lines, flags, dataTop: flagsEnd(flags, lines) + 6 };
}

function labelWords(cluster: ClusterFact, lineHeight: number, theme: Theme): readonly Run[] {
  return [
    { text: cluster.usd, size: lineHeight - 5, weight: 700, color: theme.text },
    { text: cluster.distance, size: lineHeight - 9, weight: 600, color: theme[cluster.side] },
  ];
}
