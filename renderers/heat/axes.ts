import { dayMs, hourMs } from '../../src/core/durations.ts';
import type { Box, Marks, Text } from '../marks.ts';
import { price, tickPrice } from '../numbers.ts';
import { textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import { niceStep, ticksWithin } from '../ticks.ts';
import type { HeatFrame } from './frame.ts';

const style = { size: 17, weight: 600 } as const;
const timeStyle = { size: 16, weight: 400 } as const;
/** Smaller for prices with many zeros. */
const labelSizes = [18, 16, 14, 12] as const;
const timeSteps = [1, 2, 3, 6, 12, 24, 48, 72, 120, 168, 336, 720].map((hours) => hours * hourMs);

export type HeatSpan = {
  readonly lowUsd: number;
  readonly highUsd: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly priceUsd: number;
};

export function yOfPrice(priceUsd: number, { lowUsd, highUsd }: HeatSpan, { plot }: HeatFrame): number {
  return plot.y2 - ((priceUsd - lowUsd) / (highUsd - lowUsd)) * (plot.y2 - plot.y);
}

function xOfTime(timeMs: number, { startMs, endMs }: HeatSpan, { plot }: HeatFrame): number {
  return plot.x + ((timeMs - startMs) / (endMs - startMs)) * (plot.x2 - plot.x);
}

/** Prices at the right, times below, and the price now on both its line and its label. */
export function drawHeatAxes(span: HeatSpan, at: HeatFrame, theme: Theme): Partial<Marks> {
  const label = priceLabel(span, at, theme);
  const labelY = yOfPrice(span.priceUsd, span, at);
  const prices = priceTicks(span, at).filter(({ y }) => Math.abs(y - labelY) > 24);
  const times = timeTicks(span, at);
  return {
    over: [
      ...times.map(
        ({ x }): Box => ({ x: x - 0.5, x2: x + 0.5, y: at.plot.y2, y2: at.plot.y2 + 5, ...ink(theme.muted) }),
      ),
      ...(label.over ?? []),
    ],
    texts: [
      ...prices.map(
        ({ text, y }): Text => ({
          ...style,
          text,
          x: at.now.x2 + 8,
          y: y + 6,
          color: theme.text,
          align: 'left',
          angle: 0,
        }),
      ),
      ...times.map(
        ({ text, x }): Text => ({
          ...timeStyle,
          text,
          x,
          y: at.timeY,
          color: theme.muted,
          align: 'center',
          angle: 0,
        }),
      ),
      ...(label.texts ?? []),
    ],
  };
}

function priceLabel(span: HeatSpan, at: HeatFrame, theme: Theme): Partial<Marks> {
  const y = yOfPrice(span.priceUsd, span, at);
  const text = price(span.priceUsd);
  const room = at.right - at.now.x2 - 4;
  const size =
    labelSizes.find((each) => textWidth(text, { size: each, weight: 700 }) <= room) ?? labelSizes.at(-1)!;
  return {
    over: [
      {
        x: at.plot.x,
        x2: at.now.x2 + 3,
        y: y - 0.75,
        y2: y + 0.75,
        color: theme.price,
        opacity: 0.75,
        radius: 0,
      },
      {
        x: at.now.x2 + 2,
        x2: at.right + 8,
        y: y - 15,
        y2: y + 15,
        color: theme.price,
        opacity: 1,
        radius: 4,
      },
    ],
    texts: [
      { size, weight: 700, text, x: at.now.x2 + 8, y: y + 6, color: theme.onPrice, align: 'left', angle: 0 },
    ],
  };
}

function priceTicks(span: HeatSpan, at: HeatFrame): { readonly text: string; readonly y: number }[] {
  const stepUsd = niceStep((span.highUsd - span.lowUsd) / 9);
  return ticksWithin(span.lowUsd, span.highUsd, stepUsd)
    .map((tick) => ({ text: tickPrice(tick, stepUsd), y: yOfPrice(tick, span, at) }))
    .filter(({ y }) => y > at.plot.y + 10 && y < at.plot.y2 - 4);
}

/** Round times in UTC, as many as fit: hours within days, days beyond. */
function timeTicks(span: HeatSpan, at: HeatFrame): { readonly text: string; readonly x: number }[] {
  const most = (at.plot.x2 - at.plot.x) / 110;
  const stepMs = timeSteps.find((step) => (span.endMs - span.startMs) / step <= most) ?? timeSteps.at(-1)!;
  return ticksWithin(span.startMs, span.endMs, stepMs)
    .map((timeMs) => ({ text: timeWords(timeMs), x: xOfTime(timeMs, span, at) }))
    .filter(({ x, text }) => {
      const half = textWidth(text, timeStyle) / 2;
      return x - half >= at.plot.x - 8 && x + half <= at.plot.x2 + 8;
    });
}

/** `06:00`, and at midnight the day: `14 Feb`. */
function timeWords(timeMs: number): string {
  const date = new Date(timeMs);
  if (timeMs % dayMs !== 0) return date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]!}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

function ink(color: string): Pick<Box, 'color' | 'opacity' | 'radius'> {
  return { color, opacity: 1, radius: 0 };
}
