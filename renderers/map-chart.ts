import type { Cluster, LiquidationMap } from '../src/core/liquidation-map.ts';
import type { Chart } from './chart.ts';
import { defaultSize, frame, type Size } from './frame.ts';
import { mapFacts } from './map-facts.ts';
import { drawFooter } from './map-footer.ts';
import { drawHeader } from './map-header.ts';
import { drawLegend } from './map-legend.ts';
import { drawEmptiness } from './map-notices.ts';
import { mapPlot } from './map-plot.ts';
import { drawStrip } from './map-strip.ts';
import { mapTemplate } from './map-template.ts';
import { joinMarks } from './marks.ts';
import type { Theme } from './theme.ts';

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
  const at = frame(options.size ?? defaultSize);
  const facts = mapFacts(map, options.clusters);
  const { bars, colors, totals, ...plot } = mapPlot(map, facts, at, theme);
  const marks = joinMarks([
    plot.marks,
    drawHeader(facts, at, theme),
    drawLegend(bars, colors, totals, at, theme),
    drawStrip(facts.sweeps, at, theme),
    drawFooter(facts, brand, at, theme),
    facts.empty ? drawEmptiness(at, theme) : {},
  ]);
  return {
    key: `liquidation-map/${theme.name}/${at.width}x${at.height}/${colors.length}`,
    template: mapTemplate(at, theme, colors),
    data: { ...marks, ...plot.data },
    params: plot.params,
  };
}
