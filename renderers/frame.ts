import type { Bounds } from './marks.ts';

export type Size = { readonly width: number; readonly height: number };

export const defaultSize: Size = { width: 1200, height: 675 };

/** Where the parts of the picture stand, in px. Baselines end in `Y`. */
export type Frame = Size & {
  readonly left: number;
  readonly right: number;
  readonly titleY: number;
  readonly subtitleY: number;
  readonly factLabelY: number;
  readonly factValueY: number;
  readonly legendY: number;
  /** The words that name the sides, and the price label between them. */
  readonly sidesY: number;
  /** Everything that has a price on its x axis: labels of clusters above, data below. */
  readonly plot: Bounds;
  readonly tickPriceY: number;
  readonly tickPercentY: number;
  readonly strip: Bounds;
  readonly footerY: number;
};

const margin = 24;
/** Room for the numbers of a y axis and its turned title. */
const axisRoom = 68;

/**
 * The frame of a picture. Heights of words are fixed, so the plot takes what is left.
 * @throws RangeError below 1000 x 560, where the words no longer fit
 */
export function frame(size: Size): Frame {
  if (!(size.width >= 1000 && size.height >= 560)) {
    throw new RangeError(`a picture needs at least 1000 x 560 px, got ${size.width} x ${size.height}`);
  }
  const { width, height } = size;
  const left = margin;
  const right = width - margin;
  return {
    width,
    height,
    left,
    right,
    titleY: 52,
    subtitleY: 84,
    factLabelY: 31,
    factValueY: 58,
    legendY: 113,
    sidesY: 151,
    plot: { x: left + axisRoom, x2: right - axisRoom, y: 125, y2: height - 160 },
    tickPriceY: height - 138,
    tickPercentY: height - 120,
    strip: { x: left, x2: right, y: height - 106, y2: height - 38 },
    footerY: height - 14,
  };
}
