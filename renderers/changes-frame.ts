import { type Frame, frame, type Size } from './frame.ts';

/** A map's frame without the strip below; its plot is divided by the line of no change. */
export type ChangesFrame = Frame & { readonly zeroY: number };

const below = 74;
/** Part of the plot, below the words of the sides, that stands above the line of no change. */
const above = 0.5;
const headroom = 40;

/** @throws RangeError below 1000 x 560 */
export function changesFrame(size: Size): ChangesFrame {
  const at = frame(size);
  const plot = { ...at.plot, y2: at.height - below };
  return {
    ...at,
    plot,
    tickPriceY: plot.y2 + 22,
    tickPercentY: plot.y2 + 40,
    zeroY: Math.round(plot.y + headroom + above * (plot.y2 - plot.y - headroom)),
  };
}
