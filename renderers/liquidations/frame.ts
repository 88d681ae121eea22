import { type Frame, frame } from '../frame.ts';
import type { Shape } from '../look.ts';
import type { Bounds } from '../marks.ts';

/** The frame of a map with what was observed below it, on the same axis of prices. */
export type LiquidationsFrame = Frame & {
  /** Bars of observed liquidations hang down from its upper edge. */
  readonly lane: Bounds;
  /** Sums of both sides, below the lane. */
  readonly sumsY: number;
  /** Which venues were seen, and which not. */
  readonly seenY: number;
  readonly unobservedY: number;
};

/** A wide one is higher than other pictures: two charts stand in it. */
const heights: Readonly<Record<Shape, number>> = { wide: 800, square: 720 };
/** From the foot: upper and lower edge of the lane, and the lines below it. */
const places = {
  wide: { top: 308, end: 130, sums: 97, seen: 62, unobserved: 38, footer: 13 },
  square: { top: 236, end: 110, sums: 80, seen: 52, unobserved: 31, footer: 10 },
} as const;

export function liquidationsFrame(shape: Shape = 'wide'): LiquidationsFrame {
  const whole = frame(shape, heights[shape]);
  const { height, plot } = whole;
  const { top, end, sums, seen, unobserved, footer } = places[shape];
  const lane = { ...plot, y: height - top, y2: height - end };
  return {
    ...whole,
    plot: { ...plot, y2: lane.y - 52 },
    tickPriceY: lane.y - 30,
    tickPercentY: lane.y - 12,
    lane,
    sumsY: height - sums,
    seenY: height - seen,
    unobservedY: height - unobserved,
    footerY: height - footer,
  };
}
