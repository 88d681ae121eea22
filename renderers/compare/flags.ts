import type { Side } from '../../src/core/market-data.ts';
import { type FlagRequest, type PlacedFlag, placeFlags } from '../flags.ts';
import type { ClusterFact } from '../map/facts.ts';
import { type Box, type Marks, type Run, runsWidth, setRuns } from '../marks.ts';
import type { Theme } from '../theme.ts';
import type { CompareRow } from './frame.ts';

const gap = 8;

type ClusterFlag = FlagRequest & { readonly cluster: ClusterFact; readonly runs: readonly Run[] };

export type RowFlags = {
  readonly flags: readonly PlacedFlag<ClusterFlag>[];
  /** Where the labels end and data may begin, px. */
  readonly dataTop: number;
};

/** Finds room for the labels of a row's clusters. @param xOf px of a price */
export function placeRowFlags(
  clusters: readonly ClusterFact[],
  at: { readonly row: CompareRow; readonly priceX: number; readonly xOf: (priceUsd: number) => number },
  theme: Theme,
): RowFlags {
  const { row, priceX, xOf } = at;
  const { plot, labelsPerSide: rows, labelHeight } = row;
  const placed = (side: Side) =>
    placeFlags(
      clusters
        .filter((cluster) => cluster.side === side && cluster.rank <= rows)
        .map((cluster) => requestFlag(cluster, xOf(cluster.peakUsd), labelHeight, theme))
        .filter(({ x }) => x >= plot.x && x <= plot.x2),
      side === 'long'
        ? { from: plot.x + 8, to: priceX - 8, outward: 'left', rows }
        : { from: priceX + 8, to: plot.x2 - 8, outward: 'right', rows },
    );
  const flags = [...placed('long'), ...placed('short')];
  const used = 1 + Math.max(-1, ...flags.map(({ row }) => row));
  return { flags, dataTop: plot.y + 4 + used * labelHeight + 6 };
}

/** The labels, their poles down to the bars, and the extent of each cluster behind the bars. */
export function drawRowFlags(
  { flags, dataTop }: RowFlags,
  at: {
    readonly row: CompareRow;
    readonly xOf: (priceUsd: number) => number;
    /** Px of the top of the bar at a price. */
    readonly barTop: (priceUsd: number) => number;
  },
  theme: Theme,
): Partial<Marks> {
  const { xOf, barTop } = at;
  const { plot, labelHeight } = at.row;
  return {
    under: flags.map(
      ({ flag: { cluster } }): Box => ({
        x: Math.max(xOf(cluster.lowUsd), plot.x),
        x2: Math.min(xOf(cluster.highUsd), plot.x2),
        y: dataTop,
        y2: plot.y2,
        color: theme[cluster.side],
        opacity: 0.14,
        radius: 0,
      }),
    ),
    over: flags.flatMap(({ flag, row, above }): Box[] => {
      const color = theme[flag.cluster.side];
      const y = plot.y + 4 + row * labelHeight + (above ? labelHeight - 2 : 3);
      const y2 = Math.max(barTop(flag.cluster.peakUsd), dataTop);
      return [
        { x: flag.x - 1, x2: flag.x + 1, y, y2, color, opacity: 1, radius: 0 },
        { x: flag.x - 4, x2: flag.x + 4, y: y2 - 4, y2: y2 + 4, color, opacity: 1, radius: 4 },
      ];
    }),
    texts: flags.flatMap(({ flag, row, left }) =>
      setRuns(flag.runs, { x: left, y: plot.y + 4 + (row + 1) * labelHeight - 8, gap }),
    ),
  };
}

function requestFlag(cluster: ClusterFact, x: number, height: number, theme: Theme): ClusterFlag {
  const runs: readonly Run[] = [
    { text: cluster.usd, size: height - 5, weight: 700, color: theme.text },
    { text: cluster.distance, size: height - 9, weight: 600, color: theme[cluster.side] },
  ];
  return { x, width: runsWidth(runs, gap), rank: cluster.rank, cluster, runs };
}
