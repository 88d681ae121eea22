import type { Cluster, LiquidationMap } from '../src/core/liquidation-map.ts';
import type { Chart } from './chart.ts';
import { defaultSize, frame, type Size } from './frame.ts';
import { drawAxes, xOfPrice } from './map-axes.ts';
import { type Bars, drawnHeight, stackBars } from './map-bars.ts';
import { drawClusters, placeClusters } from './map-clusters.ts';
import { mapFacts } from './map-facts.ts';
import { drawFooter } from './map-footer.ts';
import { drawHeader } from './map-header.ts';
import { drawLegend } from './map-legend.ts';
import { drawEmptiness, drawWatermark } from './map-notices.ts';
import { drawSides } from './map-sides.ts';
import { drawStrip } from './map-strip.ts';
import { mapTemplate } from './map-template.ts';
import { type Box, joinMarks, type Marks } from './marks.ts';
import { cumulativeCurve } from './swept.ts';
import { layerColors, type Theme } from './theme.ts';

export type MapChartOptions = {
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
  readonly theme: Theme;
  readonly size?: Size;
  /** A line of the host's own at the foot of the picture. */
  readonly brand?: string;
};

/**
 * The picture of a liquidation map as a vega-lite template and its data: bars stacked by leverage over price,
 * two cumulative curves outward from the price, the three largest clusters of each side, and what moves of
 * fixed size would sweep.
 *
 * @throws RangeError if the map's price is not one of its edges, its arrays do not match its edges, it has more
 * than seven leverage groups, or the size is too small for the words
 */
export function mapChart(options: MapChartOptions): Chart {
  const { map, theme, brand } = options;
  requireMatchingBins(map);
  const at = frame(options.size ?? defaultSize);
  const facts = mapFacts(map, options.clusters);
  const bars = stackBars(map);
  const colors = layerColors(theme, bars.labels.length);
  const curves = { long: curveRows(map, 'long'), short: curveRows(map, 'short') };
  const totals = { longUsd: curves.long.at(-1)!.usd, shortUsd: curves.short.at(-1)!.usd };
  const curvesUsd = Math.max(totals.longUsd, totals.shortUsd);

  const range = { lowUsd: map.edges[0]!, highUsd: map.edges.at(-1)! };
  const xOf = (priceUsd: number) => xOfPrice(range, at, priceUsd);
  const priceX = xOf(map.priceUsd);
  const placed = placeClusters(facts.clusters, xOf, priceX, at, theme);
  const yOf = (part: number) => at.plot.y2 - part * (at.plot.y2 - placed.dataTop);
  const barTop = (priceUsd: number) => yOf(bars.topUsd > 0 ? drawnHeight(bars, priceUsd) / bars.topUsd : 0);
  const axes = {
    ...range,
    ...binWidth(map),
    priceUsd: map.priceUsd,
    barsUsd: bars.topUsd,
    curvesUsd,
    dataTop: placed.dataTop,
  };

  const marks = joinMarks([
    drawAxes(axes, at, theme),
    drawWatermark(facts, placed.dataTop, at, theme),
    drawClusters(placed, { xOf, barTop }, at, theme),
    drawBreaks(bars, map, xOf, placed.dataTop, theme),
    drawSides(facts.price, priceX, at, theme),
    drawHeader(facts, at, theme),
    drawLegend(bars, colors, totals, at, theme),
    drawStrip(facts.sweeps, at, theme),
    drawFooter(facts, brand, at, theme),
    facts.empty ? drawEmptiness(at, theme) : {},
  ]);
  // The plot reaches above the data to hold the labels, so its top stands for more than the highest bar.
  const headroom = (at.plot.y2 - at.plot.y) / (at.plot.y2 - placed.dataTop);
  return {
    key: `liquidation-map/${theme.name}/${at.width}x${at.height}/${colors.length}`,
    template: mapTemplate(at, theme, colors),
    data: { ...marks, bars: bars.rows, curves: [...curves.long, ...curves.short] },
    params: {
      ...range,
      barTopUsd: (bars.topUsd || 1) * headroom,
      curveTopUsd: (curvesUsd || 1) * headroom,
    },
  };
}

type CurveRow = { readonly side: 'long' | 'short'; readonly price: number; readonly usd: number };

function curveRows(map: LiquidationMap, side: 'long' | 'short'): readonly CurveRow[] {
  return cumulativeCurve(map, side).map(({ priceUsd, usd }) => ({ side, price: priceUsd, usd }));
}

/** The width of the bins in % of price, if all have the same. */
function binWidth(map: LiquidationMap): { readonly binWidth?: string } {
  const bins = map.edges.length - 1;
  const mean = (map.edges[bins]! - map.edges[0]!) / bins;
  const equal = map.longUsd.every(
    (_, bin) => Math.abs(map.edges[bin + 1]! - map.edges[bin]! - mean) < mean * 1e-3,
  );
  if (!equal) return {};
  const percent = (mean / map.priceUsd) * 100;
  return { binWidth: `${Number(percent.toPrecision(2))} %` };
}

/** Two gaps across a bar that is higher than the plot. */
function drawBreaks(
  bars: Bars,
  map: LiquidationMap,
  xOf: (priceUsd: number) => number,
  dataTop: number,
  theme: Theme,
): Partial<Marks> {
  return {
    over: bars.cut.flatMap(({ bin }) => {
      const x = xOf(map.edges[bin]!) - 3;
      const x2 = xOf(map.edges[bin + 1]!) + 3;
      return [14, 20].map(
        (below): Box => ({
          x,
          x2,
          y: dataTop + below,
          y2: dataTop + below + 3,
          color: theme.panel,
          opacity: 1,
          radius: 0,
        }),
      );
    }),
  };
}

function requireMatchingBins(map: LiquidationMap): void {
  const bins = map.edges.length - 1;
  for (const { longUsd, shortUsd } of [map, ...map.byLeverage]) {
    if (bins < 1 || longUsd.length !== bins || shortUsd.length !== bins) {
      throw new RangeError(
        `a map of ${map.edges.length} edges needs ${bins} bins, got ${longUsd.length} and ${shortUsd.length}`,
      );
    }
  }
}
