import type { Chart } from '../renderers/chart.ts';
import type { Look } from '../renderers/look.ts';
import { mapChart } from '../renderers/map/chart.ts';
import { pngFromSvg } from '../renderers/png.ts';
import { renderPng, renderSvg } from '../renderers/raster.ts';
import { themes } from '../renderers/theme.ts';
import { setUpFonts } from '../src/config.ts';
import { exampleMap } from './map.ts';
import type { Timing } from './measure.ts';
import { measure } from './measure.ts';

const runs = 20;

/** From a map to PNG with the template compiled once, and compiled again for every picture. */
export async function benchPicture(): Promise<{ timings: Timing[]; findings: string[] }> {
  setUpFonts();
  const example = exampleMap();
  const chart = () => mapChart({ ...example, theme: themes.dark });
  const look = (given: Pick<Look, 'shape' | 'scale'>) =>
    mapChart({ ...example, theme: themes.dark, ...given });
  let picture = 0;
  // Templates are kept by key.
  const unseen = (): Chart => ({ ...chart(), key: `never seen before ${picture++}` });
  const svg = await renderSvg(chart());
  const timings = [
    await measure('map to PNG, template compiled once', runs, () => renderPng(chart())),
    await measure('map to PNG, template compiled every time', runs, () => renderPng(unseen())),
    await measure('map to SVG, template compiled once', runs, () => renderSvg(chart())),
    await measure('map to SVG, template compiled every time', runs, () => renderSvg(unseen())),
    await measure('SVG to PNG', runs, () => pngFromSvg(svg)),
    await measure('square map to PNG', runs, () => renderPng(look({ shape: 'square' }))),
    await measure('map to PNG of twice the pixels', runs, () => renderPng(look({ scale: 2 }))),
  ];
  const [png, pngUnseen, vector, vectorUnseen] = timings as [Timing, Timing, Timing, Timing];
  const ratio = (slow: Timing, fast: Timing) => `${(slow.min / fast.min).toFixed(1)}x`;
  return {
    timings,
    findings: [
      `map to PNG: ${png.min.toFixed(0)} ms at best, ${png.median.toFixed(0)} ms in the median (target 150 ms)`,
      `compiling every time takes ${ratio(pngUnseen, png)} as long to PNG (target 2.5x), ${ratio(vectorUnseen, vector)} to SVG`,
    ],
  };
}
