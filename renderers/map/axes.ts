import type { Frame } from '../frame.ts';
import type { Box, Marks, Text } from '../marks.ts';
import { roundPercent, tickPrice } from '../numbers.ts';
import { textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import { niceStep, ticksWithin } from '../ticks.ts';
import { axisAmount, axisTitle, gridLine } from '../usd-axis.ts';

/** What the axes span. Prices and amounts in USD. */
export type Axes = {
  readonly lowUsd: number;
  readonly highUsd: number;
  readonly priceUsd: number;
  /** Top of the data; the plot reaches higher, to hold the labels. */
  readonly barsUsd: number;
  readonly curvesUsd: number;
  /** Px at which the top of the data is drawn. */
  readonly dataTop: number;
  /** Words for the width of a bin: `0.25 %`; undefined if the bins differ. */
  readonly binWidth?: string;
};

const priceTickStyle = { size: 17, weight: 600 } as const;
const titleStyle = { size: 14, weight: 400 } as const;

/** Ground, grid, ticks and titles of the three axes. */
export function drawAxes(axes: Axes, frame: Frame, theme: Theme): Partial<Marks> {
  const amounts = usdTicks(axes.barsUsd);
  const sums = usdTicks(axes.curvesUsd);
  const yOf = (part: number) => frame.plot.y2 - part * (frame.plot.y2 - axes.dataTop);
  const prices = drawPriceTicks(axes, frame, theme);
  return {
    under: [
      { ...frame.plot, color: theme.panel, opacity: 1, radius: 6 },
      ...amounts.map((amount) => gridLine(frame.plot, yOf(amount / axes.barsUsd), theme.grid)),
      gridLine(frame.plot, yOf(0), theme.grid),
      ...prices.under,
    ],
    texts: [
      ...amounts.map((amount) =>
        axisAmount(amount, { plot: frame.plot, y: yOf(amount / axes.barsUsd), side: 'left' }, theme),
      ),
      ...sums.map((sum) =>
        axisAmount(sum, { plot: frame.plot, y: yOf(sum / axes.curvesUsd), side: 'right' }, theme),
      ),
      ...prices.texts,
      ...axisTitles(axes, frame, theme),
    ],
  };
}

/** The ticks and labels of the price axis alone. */
export function drawPriceTicks(
  axes: Pick<Axes, 'lowUsd' | 'highUsd' | 'priceUsd'>,
  frame: Frame,
  theme: Theme,
): Pick<Marks, 'under' | 'texts'> {
  const { ticks, stepUsd } = priceTicks(axes, frame);
  const xOf = (priceUsd: number) => xOfPrice(axes, frame, priceUsd);
  return {
    under: ticks.map((tick): Box => {
      const x = xOf(tick);
      return { x: x - 0.5, x2: x + 0.5, y: frame.plot.y2, y2: frame.plot.y2 + 5, ...line(theme) };
    }),
    texts: ticks.flatMap((tick) => priceLabel(tick, stepUsd, xOf(tick), axes, frame, theme)),
  };
}

/** Px of a price on the price axis. */
export function xOfPrice(axes: Pick<Axes, 'lowUsd' | 'highUsd'>, { plot }: Frame, priceUsd: number): number {
  return plot.x + ((priceUsd - axes.lowUsd) / (axes.highUsd - axes.lowUsd)) * (plot.x2 - plot.x);
}

function line(theme: Theme): Pick<Box, 'color' | 'opacity' | 'radius'> {
  return { color: theme.grid, opacity: 1, radius: 0 };
}

function usdTicks(topUsd: number): readonly number[] {
  return topUsd > 0 ? ticksWithin(0, topUsd, niceStep(topUsd / 7)).slice(1) : [];
}

/** Round prices, as many as fit without their labels coming near each other. */
function priceTicks(
  axes: Pick<Axes, 'lowUsd' | 'highUsd'>,
  frame: Frame,
): { readonly ticks: readonly number[]; readonly stepUsd: number } {
  const span = axes.highUsd - axes.lowUsd;
  for (let count = 10; count >= 1; count--) {
    const stepUsd = niceStep(span / count);
    const ticks = ticksWithin(axes.lowUsd, axes.highUsd, stepUsd);
    const widest = Math.max(...ticks.map((tick) => textWidth(tickPrice(tick, stepUsd), priceTickStyle)), 0);
    const spacing = (stepUsd / span) * (frame.plot.x2 - frame.plot.x);
    if (widest + 20 <= spacing) return { ticks, stepUsd };
  }
  return { ticks: [], stepUsd: span };
}

function priceLabel(
  tick: number,
  stepUsd: number,
  x: number,
  axes: Pick<Axes, 'priceUsd'>,
  frame: Frame,
  theme: Theme,
): readonly Text[] {
  const text = tickPrice(tick, stepUsd);
  const percent = roundPercent((tick / axes.priceUsd - 1) * 100);
  return [
    { ...priceTickStyle, text, x, y: frame.tickPriceY, color: theme.text, align: 'center', angle: 0 },
    {
      ...titleStyle,
      text: percent,
      x,
      y: frame.tickPercentY,
      color: theme.muted,
      align: 'center',
      angle: 0,
    },
  ];
}

function axisTitles(axes: Axes, frame: Frame, theme: Theme): readonly Text[] {
  const y = (axes.dataTop + frame.plot.y2) / 2;
  const bins = axes.binWidth === undefined ? 'USD per bin' : `USD per ${axes.binWidth} bin`;
  return [
    axisTitle(bins, { x: frame.left - 4, y, side: 'left' }, theme),
    axisTitle('cumulative USD', { x: frame.right + 4, y, side: 'right' }, theme),
  ];
}
