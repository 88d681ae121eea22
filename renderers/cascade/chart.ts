import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Chart } from '../chart.ts';
import { drawClusterFlags } from '../cluster-flags.ts';
import { dashes } from '../dashes.ts';
import { pictureOf } from '../draw.ts';
import { type Frame, frame } from '../frame.ts';
import { type Look, lookKey, pixelRatio } from '../look.ts';
import { drawPriceTicks, xOfPrice } from '../map/axes.ts';
import { placeClusters } from '../map/clusters.ts';
import { mapFacts } from '../map/facts.ts';
import { drawFooter } from '../map/footer.ts';
import { drawHeader } from '../map/header.ts';
import { type Item, itemsWidth, setItems, setTwoLines } from '../map/legend.ts';
import { drawWatermark } from '../map/notices.ts';
import { drawSides } from '../map/sides.ts';
import { drawStrip } from '../map/strip.ts';
import { joinMarks, type Marks, type Run, type Text } from '../marks.ts';
import { drawPriceFlag, flagHeight } from '../price-flag.ts';
import { textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import { niceStep, ticksWithin } from '../ticks.ts';
import { axisAmount, axisTitle, gridLine } from '../usd-axis.ts';
import { type CascadeCurves, cascadeCurves } from './curves.ts';
import { type CascadeFacts, cascadeFacts, type SideCascade } from './facts.ts';
import { cascadeTemplate } from './template.ts';

export type CascadeChartOptions = Look & {
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
  /** Of the shock, a fraction of price above 0; both directions are drawn. */
  readonly shock: number;
};

const stripWords = ['fuel over', 'depth in', 'a move of'];

/**
 * Fuel against depth by price, and where a shock down and one up would stop: where the resting orders that stand after
 * the shock (blue) reach the forced orders (in the colour of the side).
 *
 * @throws RangeError if the map has no fuel and depth
 */
export function cascadeChart(options: CascadeChartOptions): Chart {
  const { map, clusters, shock, theme, brand } = options;
  const at = frame(options.shape);
  const said = cascadeFacts(map, clusters, shock);
  const { atr: _range, ...market } = mapFacts(map, clusters);
  const facts = { ...market, view: `cascade after ±${said.size}`, window: 'all open positions' };
  const curves = cascadeCurves(map, said);
  const xOf = (priceUsd: number) => xOfPrice(curves, at, priceUsd);
  const priceX = xOf(map.priceUsd);
  const flagged = facts.clusters.map((cluster) => ({
    ...cluster,
    leverage: (cluster.side === 'long' ? said.fall : said.rise).toClusters.get(cluster.id) ?? '',
  }));
  const placed = placeClusters(flagged, xOf, priceX, at, theme);
  const dataTop = placed.dataTop + flagHeight;
  const yOf = (amount: number) => at.plot.y2 - (amount / curves.topUsd) * (at.plot.y2 - dataTop);
  const marks = joinMarks([
    drawAmounts(curves.topUsd, yOf, at, theme),
    drawPriceTicks({ ...curves, priceUsd: map.priceUsd }, at, theme),
    drawWatermark(facts, dataTop, at, theme),
    drawClusterFlags(placed, () => placed.dataTop, theme),
    ...[said.fall, said.rise].map((side) => drawStop(side, { xOf, priceX, top: placed.dataTop }, at, theme)),
    drawSides(facts.price, priceX, at, theme),
    drawHeader(facts, at, theme),
    drawCascadeLegend(said, at, theme),
    drawStrip(said.fragility, at, theme, stripWords),
    drawFooter({ ...facts, ownNotes: [said.seen], venueNotes: [] }, brand, at, theme),
  ]);
  return {
    key: `cascade/${lookKey(at, theme)}/${dataTop}`,
    template: cascadeTemplate(at, theme, dataTop),
    data: { ...marks, ...rowsOf(curves) },
    params: { lowUsd: curves.lowUsd, highUsd: curves.highUsd, topUsd: curves.topUsd },
    pixelRatio: pixelRatio(options),
  };
}

/** The same as PNG, 1200 x 675 px. */
export const drawCascade = pictureOf(cascadeChart);

function rowsOf({ fuel, fuelLines, depth }: CascadeCurves) {
  return { fuel, fuelLines, depth };
}

function drawAmounts(
  topUsd: number,
  yOf: (amount: number) => number,
  at: Frame,
  theme: Theme,
): Partial<Marks> {
  const amounts = ticksWithin(0, topUsd, niceStep(topUsd / 6)).slice(1);
  const { plot } = at;
  const titleAt = { x: at.left - 4, y: (yOf(0) + yOf(topUsd)) / 2, side: 'left' } as const;
  return {
    under: [
      { ...plot, color: theme.panel, opacity: 1, radius: 6 },
      ...amounts.map((amount) => gridLine(plot, yOf(amount), theme.grid)),
    ],
    texts: [
      ...amounts.map((amount) => axisAmount(amount, { plot, y: yOf(amount), side: 'left' }, theme)),
      axisTitle('USD summed outward', titleAt, theme),
    ],
  };
}

type Place = { readonly xOf: (priceUsd: number) => number; readonly priceX: number; readonly top: number };

/** The shock, dashed; where the price stops, as a line with its words at the top. */
function drawStop(side: SideCascade, { xOf, priceX, top }: Place, at: Frame, theme: Theme): Partial<Marks> {
  const { plot } = at;
  const color = theme[side.side];
  const isFall = side.side === 'long';
  const shockX = xOf(side.shockUsd);
  const stopX = xOf(side.stopUsd);
  const flag = drawPriceFlag(
    {
      x: stopX,
      lines: [
        [24, 19].map((size): Run => ({ text: side.verdict, size, weight: 700, color: theme.text })),
        [side.extent, ...side.briefly].map((text): Run => ({ text, size: 17, weight: 600, color })),
      ],
      color,
      outward: isFall ? 'left' : 'right',
      room: isFall ? { from: plot.x, to: priceX } : { from: priceX, to: plot.x2 },
      top,
    },
    at,
    theme,
  );
  return {
    over: [
      ...dashes(shockX, { top: top + flagHeight + 6, foot: plot.y2 }, { color: theme.muted }),
      ...flag.over,
    ],
    texts: [...flag.texts, shockWords(side, shockX, priceX, at, theme)],
  };
}

/** Between the shock and the price, where no orders rest after it; outside if there is no room. */
function shockWords(side: SideCascade, shockX: number, priceX: number, at: Frame, theme: Theme): Text {
  const style = { size: 15, weight: 600 } as const;
  const text = `shock ${side.shock}`;
  const fits = Math.abs(shockX - priceX) > textWidth(text, style) + 20;
  const isRightOfIt = (side.side === 'long') === fits;
  return {
    ...style,
    text,
    x: isRightOfIt ? shockX + 7 : shockX - 7,
    y: at.plot.y2 - 10,
    color: theme.text,
    align: isRightOfIt ? 'left' : 'right',
    angle: 0,
  };
}

function drawCascadeLegend({ fall, rise }: CascadeFacts, at: Frame, theme: Theme): Partial<Marks> {
  const line = (text: string, color: string): Item => ({
    text,
    color: theme.text,
    weight: 400,
    swatch: { color, width: 24, height: 4 },
  });
  const left = [
    line(`forced orders: longs, ${fall.triggered} by the shock`, theme.long),
    line(`shorts, ${rise.triggered}`, theme.short),
  ];
  const right = [line('orders of the book after the shock (dashed: not seen)', theme.book)];
  if (at.shape === 'square') return setTwoLines([left], [right], at);
  const parts = [
    setItems(left, at.left, at.legendY),
    setItems(right, at.right - itemsWidth(right), at.legendY),
  ];
  return { over: parts.flatMap(({ over }) => over), texts: parts.flatMap(({ texts }) => texts) };
}
