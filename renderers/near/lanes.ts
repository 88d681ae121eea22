import type { Box, Marks } from '../marks.ts';
import { roundPercent } from '../numbers.ts';
import { rowBounds, type TableFrame } from '../table/frame.ts';
import type { Theme } from '../theme.ts';
import { niceStep } from '../ticks.ts';
import type { NearRow } from './facts.ts';

/** An axis of distances from the price, the same for all rows. */
export type LaneSpan = {
  readonly x: number;
  readonly x2: number;
  /** What its ends stand for, % of price. */
  readonly reachPct: number;
  /** The words above it. */
  readonly axis: readonly { readonly x: number; readonly text: string }[];
};

const largestPerSide = 3;
const narrowestPct = 1;
const dot = { least: 8, most: 26 } as const;

/** As wide as the nearest clusters of all rows need, and somewhat wider. */
export function laneSpan(
  rows: readonly NearRow[],
  { x, x2 }: { readonly x: number; readonly x2: number },
): LaneSpan {
  const farthest = Math.max(...rows.map(({ cluster }) => Math.abs(cluster.distancePct)));
  const reachPct = niceStep(Math.max(narrowestPct, farthest * 1.15));
  const middle = (x + x2) / 2;
  const axis = [
    { x: x + 26, text: roundPercent(-reachPct) },
    { x: middle, text: 'price' },
    { x: x2 - 26, text: roundPercent(reachPct) },
  ];
  return { x, x2, reachPct, axis };
}

/** The price line of each row, and the large clusters as dots: longs left of it, shorts right, the nearest strongest. */
export function drawLanes(
  rows: readonly NearRow[],
  span: LaneSpan,
  at: TableFrame,
  theme: Theme,
): Partial<Marks> {
  const middle = (span.x + span.x2) / 2;
  return {
    over: rows.flatMap((row, index) => {
      const { y, y2 } = rowBounds(at, index);
      const rail = { y: (y + y2) / 2 - 0.5, y2: (y + y2) / 2 + 0.5, x: span.x, x2: span.x2 };
      const line = { x: middle - 1, x2: middle + 1, y: y + 3, y2: y2 - 3 };
      return [
        { ...rail, color: theme.grid, opacity: 1, radius: 0 },
        { ...line, color: theme.price, opacity: 1, radius: 0 },
        ...drawDots(row, span, (y + y2) / 2, theme),
      ];
    }),
  };
}

function drawDots(
  { clusters, cluster: nearest }: NearRow,
  span: LaneSpan,
  y: number,
  theme: Theme,
): readonly Box[] {
  const large = clusters.filter(({ rank }) => rank <= largestPerSide);
  const mostUsd = Math.max(...large.map(({ usd }) => usd), nearest.usd);
  const inside = large
    .filter(({ distancePct }) => Math.abs(distancePct) <= span.reachPct)
    // The nearest last, so that it lies on top.
    .sort((a, b) => Number(a.id === nearest.id) - Number(b.id === nearest.id));
  return inside.flatMap(({ id, side, usd, distancePct }) => {
    const isNearest = id === nearest.id;
    const half = (dot.least + (dot.most - dot.least) * Math.sqrt(usd / mostUsd)) / 2;
    const wanted = (span.x + span.x2) / 2 + (distancePct / span.reachPct) * ((span.x2 - span.x) / 2);
    const x = Math.min(Math.max(wanted, span.x + half), span.x2 - half);
    const circle = (radius: number, color: string, opacity: number): Box => ({
      x: x - radius,
      x2: x + radius,
      y: y - radius,
      y2: y + radius,
      color,
      opacity,
      radius,
    });
    return isNearest
      ? [circle(half + 3, theme.text, 1), circle(half, theme[side], 1)]
      : [circle(half, theme[side], 0.5)];
  });
}
