import { type Frame, frame } from '../frame.ts';
import type { Shape } from '../look.ts';
import type { Bounds } from '../marks.ts';

/** A picture of prices over time: the plot, beside it what stands now, and the prices at the right. */
export type HeatFrame = Frame & {
  /** What stands at the end, as bars that grow from the plot's right edge. */
  readonly now: Bounds;
  readonly timeY: number;
};

const priceRoom = 92;
const nowWidth: Readonly<Record<Shape, number>> = { wide: 118, square: 64 };
const plotY: Readonly<Record<Shape, number>> = { wide: 130, square: 142 };
const below: Readonly<Record<Shape, number>> = { wide: 66, square: 60 };

export function heatFrame(shape: Shape = 'wide'): HeatFrame {
  const at = frame(shape);
  const y = plotY[shape];
  const y2 = at.height - below[shape];
  const nowX2 = at.right - priceRoom;
  const plot = { x: at.left, x2: nowX2 - nowWidth[shape], y, y2 };
  return { ...at, plot, now: { x: plot.x2 + 3, x2: nowX2, y, y2 }, timeY: y2 + 24 };
}
