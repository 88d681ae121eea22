import type { LiquidationMap, SidedUsd } from '../../src/core/liquidation-map.ts';
import { drawClusterFlags } from '../cluster-flags.ts';
import type { Frame } from '../frame.ts';
import { type Box, joinMarks, type Marks } from '../marks.ts';
import { layerColors, type Theme } from '../theme.ts';
import { drawAxes, xOfPrice } from './axes.ts';
import { type BarRow, type Bars, drawnHeight, stackBars } from './bars.ts';
import { placeClusters } from './clusters.ts';
import type { MapFacts } from './facts.ts';
import { barColors, hatchMeasured, type Stroke } from './hatch.ts';
import { drawWatermark } from './notices.ts';
import { drawSides } from './sides.ts';
import { cumulativeCurve } from './swept.ts';

/** The plot of a map, without the words around it: what any picture with a map in it has in common. */
export type MapPlot = {
  readonly bars: Bars;
  /** Colours of the bars' layers. */
  readonly colors: readonly string[];
  /** What the cumulative curves reach at the edges. */
  readonly totals: SidedUsd;
  readonly marks: Marks;
  /** Where the room begins that was asked to be kept free below the labels, px. */
  readonly freeY: number;
  /** Data sets and parameters of `mapTemplate`, without those in px. */
  readonly data: {
    readonly bars: readonly BarRow[];
    readonly curves: readonly CurveRow[];
    readonly hatch?: readonly Stroke[];
  };
  readonly params: Readonly<Record<'lowUsd' | 'highUsd' | 'barTopUsd' | 'curveTopUsd', number>>;
};

export type CurveRow = { readonly side: 'long' | 'short'; readonly price: number; readonly usd: number };

/**
 * Bars, curves, axes, names of the sides and labels of the clusters, within `at.plot`.
 *
 * @param free px to be kept free of data below the labels
 * @throws RangeError if the map's price is not one of its edges, its arrays do not match its edges, or it has more
 * than seven leverage groups
 */
export function mapPlot(map: LiquidationMap, facts: MapFacts, at: Frame, theme: Theme, free = 0): MapPlot {
  requireMatchingBins(map);
  const bars = stackBars(map);
  const colors = barColors(layerColors(theme, bars.labels.length), bars, theme);
  const curves = { long: curveRows(map, 'long'), short: curveRows(map, 'short') };
  const totals = { longUsd: curves.long.at(-1)!.usd, shortUsd: curves.short.at(-1)!.usd };
  const curvesUsd = Math.max(totals.longUsd, totals.shortUsd);

  const range = { lowUsd: map.edges[0]!, highUsd: map.edges.at(-1)! };
  const xOf = (priceUsd: number) => xOfPrice(range, at, priceUsd);
  const priceX = xOf(map.priceUsd);
  const labelled = placeClusters(facts.clusters, xOf, priceX, at, theme);
  const placed = { ...labelled, dataTop: labelled.dataTop + free };
  const yOf = (part: number) => at.plot.y2 - part * (at.plot.y2 - placed.dataTop);
  const yOfUsd = (usd: number) => yOf(bars.topUsd > 0 ? usd / bars.topUsd : 0);
  const barTop = (priceUsd: number) => yOfUsd(drawnHeight(bars, priceUsd));
  const axes = {
    ...range,
    ...binWidth(map),
    priceUsd: map.priceUsd,
    barsUsd: bars.topUsd,
    curvesUsd,
    dataTop: placed.dataTop,
  };
  // The plot reaches above the data to hold the labels, so its top stands for more than the highest bar.
  const headroom = (at.plot.y2 - at.plot.y) / (at.plot.y2 - placed.dataTop);
  return {
    bars,
    colors,
    totals,
    freeY: labelled.dataTop,
    marks: joinMarks([
      drawAxes(axes, at, theme),
      drawWatermark(facts, placed.dataTop, at, theme),
      drawClusterFlags(placed, barTop, theme),
      drawBreaks(bars, map, xOf, placed.dataTop, theme),
      drawSides(facts.price, priceX, at, theme),
    ]),
    data: {
      bars: bars.rows,
      curves: [...curves.long, ...curves.short],
      ...(bars.measured && { hatch: hatchMeasured(bars, { xOf, yOf: yOfUsd }) }),
    },
    params: {
      ...range,
      barTopUsd: (bars.topUsd || 1) * headroom,
      curveTopUsd: (curvesUsd || 1) * headroom,
    },
  };
}

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
export function drawBreaks(
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
  for (const { longUsd, shortUsd } of [map, ...map.byLeverage, ...(map.measured ? [map.measured] : [])]) {
    if (bins < 1 || longUsd.length !== bins || shortUsd.length !== bins) {
      throw new RangeError(
        `a map of ${map.edges.length} edges needs ${bins} bins, got ${longUsd.length} and ${shortUsd.length}`,
      );
    }
  }
}
