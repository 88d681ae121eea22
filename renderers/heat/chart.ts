import type { Heatmap } from '../../src/core/heatmap.ts';
import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Chart } from '../chart.ts';
import { pictureOf } from '../draw.ts';
import { type Look, lookKey, pixelRatio } from '../look.ts';
import { mapFacts } from '../map/facts.ts';
import { drawFooter } from '../map/footer.ts';
import { drawHeader } from '../map/header.ts';
import { drawEmptiness } from '../map/notices.ts';
import { joinMarks } from '../marks.ts';
import { utcTime } from '../numbers.ts';
import { imageUrl } from '../pixel-png.ts';
import type { Theme } from '../theme.ts';
import { drawHeatAxes, type HeatSpan } from './axes.ts';
import { candleColors, paintCandles } from './candles.ts';
import { channels, type HeatScale, heatPalette, heatScale } from './colors.ts';
import { heatFrame } from './frame.ts';
import { heatPixels } from './image.ts';
import { drawHeatLegend, drawHeatSides, drawProvenance } from './legend.ts';
import { drawNow } from './now.ts';
import { rowWidth } from './row-width.ts';
import { heatTemplate } from './template.ts';

export type HeatChartOptions = Look & {
  readonly heat: Heatmap;
  /** Of all that stood at the heatmap's end. */
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
  /** `last 7 d` */
  readonly span: string;
};

/**
 * Liquidation levels over time: each bright from when it was built until it was closed or crossed, with the path
 * of price on top and what stands now at the right.
 *
 * @throws RangeError if the heatmap has no cell
 */
export function heatChart(options: HeatChartOptions): Chart {
  const { heat, map, theme, brand } = options;
  if (heat.longUsd.length === 0) throw new RangeError('a heatmap needs a cell to be drawn');
  const at = heatFrame(options.shape);
  const facts = {
    ...mapFacts(map, options.clusters),
    view: 'liquidation heatmap',
    window: options.span,
    time: utcTime(Math.min(map.timeMs, heat.timeMs)),
  };
  const scale = heatScale(heat.longUsd, heat.shortUsd);
  const span: HeatSpan = {
    lowUsd: heat.edges[0]!,
    highUsd: heat.edges.at(-1)!,
    startMs: heat.timeMs - heat.candles.length * heat.columnMs,
    endMs: heat.timeMs,
    priceUsd: heat.priceUsd,
  };
  const marks = joinMarks([
    drawNow(heat, facts.clusters, span, at, theme),
    drawHeatAxes(span, at, theme),
    drawHeatSides(at, theme),
    drawProvenance(heat.provenance, at, theme),
    drawHeatLegend(scale, rowWidth(heat), at, theme),
    drawHeader(facts, at, theme),
    drawFooter(facts, brand, at, theme),
    scale.brightUsd > 0 ? {} : drawEmptiness(at, theme),
  ]);
  const { plot } = at;
  const ratio = pixelRatio(options);
  const url = cellsUrl(heat, scale, { width: plot.x2 - plot.x, height: plot.y2 - plot.y, ratio }, theme);
  return {
    key: `heatmap/${lookKey(at, theme)}`,
    template: heatTemplate(at, theme),
    data: { ...marks, image: [{ url, x: plot.x, y: plot.y }] },
    params: {},
    pixelRatio: ratio,
  };
}

/** The same as PNG, 1200 x 675 px. */
export const drawHeatmap = pictureOf(heatChart);

/** The cells with the path of price over them, as the URL of one image with a pixel for each of the picture. */
function cellsUrl(
  heat: Heatmap,
  scale: HeatScale,
  plot: { readonly width: number; readonly height: number; readonly ratio: number },
  theme: Theme,
): string {
  const { ratio } = plot;
  const size = { width: Math.round(plot.width * ratio), height: Math.round(plot.height * ratio) };
  const colors = heatPalette(theme);
  const palette = [...colors, ...candleColors(theme).map(channels)];
  const pixels = heatPixels(heat, scale, size);
  const inks = { rim: colors.length, up: colors.length + 1, down: colors.length + 2 };
  paintCandles(heat, { pixels, ...size, ratio }, inks);
  return imageUrl({ ...size, pixels, palette });
}
