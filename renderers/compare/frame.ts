import type { Size } from '../frame.ts';
import type { Shape } from '../look.ts';
import type { Bounds } from '../marks.ts';

/** Where the parts of a comparison stand, in px: one row a coin, all on one axis of distances. */
export type CompareFrame = Size & {
  readonly shape: Shape;
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
  readonly shape: Shape;
  /** Ground of the row: its facts on the left, its map on the right. */
  readonly ground: Bounds;
  readonly plot: Bounds;
  /** Labels of clusters: how many on each side, in rows of which height. */
  readonly labelsPerSide: number;
  readonly labelHeight: number;
};

/** A wide picture is as high as its rows need; those of a square one share what there is. */
const looks = {
  wide: {
    width: 1200,
    margin: 24,
    factsWidth: 218,
    rowsFrom: 182,
    below: 74,
    gap: 10,
    ys: { title: 52, subtitle: 86, legend: 120, sides: 163 },
  },
  square: {
    width: 720,
    margin: 22,
    factsWidth: 158,
    rowsFrom: 152,
    below: 58,
    gap: 7,
    ys: { title: 44, subtitle: 74, legend: 103, sides: 137 },
  },
} as const;
const wideRowHeight = 226;
const squareHeight = 720;

/** @param count of coins, 1 to 4; throws RangeError otherwise */
export function compareFrame(count: number, shape: Shape = 'wide'): CompareFrame {
  if (!(Number.isInteger(count) && count >= 1 && count <= 4)) {
    throw new RangeError(`a comparison has 1 to 4 maps, got ${count}`);
  }
  const { width, margin, factsWidth, rowsFrom, below, gap, ys } = looks[shape];
  const right = width - margin;
  const rowHeight =
    shape === 'wide'
      ? wideRowHeight
      : Math.floor((squareHeight - rowsFrom - below - (count - 1) * gap) / count);
  const rowsTo = rowsFrom + count * rowHeight + (count - 1) * gap;
  const height = shape === 'wide' ? rowsTo + below : squareHeight;
  const isLow = rowHeight < 200;
  return {
    shape,
    width,
    height,
    left: margin,
    right,
    titleY: ys.title,
    subtitleY: ys.subtitle,
    legendY: ys.legend,
    sidesY: ys.sides,
    rows: Array.from({ length: count }, (_, index) => {
      const y = rowsFrom + index * (rowHeight + gap);
      const ground = { x: margin, x2: right, y, y2: y + rowHeight };
      const labels = { labelsPerSide: isLow ? 1 : 2, labelHeight: isLow ? 26 : 31 };
      return { shape, ground, plot: { ...ground, x: margin + factsWidth }, ...labels };
    }),
    tickY: rowsTo + (shape === 'wide' ? 26 : 23),
    footerY: height - (shape === 'wide' ? 14 : 10),
  };
}
