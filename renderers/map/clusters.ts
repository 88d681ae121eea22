import type { Side } from '../../src/core/market-data.ts';
import { type FlagRequest, type FlagSpace, type PlacedFlag, placeFlags } from '../flags.ts';
import type { Frame } from '../frame.ts';
import { type Box, type Marks, type Run, runsWidth, setRuns } from '../marks.ts';
import type { Theme } from '../theme.ts';
import type { ClusterFact } from './facts.ts';

const rowHeight = 31;
const gap = 9;
/** From the best to the shortest, tried until all clusters of a side find room. */
const wordings = [
  (cluster: ClusterFact, theme: Theme) => bandWords(cluster, theme, 1),
  (cluster: ClusterFact, theme: Theme) => bandWords(cluster, theme, 0.85),
  (cluster: ClusterFact, theme: Theme) => fullWords(cluster, theme, 1),
  (cluster: ClusterFact, theme: Theme) => fullWords(cluster, theme, 0.85),
  (cluster: ClusterFact, theme: Theme) => shortWords(cluster, theme, 1),
  (cluster: ClusterFact, theme: Theme) => shortWords(cluster, theme, 0.85),
];

type ClusterFlag = FlagRequest & { readonly cluster: ClusterFact; readonly runs: readonly Run[] };

export type PlacedClusters = {
  readonly flags: readonly PlacedFlag<ClusterFlag>[];
  /** Where the labels end and data may begin, px. */
  readonly dataTop: number;
};

/** Finds room for the labels of the clusters, longs left of the price and shorts right of it. */
export function placeClusters(
  clusters: readonly ClusterFact[],
  xOf: (priceUsd: number) => number,
  priceX: number,
  frame: Frame,
  theme: Theme,
): PlacedClusters {
  const { plot, flagsY, labelsPerSide: rows } = frame;
  const placed = (side: Side) => {
    const shown = clusters
      .filter((cluster) => cluster.side === side && cluster.rank <= rows)
      .map((cluster) => ({ cluster, x: xOf(cluster.peakUsd) }))
      .filter(({ x }) => x >= plot.x && x <= plot.x2);
    const space: FlagSpace =
      side === 'long'
        ? { from: plot.x + 6, to: priceX - 6, outward: 'left', rows }
        : { from: priceX + 6, to: plot.x2 - 6, outward: 'right', rows };
    const attempts = wordings.map((words) =>
      placeFlags(
        shown.map(({ cluster, x }) => requestFlag(cluster, x, words(cluster, theme))),
        space,
      ),
    );
    // The fullest wording that places the most flags.
    return attempts.reduce((best, attempt) => (attempt.length > best.length ? attempt : best));
  };
  const flags = [...placed('long'), ...placed('short')];
  const used = 1 + Math.max(-1, ...flags.map(({ row }) => row));
  return { flags, dataTop: flagsY + used * rowHeight + 8 };
}

/** The labels, their poles down to the bars, and the extent of each cluster behind the bars. */
export function drawClusters(
  placed: PlacedClusters,
  scales: { readonly xOf: (priceUsd: number) => number; readonly barTop: (priceUsd: number) => number },
  frame: Frame,
  theme: Theme,
): Partial<Marks> {
  return {
    under: placed.flags.map(({ flag: { cluster } }): Box => {
      const x = Math.max(scales.xOf(cluster.lowUsd), frame.plot.x);
      const x2 = Math.min(scales.xOf(cluster.highUsd), frame.plot.x2);
      return {
        x,
        x2,
        y: placed.dataTop,
        y2: frame.plot.y2,
        color: theme[cluster.side],
        opacity: 0.14,
        radius: 0,
      };
    }),
    over: placed.flags.flatMap(({ flag, row, above }) => {
      const top = frame.flagsY + row * rowHeight + (above ? rowHeight - 2 : 3);
      const end = Math.max(scales.barTop(flag.cluster.peakUsd), placed.dataTop);
      return pole(flag.x, top, end, theme[flag.cluster.side]);
    }),
    texts: placed.flags.flatMap(({ flag, row, left }) =>
      setRuns(flag.runs, { x: left, y: frame.flagsY + (row + 1) * rowHeight - 8, gap }),
    ),
  };
}

function requestFlag(cluster: ClusterFact, x: number, runs: readonly Run[]): ClusterFlag {
  return { x, width: runsWidth(runs, gap), rank: cluster.rank, cluster, runs };
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

function pole(x: number, top: number, end: number, color: string): readonly Box[] {
  return [
    { x: x - 1, x2: x + 1, y: top, y2: end, color, opacity: 1, radius: 0 },
    { x: x - 4, x2: x + 4, y: end - 4, y2: end + 4, color, opacity: 1, radius: 4 },
  ];
}
