import { parentPort } from 'node:worker_threads';
import type { Chart } from './chart.ts';
import { renderPng } from './raster.ts';

export type RenderTask = { readonly id: number; readonly chart: Chart };
export type RenderResult =
  | { readonly id: number; readonly png: Uint8Array }
  | { readonly id: number; readonly error: string };

parentPort?.on('message', async ({ id, chart }: RenderTask) => {
  try {
    const png = new Uint8Array(await renderPng(chart));
    parentPort?.postMessage({ id, png } satisfies RenderResult, [png.buffer]);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    parentPort?.postMessage({ id, error: text } satisfies RenderResult);
  }
});
