import type { Bounds, Box, Text } from './marks.ts';
import { usd } from './numbers.ts';
import type { Theme } from './theme.ts';

type Side = 'left' | 'right';

/** A line of the grid across the plot at `y`, on whole px. */
export function gridLine(plot: Bounds, y: number, color: string): Box {
  const whole = Math.round(y);
  return { x: plot.x, x2: plot.x2, y: whole, y2: whole + 1, color, opacity: 1, radius: 0 };
}

/** An amount beside the plot, at the height of its line. */
export function axisAmount(
  amountUsd: number,
  { plot, y, side }: { readonly plot: Bounds; readonly y: number; readonly side: Side },
  theme: Theme,
): Text {
  return {
    size: 16,
    weight: 400,
    text: usd(amountUsd),
    x: side === 'left' ? plot.x - 8 : plot.x2 + 8,
    y: y + 5,
    color: theme.muted,
    align: side === 'left' ? 'right' : 'left',
    angle: 0,
  };
}

/** What the axis counts, turned by a quarter: upwards at the left, downwards at the right. */
export function axisTitle(
  text: string,
  { x, y, side }: { readonly x: number; readonly y: number; readonly side: Side },
  theme: Theme,
): Text {
  const angle = side === 'left' ? 270 : 90;
  return { size: 14, weight: 400, text, x, y, color: theme.muted, align: 'center', angle };
}
