import { type FlagRequest, type PlacedFlag, placeFlags } from './flags.ts';
import type { ClusterFact } from './map/facts.ts';
import { type Bounds, type Box, type Marks, type Run, runsWidth, setRuns } from './marks.ts';
import type { Theme } from './theme.ts';

type ClusterFlag = FlagRequest & { readonly cluster: ClusterFact; readonly runs: readonly Run[] };

/** The labels of clusters in a plot whose x axis is price. All in px. */
export type FlagLines = {
  readonly plot: Bounds;
  /** Top of the first line of labels. */
  readonly top: number;
  readonly lineHeight: number;
  /** Lines at most, and clusters that are labelled on each side. */
  readonly most: number;
  /** Between the price, or an end of the plot, and the labels. */
  readonly margin: number;
  /** Between the words of a label. */
  readonly gap: number;
  readonly priceX: number;
  readonly xOf: (priceUsd: number) => number;
};

/** Finds room for the labels of one side's clusters in these words: longs left of the price, shorts right of it. */
export function placeSide(
  clusters: readonly ClusterFact[],
  side: ClusterFact['side'],
  { plot, most: rows, margin, gap, priceX, xOf }: FlagLines,
  words: (cluster: ClusterFact) => readonly Run[],
): readonly PlacedFlag<ClusterFlag>[] {
  const requests = clusters
    .filter((cluster) => cluster.side === side && cluster.rank <= rows)
    .map((cluster) => requestFlag(cluster, xOf(cluster.peakUsd), words(cluster), gap))
    .filter(({ x }) => x >= plot.x && x <= plot.x2);
  return placeFlags(
    requests,
    side === 'long'
      ? { from: plot.x + margin, to: priceX - margin, outward: 'left', rows }
      : { from: priceX + margin, to: plot.x2 - margin, outward: 'right', rows },
  );
}

/** Where the labels end, px. */
export function flagsEnd(flags: readonly PlacedFlag<ClusterFlag>[], { top, lineHeight }: FlagLines): number {
  return top + (1 + Math.max(-1, ...flags.map(({ row }) => row))) * lineHeight;
}

export type PlacedClusters = {
  readonly lines: FlagLines;
  readonly flags: readonly PlacedFlag<ClusterFlag>[];
  /** Where the labels end and data may begin, px. */
  readonly dataTop: number;
};

/** The labels, their poles down to the bars, and the extent of each cluster behind the bars. */
export function drawClusterFlags(
  { lines: { plot, top, lineHeight, gap, xOf }, flags, dataTop }: PlacedClusters,
  /** Px of the top of the bar at a price. */
  barTop: (priceUsd: number) => number,
  theme: Theme,
): Partial<Marks> {
  return {
    under: flags.map(({ flag: { cluster } }): Box => {
      const x = Math.max(xOf(cluster.lowUsd), plot.x);
      const x2 = Math.min(xOf(cluster.highUsd), plot.x2);
      return { x, x2, y: dataTop, y2: plot.y2, color: theme[cluster.side], opacity: 0.14, radius: 0 };
    }),
    over: flags.flatMap(({ flag, row, above }) => {
      const from = top + row * lineHeight + (above ? lineHeight - 2 : 3);
      const to = Math.max(barTop(flag.cluster.peakUsd), dataTop);
      return pole(flag.x, from, to, theme[flag.cluster.side]);
    }),
    texts: flags.flatMap(({ flag, row, left }) =>
      setRuns(flag.runs, { x: left, y: top + (row + 1) * lineHeight - 8, gap }),
    ),
  };
}

function requestFlag(cluster: ClusterFact, x: number, runs: readonly Run[], gap: number): ClusterFlag {
  return { x, width: runsWidth(runs, gap), rank: cluster.rank, cluster, runs };
}

function pole(x: number, top: number, end: number, color: string): readonly Box[] {
  return [
    { x: x - 1, x2: x + 1, y: top, y2: end, color, opacity: 1, radius: 0 },
    { x: x - 4, x2: x + 4, y: end - 4, y2: end + 4, color, opacity: 1, radius: 4 },
  ];
}
