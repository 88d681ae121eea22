import type { Size } from './frame.ts';
import type { Bounds } from './marks.ts';

/** Where the parts of a comparison stand, in px: one row a coin, all on one axis of distances. */
export type CompareFrame = Size & {
  readonly left: number;
  readonly right: number;
  readonly titleY: number;
  readonly subtitleY: number;
  readonly legendY: number;
  /** The words that name the sides, once for all rows. */
  readonly sidesY: number;
  readonly rows: readonly CompareRow[];
  readonly tickY: number;
  readonly footerY: number;
};

export type CompareRow = {
  /** Ground of the row: its facts on the left, its map on the right. */
  readonly ground: Bounds;
  readonly plot: Bounds;
};

const width = 1200;
const margin = 24;
const factsWidth = 218;
const rowHeight = 226;
const rowGap = 10;
const rowsFrom = 182;
const below = 74;

/** @param count of coins, 1 to 4; throws RangeError otherwise */
export function compareFrame(count: number): CompareFrame {
  if (!(Number.isInteger(count) && count >= 1 && count <= 4)) {
    throw new RangeError(`a comparison has 1 to 4 maps, got ${count}`);
  }
  const right = width - margin;
  const rowsTo = rowsFrom + count * rowHeight + (count - 1) * rowGap;
  const height = rowsTo + below;
  return {
    width,
    height,
    left: margin,
    right,
    titleY: 52,
    subtitleY: 86,
    legendY: 120,
    sidesY: 163,
    rows: Array.from({ length: count }, (_, index) => {
      const y = rowsFrom + index * (rowHeight + rowGap);
      const ground = { x: margin, x2: right, y, y2: y + rowHeight };
      return { ground, plot: { ...ground, x: margin + factsWidth } };
    }),
    tickY: rowsTo + 26,
    footerY: height - 14,
  };
}
