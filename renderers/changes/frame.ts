import { type Frame, frame } from '../frame.ts';
import type { Shape } from '../look.ts';

/** A map's frame without the strip below; its plot is divided by the line of no change. */
export type ChangesFrame = Frame & { readonly zeroY: number };

const below: Readonly<Record<Shape, number>> = { wide: 74, square: 72 };
/** Part of the plot, below the words of the sides, that stands above the line of no change. */
const above = 0.5;
const headroom = 40;

export function changesFrame(shape: Shape = 'wide'): ChangesFrame {
  const at = frame(shape);
  const plot = { ...at.plot, y2: at.height - below[shape] };
  return {
    ...at,
    plot,
    tickPriceY: plot.y2 + 22,
    tickPercentY: plot.y2 + 40,
    zeroY: Math.round(plot.y + headroom + above * (plot.y2 - plot.y - headroom)),
  };
}
