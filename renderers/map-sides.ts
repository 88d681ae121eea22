import type { Frame } from './frame.ts';
import { type Box, type Marks, type Run, runsWidth, setRuns, type Text } from './marks.ts';
import { type TextStyle, textWidth } from './text-width.ts';
import type { Theme } from './theme.ts';

/** Smaller for prices with many zeros. */
const priceStyles = [22, 19, 16, 13].map((size): TextStyle => ({ size, weight: 700 }));
const pricePadding = 12;
const gap = 10;
const inset = 10;

/**
 * The words that name the sides, the price between them and the line it stands on. People read the sides of
 * a liquidation map the wrong way round, so each says what is closed and when.
 */
export function drawSides(price: string, priceX: number, frame: Frame, theme: Theme): Partial<Marks> {
  const { plot, sidesY } = frame;
  const longs = sideRuns('long', theme);
  const shorts = sideRuns('short', theme);
  const longsEnd = plot.x + inset + runsWidth(longs, gap);
  const shortsStart = plot.x2 - inset - runsWidth(shorts, gap);

  const text = `$${price}`;
  const room = shortsStart - longsEnd - 4 * pricePadding;
  const style = priceStyles.find((each) => textWidth(text, each) <= room) ?? priceStyles.at(-1)!;
  const half = textWidth(text, style) / 2 + pricePadding;
  const labelX = clamp(priceX, longsEnd + pricePadding + half, shortsStart - pricePadding - half);
  const label = { x: labelX - half, x2: labelX + half, y: sidesY - 24, y2: sidesY + 8 };
  const words: Text = {
    ...style,
    text,
    x: labelX,
    y: sidesY,
    color: theme.onPrice,
    align: 'center',
    angle: 0,
  };
  return {
    over: [
      { x: priceX - 1, x2: priceX + 1, y: label.y2, y2: plot.y2, ...ink(theme, 0) },
      // Leads from the line to the label where there was no room straight above it.
      {
        x: Math.min(priceX - 1, labelX),
        x2: Math.max(priceX + 1, labelX),
        y: label.y2 - 2,
        y2: label.y2,
        ...ink(theme, 0),
      },
      { ...label, ...ink(theme, 5) },
    ],
    texts: [
      ...setRuns(longs, { x: plot.x + inset, y: sidesY, gap }),
      ...setRuns(shorts, { x: shortsStart, y: sidesY, gap }),
      words,
    ],
  };
}

function sideRuns(side: 'long' | 'short', theme: Theme): readonly Run[] {
  const loud = { size: 25, weight: 700, color: theme[side] } as const;
  const quiet = { size: 18, weight: 400, color: theme.muted } as const;
  return side === 'long'
    ? [
        { ...loud, text: '◀' },
        { ...loud, text: 'LONGS LIQUIDATED' },
        { ...quiet, text: 'if price falls' },
      ]
    : [
        { ...quiet, text: 'if price rises' },
        { ...loud, text: 'SHORTS LIQUIDATED' },
        { ...loud, text: '▶' },
      ];
}

function ink(theme: Theme, radius: number): Pick<Box, 'color' | 'opacity' | 'radius'> {
  return { color: theme.price, opacity: 1, radius };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
