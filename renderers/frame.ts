import type { Shape } from './look.ts';
import type { Bounds } from './marks.ts';

export type Size = { readonly width: number; readonly height: number };

/** Where the parts of the picture stand, in px. Baselines end in `Y`. */
export type Frame = Size & {
  readonly shape: Shape;
  readonly left: number;
  readonly right: number;
  readonly titleY: number;
  readonly subtitleY: number;
  /** The market's figures: beside the title of a wide picture, below that of a square one. */
  readonly factLabelY: number;
  readonly factValueY: number;
  readonly legendY: number;
  /** Second line of the legend: that of a wide picture has only one. */
  readonly legend2Y: number;
  /** The words that name the sides, and the price label between them. */
  readonly sidesY: number;
  /** When the sides are liquidated: in a square picture on a line of its own. */
  readonly hintY: number;
  /** Top of the labels of clusters. */
  readonly flagsY: number;
  /** Clusters that are labelled on each side, and rows that their labels take at most. */
  readonly labelsPerSide: number;
  /** Everything that has a price on its x axis: labels of clusters above, data below. */
  readonly plot: Bounds;
  readonly tickPriceY: number;
  readonly tickPercentY: number;
  readonly strip: Bounds;
  readonly footerY: number;
};

/** Room for the numbers of a y axis and its turned title. */
const axisRoom: Readonly<Record<Shape, number>> = { wide: 68, square: 66 };

/** The frame of a picture. Heights of words are fixed, so the plot takes what is left of the height. */
export function frame(shape: Shape = 'wide', height = shape === 'wide' ? 675 : 720): Frame {
  return shape === 'wide' ? wideFrame(height) : squareFrame(height);
}

function wideFrame(height: number): Frame {
  const width = 1200;
  const left = 24;
  const right = width - left;
  return {
    shape: 'wide',
    width,
    height,
    left,
    right,
    titleY: 52,
    subtitleY: 84,
    factLabelY: 31,
    factValueY: 58,
    legendY: 113,
    legend2Y: 113,
    sidesY: 151,
    hintY: 151,
    flagsY: 165,
    labelsPerSide: 3,
    plot: { x: left + axisRoom.wide, x2: right - axisRoom.wide, y: 125, y2: height - 160 },
    tickPriceY: height - 138,
    tickPercentY: height - 120,
    strip: { x: left, x2: right, y: height - 106, y2: height - 38 },
    footerY: height - 14,
  };
}

function squareFrame(height: number): Frame {
  const width = 720;
  const left = 22;
  const right = width - left;
  return {
    shape: 'square',
    width,
    height,
    left,
    right,
    titleY: 44,
    subtitleY: 96,
    factLabelY: 72,
    factValueY: 72,
    legendY: 124,
    legend2Y: 147,
    sidesY: 181,
    hintY: 209,
    flagsY: 216,
    labelsPerSide: 2,
    plot: { x: left + axisRoom.square, x2: right - axisRoom.square, y: 190, y2: height - 158 },
    tickPriceY: height - 137,
    tickPercentY: height - 119,
    strip: { x: left, x2: right, y: height - 90, y2: height - 28 },
    footerY: height - 10,
  };
}
