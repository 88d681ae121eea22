import { type Frame, frame, type Size } from './frame.ts';
import type { Bounds } from './marks.ts';

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

export const liquidationsSize: Size = { width: 1200, height: 800 };

/** @throws RangeError where the words no longer fit */
export function liquidationsFrame(size: Size): LiquidationsFrame {
  if (!(size.height >= 720)) {
    throw new RangeError(`a map with liquidations needs a height of 720 px, got ${size.height}`);
  }
  const whole = frame(size);
  const { height, plot } = whole;
  const lane = { ...plot, y: height - 308, y2: height - 130 };
  return {
    ...whole,
    plot: { ...plot, y2: lane.y - 52 },
    tickPriceY: lane.y - 30,
    tickPercentY: lane.y - 12,
    lane,
    sumsY: height - 97,
    seenY: height - 62,
    unobservedY: height - 38,
    footerY: height - 13,
  };
}
