import type { Chart } from './chart.ts';
import { pngFromSvg } from './png.ts';

/** Draws a chart as PNG, at the size its template states, times its ratio of pixels. */
export async function renderPng(chart: Chart): Promise<Buffer> {
  return pngFromSvg(await renderSvg(chart), chart.pixelRatio);
}

/**
 * Draws a chart as SVG. Text needs the shipped fonts wherever it is shown. vega is imported on the first call: it takes
 * some 300 modules, and a process that has its pictures drawn in threads, or elsewhere, needs none of them.
 */
export async function renderSvg(chart: Chart): Promise<string> {
  const { svgOf } = await import('./vega-svg.ts');
  return svgOf(chart);
}
