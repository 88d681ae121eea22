import type { Chart, Draw } from './chart.ts';
import type { Look, Named } from './look.ts';
import { renderPng } from './raster.ts';
import { themes } from './theme.ts';

/**
 * Makes of a chart the picture itself, as PNG, and takes the theme by its name. What the chart throws, the picture
 * rejects with. Call `setUpFonts()` before the first picture of the process.
 */
export function pictureOf<Options extends Look>(
  chart: (options: Options) => Chart,
): (options: Named<Options>, draw?: Draw) => Promise<Buffer> {
  return async ({ theme, ...options }, draw = renderPng) =>
    // What is left is all of the options but the theme: the compiler cannot follow that through a generic.
    draw(chart({ ...options, theme: themes[theme] } as unknown as Options));
}
