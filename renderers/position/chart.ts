import { cropMap } from '../../src/core/crop-map.ts';
import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { OwnAnswer } from '../../src/core/own-answer.ts';
import type { Chart } from '../chart.ts';
import { dashes } from '../dashes.ts';
import { pictureOf } from '../draw.ts';
import type { Frame } from '../frame.ts';
import { type Look, lookKey, pixelRatio } from '../look.ts';
import { xOfPrice } from '../map/axes.ts';
import { mapFacts } from '../map/facts.ts';
import { drawFooter } from '../map/footer.ts';
import { layersKey } from '../map/hatch.ts';
import { drawHeader } from '../map/header.ts';
import { drawLegend } from '../map/legend.ts';
import { mapPlot } from '../map/plot.ts';
import { mapTemplate } from '../map/template.ts';
import { joinMarks, type Marks, type Run, type Text } from '../marks.ts';
import { drawPriceFlag, flagHeight } from '../price-flag.ts';
import { textWidth } from '../text-width.ts';
import { labelOpacity, type Theme } from '../theme.ts';
import { drawPositionCells } from './cells.ts';
import { noAdvice, type PositionFacts, positionFacts } from './facts.ts';
import { positionFrame } from './frame.ts';

export type PositionChartOptions = Look & {
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
  readonly own: OwnAnswer;
};

/** Half of the plot: somewhat farther than all that matters to the position, and never less than this. */
const narrowest = 0.04;
const someRoom = 1.2;
const markStyle = { size: 15, weight: 600 } as const;

/**
 * Somebody's own position on the map: where it was entered, where it is closed by force, and what lies between.
 *
 * @throws RangeError on maps that contradict themselves, see `mapPlot`
 */
export function positionChart(options: PositionChartOptions): Chart {
  const { own, theme, brand } = options;
  const at = positionFrame(options.shape);
  const { map, clusters } = cropMap(options, halfWidth(options.map, own));
  const said = positionFacts(own, map.atrPct);
  const { venuesIn: _venues, ...facts } = mapFacts(map, clusters);
  const header = {
    ...facts,
    view: said.view,
    window: said.stake,
    venuesIn: [own.market.market],
    fragility: '',
  };
  const { bars, colors, totals, ...plot } = mapPlot(map, { ...facts, venuesIn: [] }, at, theme, flagHeight);
  const xOf = (priceUsd: number) => xOfPrice(plot.params, at, priceUsd);
  const marks = joinMarks([
    plot.marks,
    drawHeader(header, at, theme),
    drawLegend(bars, colors, totals, at, theme),
    drawEntry(xOf(own.entryOnMapUsd), plot.freeY, at, theme),
    drawLiquidation(said, own, { xOf, priceX: xOf(map.priceUsd), top: plot.freeY }, at, theme),
    drawPositionCells(said.cells, noAdvice, at, theme),
    drawFooter(
      { ...header, ownNotes: [`isolated margin, rules: ${own.rulesSource}`], venueNotes: [] },
      brand,
      at,
      theme,
    ),
  ]);
  return {
    // In a wide picture the plot is that of a map, and so is the template.
    key: `${at.shape === 'wide' ? 'liquidation-map' : 'position'}/${lookKey(at, theme)}/${layersKey(colors, theme)}`,
    template: mapTemplate(at, theme, colors),
    data: { ...marks, ...plot.data },
    params: plot.params,
    pixelRatio: pixelRatio(options),
  };
}

/** The same as PNG, 1200 x 675 px. */
export const drawPosition = pictureOf(positionChart);

function halfWidth({ priceUsd }: LiquidationMap, own: OwnAnswer): number {
  const prices = [own.liquidation?.onMapUsd, own.advice?.targetOnMapUsd, own.advice?.cluster.peak];
  const distances = prices.map((one) => (one === undefined ? 0 : Math.abs(one / priceUsd - 1)));
  return Math.min(0.95, Math.max(narrowest, someRoom * Math.max(...distances)));
}

/** Beyond the edge it is not drawn: the header names it. */
function drawEntry(x: number, top: number, { plot }: Frame, theme: Theme): Partial<Marks> {
  const text = 'entry';
  const width = textWidth(text, markStyle);
  if (x < plot.x + 2 || x + 8 + width > plot.x2) return {};
  const words: Text = {
    ...markStyle,
    text,
    x: x + 6,
    y: plot.y2 - 10,
    color: theme.text,
    align: 'left',
    angle: 0,
  };
  return {
    over: [
      ...dashes(x, { top: top + flagHeight + 6, foot: plot.y2 }, { color: theme.text, opacity: 0.8 }),
      {
        x: x + 3,
        x2: x + 9 + width,
        y: plot.y2 - 26,
        y2: plot.y2 - 4,
        color: theme.panel,
        opacity: labelOpacity,
        radius: 4,
      },
    ],
    texts: [words],
  };
}

function drawLiquidation(
  said: PositionFacts,
  { liquidation, request }: OwnAnswer,
  place: { readonly xOf: (priceUsd: number) => number; readonly priceX: number; readonly top: number },
  at: Frame,
  theme: Theme,
): Partial<Marks> {
  const { plot } = at;
  const isLong = request.side === 'long';
  const edge = isLong ? plot.x + 4 : plot.x2 - 4;
  return drawPriceFlag(
    {
      // What lies beyond the map stands at its edge.
      x: liquidation ? Math.min(Math.max(place.xOf(liquidation.onMapUsd), plot.x + 4), plot.x2 - 4) : edge,
      lines: [
        [24, 19].map((size): Run => ({ text: said.verdict, size, weight: 700, color: theme.text })),
        [said.extent, ...said.briefly].map(
          (text): Run => ({ text, size: 16, weight: 600, color: theme.warning }),
        ),
      ],
      color: liquidation ? theme.warning : theme.panel,
      outward: isLong ? 'left' : 'right',
      room: isLong ? { from: plot.x, to: place.priceX } : { from: place.priceX, to: plot.x2 },
      top: place.top,
    },
    at,
    theme,
  );
}
