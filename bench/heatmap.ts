import type { Chart } from '../renderers/chart.ts';
import { heatChart } from '../renderers/heat/chart.ts';
import { cssColor, heatIndex, heatPalette, heatScale } from '../renderers/heat/colors.ts';
import { renderPng } from '../renderers/raster.ts';
import { themes } from '../renderers/theme.ts';
import { pack, unpack } from '../src/blobs.ts';
import { setUpFonts } from '../src/config.ts';
import { BookFold } from '../src/core/fold.ts';
import type { Heatmap } from '../src/core/heatmap.ts';
import { foldHeatmap } from '../src/heatmaps.ts';
import { linearModel as model } from '../test/support/book-fixtures.ts';
import { dayMs, minuteMs, startMs, testSeries } from '../test/support/market-series.ts';
import { exampleMap } from './map.ts';
import { measure, type Timing } from './measure.ts';

const candleMs = 5 * minuteMs;
const days = 30;
const columns = 360;
const venues = 4;

/** From the candles of four venues to a heatmap, from what is kept of it to a picture, and that cell by cell. */
export async function benchHeatmap(): Promise<{ timings: Timing[]; findings: string[] }> {
  setUpFonts();
  const months = Array.from({ length: venues }, (_, i) =>
    testSeries({ seed: i + 1, candles: (days * dayMs) / candleMs }),
  );
  const make = async (): Promise<Heatmap> => {
    const markets = months.map(({ candles, openInterest, funding }) => ({
      fold: new BookFold({ model, series: { segments: [{ candles, candleMs }], openInterest, funding } }),
    }));
    const time = { nowMs: startMs + days * dayMs, columnMs: (days * dayMs) / columns, columns };
    const cells = await foldHeatmap(markets, [{ candles: months[0]!.candles, candleMs }], time);
    return { ...cells, symbol: 'ETH', provenance: 'simulated', venues: [] };
  };
  const heat = await make();
  const kept = await pack(heat);
  const example = exampleMap();
  const chart = (shown: Heatmap) =>
    heatChart({ ...example, heat: shown, span: 'levels of the last 30d', theme: themes.dark });
  const drawn = chart(heat);
  const cells = cellByCell(heat, drawn);
  const timings = [
    await measure(`${days} days x ${venues} venues of 5-minute candles to ${columns} columns`, 5, make),
    await measure('heatmap from what is kept of it, ready to be drawn', 20, async () =>
      chart((await unpack(kept)) as Heatmap),
    ),
    await measure('heatmap to PNG, one image', 20, () => renderPng(chart(heat))),
    await measure('heatmap to PNG, one rectangle a cell', 3, () => renderPng(cells)),
  ];
  const [fold, history, image, rectangles] = timings as [Timing, Timing, Timing, Timing];
  return {
    timings,
    findings: [
      `heatmap from history: ${history.median.toFixed(0)} ms in the median (target 100 ms), ${(kept.length / 1024).toFixed(0)} KiB kept; folding it from candles takes ${fold.median.toFixed(0)} ms`,
      `heatmap to PNG: ${image.median.toFixed(0)} ms in the median (target 250 ms), ${(rectangles.min / image.min).toFixed(0)}x faster than one rectangle a cell (target 20x)`,
    ],
  };
}

/** The same picture, with each of its cells that holds anything as a rectangle of its own. */
function cellByCell(heat: Heatmap, drawn: Chart): Chart {
  const { y = 0, x = 0 } = (drawn.data['image']?.[0] ?? {}) as { x?: number; y?: number };
  const rows = heat.edges.length - 1;
  const count = heat.candles.length;
  const palette = heatPalette(themes.dark);
  const scale = heatScale(heat.longUsd, heat.shortUsd);
  const [width, height] = [940 / count, 480 / rows];
  const under = Array.from({ length: count * rows }, (_, cell) => {
    const usd = heat.longUsd[cell]! + heat.shortUsd[cell]!;
    const left = x + Math.floor(cell / rows) * width;
    const top = y + (rows - 1 - (cell % rows)) * height;
    const color = cssColor(palette[heatIndex(usd, scale)]!);
    return { x: left, x2: left + width, y: top, y2: top + height, color, opacity: 1, radius: 0 };
  });
  return { ...drawn, data: { ...drawn.data, image: [], under: [...(drawn.data['under'] ?? []), ...under] } };
}
