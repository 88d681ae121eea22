import { mapChart } from '../renderers/map-chart.ts';
import { renderPng } from '../renderers/raster.ts';
import { themes } from '../renderers/theme.ts';
import { setUpFonts } from '../src/config.ts';
import { exampleMap } from './map.ts';
import type { Timing } from './measure.ts';
import { measure } from './measure.ts';

/** From a map to PNG with the template compiled once, and compiled again for every picture. */
export async function benchPicture(): Promise<{ timings: Timing[]; findings: string[] }> {
  setUpFonts();
  const example = exampleMap();
  const chart = () => mapChart({ ...example, theme: themes.dark });
  const warm = await measure('map to PNG, template compiled once', 15, () => renderPng(chart()));
  let picture = 0;
  const cold = await measure('map to PNG, template compiled every time', 15, () =>
    renderPng({ ...chart(), key: `never seen before ${picture++}` }),
  );
  return {
    timings: [warm, cold],
    findings: [
      `map to PNG: ${warm.min.toFixed(0)} ms at best, ${warm.median.toFixed(0)} ms in the median (target 200 ms)`,
      `compiling every time takes ${(cold.min / warm.min).toFixed(1)}x as long (target 2x)`,
    ],
  };
}
