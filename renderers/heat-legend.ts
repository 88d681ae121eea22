import type { Provenance } from '../src/core/market-data.ts';
import { cssColor, heatPalette, usdAt } from './heat-colors.ts';
import type { HeatFrame } from './heat-frame.ts';
import { type Box, type Marks, setRuns, type Text } from './marks.ts';
import { usd } from './numbers.ts';
import { textWidth } from './text-width.ts';
import { labelOpacity, type Theme } from './theme.ts';

const style = { size: 18, weight: 400 } as const;
const height = 15;
const pieces = 48;

/** What the colours stand for, and which row they count. */
export function drawHeatLegend(
  bright: number,
  rowWidth: string,
  at: HeatFrame,
  theme: Theme,
): Partial<Marks> {
  const palette = heatPalette(theme);
  const width = at.shape === 'wide' ? 190 : 150;
  const words = `USD liquidated per ${rowWidth} of price`;
  const text = (said: string, x: number): Text => ({
    ...style,
    text: said,
    x,
    y: at.legendY,
    color: theme.text,
    align: 'left',
    angle: 0,
  });
  const from = at.left + textWidth(words, style) + 24 + textWidth('$0', style) + 8;
  const over = Array.from({ length: pieces }, (_, i): Box => {
    const x = from + (i / pieces) * width;
    const color = cssColor(palette[Math.round((i / (pieces - 1)) * (palette.length - 1))]!);
    return {
      x,
      x2: x + width / pieces + 0.5,
      y: at.legendY - height + 1,
      y2: at.legendY + 1,
      color,
      opacity: 1,
      radius: 0,
    };
  });
  const full = bright > 0 ? `${usd(usdAt(1, bright))} and more` : 'nothing';
  return {
    over,
    texts: [
      { ...text(words, at.left), color: theme.muted },
      text('$0', from - textWidth('$0', style) - 8),
      text(full, from + width + 8),
    ],
  };
}

/** The words that name the sides, above and below the path of price. */
export function drawHeatSides(at: HeatFrame, theme: Theme): Partial<Marks> {
  const loud = { size: 20, weight: 700 } as const;
  const quiet = { size: 16, weight: 400, color: theme.text } as const;
  const line = (side: 'long' | 'short', y: number) => {
    const runs = [
      { ...loud, text: side === 'short' ? '▲ SHORTS LIQUIDATED' : '▼ LONGS LIQUIDATED', color: theme[side] },
      { ...quiet, text: side === 'short' ? 'if price rises' : 'if price falls' },
    ] as const;
    const wide = runs.reduce((sum, run) => sum + textWidth(run.text, run), 8);
    const ground: Box = {
      x: at.plot.x + 8,
      x2: at.plot.x + 28 + wide,
      y: y - 21,
      y2: y + 9,
      color: theme.background,
      opacity: labelOpacity,
      radius: 5,
    };
    return { ground, texts: setRuns(runs, { x: at.plot.x + 18, y, gap: 8 }) };
  };
  const lines = [line('short', at.plot.y + 32), line('long', at.plot.y2 - 16)];
  return { over: lines.map(({ ground }) => ground), texts: lines.flatMap(({ texts }) => texts) };
}

/** Tells data that is not the market's own at once, even in a cut-out of the picture. */
export function drawProvenance(provenance: Provenance, at: HeatFrame, theme: Theme): Partial<Marks> {
  if (provenance === 'live') return {};
  const run = { size: 20, weight: 700, text: `${provenance.toUpperCase()} DATA` } as const;
  const x = at.plot.x2 - textWidth(run.text, run) - 18;
  // Below the words of the side where the plot is too narrow for both.
  const y = at.plot.y + (at.shape === 'wide' ? 32 : 66);
  return {
    over: [
      { x: x - 10, x2: at.plot.x2 - 8, y: y - 21, y2: y + 9, color: theme.warning, opacity: 1, radius: 5 },
    ],
    texts: [{ ...run, x, y, color: theme.onWarning, align: 'left', angle: 0 }],
  };
}
