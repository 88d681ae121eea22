import type { Draw } from '../chart.ts';
import type { Named } from '../look.ts';
import { renderPng } from '../raster.ts';
import { themes } from '../theme.ts';
import { type MapChartOptions, mapChart } from './chart.ts';

/**
 * The picture of a liquidation map as PNG, 1200 x 675 px unless its look says otherwise. Call `setUpFonts()` before
 * the first picture of the process.
 *
 * @throws RangeError on maps that contradict themselves, see `mapChart`
 */
export async function drawMap(
  { theme, ...options }: Named<MapChartOptions>,
  draw: Draw = renderPng,
): Promise<Buffer> {
  return draw(mapChart({ ...options, theme: themes[theme] }));
}
