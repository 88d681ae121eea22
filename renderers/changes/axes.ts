import { drawPriceTicks, xOfPrice } from '../map/axes.ts';
import type { Box, Marks, Text } from '../marks.ts';
import { textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import { niceStep, ticksWithin } from '../ticks.ts';
import { axisAmount, gridLine } from '../usd-axis.ts';
import type { ChangesFrame } from './frame.ts';
import { reach } from './template.ts';

export type PriceSpan = {
  readonly lowUsd: number;
  readonly highUsd: number;
  readonly priceUsd: number;
  readonly fromPriceUsd: number;
  readonly topUsd: number;
};

const titleStyle = { size: 14, weight: 600 } as const;

/** Ground, grid, prices below, USD on both sides of the line of no change, and where price was. */
export function drawChangesAxes(span: PriceSpan, at: ChangesFrame, theme: Theme): Partial<Marks> {
  const amounts = span.topUsd > 0 ? ticksWithin(0, span.topUsd, niceStep(span.topUsd / 3.5)).slice(1) : [];
  const { up, down } = reach(at);
  const levels = amounts.flatMap((amount) => [
    { amount, y: at.zeroY - (amount / span.topUsd) * up },
    { amount, y: at.zeroY + (amount / span.topUsd) * down },
  ]);
  const prices = drawPriceTicks(span, at, theme);
  const thenX = xOfPrice(span, at, span.fromPriceUsd);
  const isThenSeen = thenX >= at.plot.x && thenX <= at.plot.x2;
  return {
    under: [
      { ...at.plot, color: theme.panel, opacity: 1, radius: 6 },
      ...levels.map(({ y }) => gridLine(at.plot, y, theme.grid)),
      ...(prices.under ?? []),
      ...(isThenSeen ? dashes(thenX, at, theme) : []),
    ],
    over: [gridLine(at.plot, at.zeroY, theme.muted)],
    texts: [
      ...levels.map(({ amount, y }) => axisAmount(amount, { plot: at.plot, y, side: 'left' }, theme)),
      ...(prices.texts ?? []),
      {
        ...titleStyle,
        text: 'BUILT',
        x: at.plot.x2 + 10,
        y: at.zeroY - 10,
        color: theme.text,
        align: 'left',
        angle: 0,
      },
      {
        ...titleStyle,
        text: 'GONE',
        x: at.plot.x2 + 10,
        y: at.zeroY + 20,
        color: theme.text,
        align: 'left',
        angle: 0,
      },
      ...(isThenSeen ? [thenWords(thenX, at, theme)] : []),
    ],
  };
}

/** Beside its line, within the plot. */
function thenWords(x: number, { plot }: ChangesFrame, theme: Theme): Text {
  const text = 'price then';
  const fits = x + 6 + textWidth(text, titleStyle) <= plot.x2;
  return {
    ...titleStyle,
    text,
    x: fits ? x + 6 : x - 6,
    y: plot.y2 - 8,
    color: theme.muted,
    align: fits ? 'left' : 'right',
    angle: 0,
  };
}

function dashes(x: number, { plot }: ChangesFrame, theme: Theme): Box[] {
  const count = Math.floor((plot.y2 - plot.y - 40) / 14);
  return Array.from({ length: count }, (_, i): Box => {
    const y = plot.y + 40 + i * 14;
    return { x: x - 1, x2: x + 1, y, y2: y + 8, color: theme.muted, opacity: 1, radius: 0 };
  });
}
