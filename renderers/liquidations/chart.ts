import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Observation } from '../../src/core/observed.ts';
import type { Chart } from '../chart.ts';
import { pictureOf } from '../draw.ts';
import { type Look, lookKey, pixelRatio } from '../look.ts';
import { xOfPrice } from '../map/axes.ts';
import { mapFacts } from '../map/facts.ts';
import { drawFooter } from '../map/footer.ts';
import { layersKey } from '../map/hatch.ts';
import { drawHeader } from '../map/header.ts';
import { drawLegend } from '../map/legend.ts';
import { drawEmptiness } from '../map/notices.ts';
import { mapPlot } from '../map/plot.ts';
import { joinMarks } from '../marks.ts';
import { barEdges, binLiquidations, liquidationRows } from './bins.ts';
import { observedFacts } from './facts.ts';
import { liquidationsFrame } from './frame.ts';
import { drawLane, headroom } from './lane.ts';
import { stripeShorts } from './stripes.ts';
import { liquidationsTemplate } from './template.ts';

export type LiquidationsChartOptions = Look & {
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
  readonly observation: Observation;
};

/**
 * A map and, hanging below it on the same axis of prices, what was seen to be liquidated: above what would be,
 * below what was.
 *
 * @throws RangeError on maps that contradict themselves, see `mapPlot`
 */
export function liquidationsChart(options: LiquidationsChartOptions): Chart {
  const { map, observation, theme, brand } = options;
  const at = liquidationsFrame(options.shape);
  const facts = { ...mapFacts(map, options.clusters), view: 'liquidations seen' };
  const seen = observedFacts(observation, map.priceUsd);
  const { bars, colors, totals, ...plot } = mapPlot(map, facts, at, theme);
  const edges = barEdges(map.edges);
  const bins = binLiquidations(edges, observation.liquidations);
  const { rows, topUsd } = liquidationRows(edges, bins);
  const marks = joinMarks([
    plot.marks,
    drawHeader(facts, at, theme),
    drawLegend(bars, colors, totals, at, theme),
    drawLane(seen, { bins, topUsd, priceX: xOfPrice(plot.params, at, map.priceUsd) }, at, theme),
    drawFooter(facts, brand, at, theme),
    facts.empty ? drawEmptiness(at, theme) : {},
  ]);
  const xOf = (priceUsd: number) => xOfPrice(plot.params, at, priceUsd);
  const yOf = (usd: number) => at.lane.y + (usd / (topUsd || 1)) * (at.lane.y2 - at.lane.y - headroom);
  const stripes = stripeShorts(rows, { xOf, yOf, top: at.lane.y });
  const room = (at.lane.y2 - at.lane.y) / (at.lane.y2 - at.lane.y - headroom);
  return {
    key: `liquidations/${lookKey(at, theme)}/${layersKey(colors, theme)}`,
    template: liquidationsTemplate(at, theme, colors),
    data: { ...marks, ...plot.data, seen: rows, stripes },
    params: { ...plot.params, seenTopUsd: (topUsd || 1) * room },
    pixelRatio: pixelRatio(options),
  };
}

/** The same as PNG, 1200 x 800 px. */
export const drawLiquidations = pictureOf(liquidationsChart);
