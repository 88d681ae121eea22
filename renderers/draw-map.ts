import type { Draw } from './chart.ts';
import { type MapChartOptions, mapChart } from './map-chart.ts';
import { renderPng } from './raster.ts';
import { type Theme, themes } from './theme.ts';

export type DrawMapOptions = Omit<MapChartOptions, 'theme'> & { readonly theme: Theme['name'] };

/**
 * The picture of a liquidation map as PNG, 1200 x 675 px unless `size` says otherwise. Call `setUpFonts()` before
 * the first picture of the process.
 *
 * @throws RangeError on maps that contradict themselves, see `mapChart`
 */
export async function drawMap(
  { theme, ...options }: DrawMapOptions,
  draw: Draw = renderPng,
): Promise<Buffer> {
  return draw(mapChart({ ...options, theme: themes[theme] }));
}
