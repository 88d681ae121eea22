import { type Frame, frame } from '../frame.ts';
import type { Shape } from '../look.ts';

/** Of a square picture: two rows of cells, and what stands below them. */
const cells = { height: 122, below: 26 };

/** A map's frame with room for cells of words in place of the strip. */
export function positionFrame(shape: Shape = 'wide'): Frame {
  const at = frame(shape);
  if (shape === 'wide') return at;
  const strip = { ...at.strip, y: at.height - cells.below - cells.height, y2: at.height - cells.below };
  const y2 = strip.y - 46;
  return { ...at, strip, plot: { ...at.plot, y2 }, tickPriceY: y2 + 21, tickPercentY: y2 + 39 };
}
