import { type Frame, frame, type Size } from './frame.ts';
import type { Bounds } from './marks.ts';

/** A picture of prices over time: the plot, beside it what stands now, and the prices at the right. */
export type HeatFrame = Frame & {
  /** What stands at the end, as bars that grow from the plot's right edge. */
  readonly now: Bounds;
  readonly timeY: number;
};

const priceRoom = 92;
const nowWidth = 118;
const below = 66;

/** @throws RangeError below 1000 x 560 */
export function heatFrame(size: Size): HeatFrame {
  const at = frame(size);
  const y = 130;
  const y2 = at.height - below;
  const nowX2 = at.right - priceRoom;
  const plot = { x: at.left, x2: nowX2 - nowWidth, y, y2 };
  return { ...at, plot, now: { x: plot.x2 + 3, x2: nowX2, y, y2 }, timeY: y2 + 24 };
}
