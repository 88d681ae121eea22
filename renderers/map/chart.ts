import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Chart } from '../chart.ts';
import { pictureOf } from '../draw.ts';
import { frame } from '../frame.ts';
import { type Look, lookKey, pixelRatio } from '../look.ts';
import { joinMarks } from '../marks.ts';
import { mapFacts } from './facts.ts';
import { drawFooter } from './footer.ts';
import { layersKey } from './hatch.ts';
import { drawHeader } from './header.ts';
import { drawLegend } from './legend.ts';
import { drawEmptiness } from './notices.ts';
import { mapPlot } from './plot.ts';
import { drawStrip } from './strip.ts';
import { mapTemplate } from './template.ts';

export type MapChartOptions = Look & {
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
};

/**
 * The picture of a liquidation map as a vega-lite template and its data: bars stacked by leverage over price,
 * two cumulative curves outward from the price, the three largest clusters of each side, and what moves of
 * fixed size would sweep.
 *
 * @throws RangeError if the map's price is not one of its edges, its arrays do not match its edges, or it has more
 * than seven leverage groups
 */
export function mapChart(options: MapChartOptions): Chart {
  const { map, theme, brand } = options;
  const at = frame(options.shape);
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
    key: `liquidation-map/${lookKey(at, theme)}/${layersKey(colors, theme)}`,
    template: mapTemplate(at, theme, colors),
    data: { ...marks, ...plot.data },
    params: plot.params,
    pixelRatio: pixelRatio(options),
  };
}

/** The same as PNG, 1200 x 675 px unless its look says otherwise. */
export const drawMap = pictureOf(mapChart);
