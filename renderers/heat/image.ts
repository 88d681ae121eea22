import type { Heatmap } from '../../src/core/heatmap.ts';
import { type HeatScale, heatIndex } from './colors.ts';

/**
 * The colours of a heatmap as pixels of a picture: `width x height` indices into the palette, row by row from
 * the top, highest price first. Cells are drawn as whole pixels, without blur.
 */
export function heatPixels(
  { longUsd, shortUsd, edges }: Pick<Heatmap, 'longUsd' | 'shortUsd' | 'edges'>,
  scale: HeatScale,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const rows = edges.length - 1;
  const columns = longUsd.length / rows;
  const cells = new Uint8Array(longUsd.length);
  for (let i = 0; i < cells.length; i++) cells[i] = heatIndex(longUsd[i]! + shortUsd[i]!, scale);
  const pixels = new Uint8Array(width * height);
  const columnOf = Uint32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) / width) * columns));
  for (let y = 0; y < height; y++) {
    const row = rows - 1 - Math.floor(((y + 0.5) / height) * rows);
    for (let x = 0; x < width; x++) pixels[y * width + x] = cells[columnOf[x]! * rows + row]!;
  }
  return pixels;
}
