import type { Provenance } from '../../src/core/market-data.ts';
import { type Box, type Marks, setRuns, type Text } from '../marks.ts';
import { usd } from '../numbers.ts';
import { textWidth } from '../text-width.ts';
import { labelOpacity, type Theme } from '../theme.ts';
import { cssColor, type HeatScale, heatPalette, usdAt } from './colors.ts';
import type { HeatFrame } from './frame.ts';

const style = { size: 18, weight: 400 } as const;
const height = 15;
const pieces = 24;

/** What the colours stand for, and which row they count: nothing, the middle of the ramp, full strength. */
export function drawHeatLegend(
  scale: HeatScale,
  rowWidth: string,
  at: HeatFrame,
  theme: Theme,
): Partial<Marks> {
  const isWide = at.shape === 'wide';
  const half = isWide ? 95 : 70;
  const words = `${isWide ? 'USD liquidated' : 'USD'} per ${rowWidth} of price`;
  const full = scale.brightUsd > 0 ? `${usd(scale.brightUsd)} and more` : 'nothing';
  const middle = scale.brightUsd > 0 ? usd(usdAt(0.5, scale)) : '';
  const over: Box[] = [];
  const texts: Text[] = [];
  let x = at.left;
  const say = (text: string, color: string, gap: number) => {
    texts.push({ ...style, text, x, y: at.legendY, color, align: 'left', angle: 0 });
    x += textWidth(text, style) + gap;
  };
  const ramp = (from: number) => {
    over.push(...rampPieces(from, { x, width: half }, at, theme));
    x += half + 8;
  };
  say(words, theme.muted, 24);
  say('$0', theme.text, 8);
  ramp(0);
  if (middle === '') x -= 8;
  else say(middle, theme.text, 8);
  ramp(0.5);
  say(full, theme.text, 0);
  return { over, texts: texts.filter(({ text }) => text !== '') };
}

/** Half of the ramp, from this position of the scale. */
function rampPieces(
  from: number,
  { x, width }: { readonly x: number; readonly width: number },
  { legendY }: HeatFrame,
  theme: Theme,
): readonly Box[] {
  const palette = heatPalette(theme);
  return Array.from({ length: pieces }, (_, i): Box => {
    const position = from + (0.5 * i) / (pieces - 1);
    const left = x + (i / pieces) * width;
    const span = { x: left, x2: left + width / pieces + 0.5, y: legendY - height + 1, y2: legendY + 1 };
    const color = cssColor(palette[Math.round(position * (palette.length - 1))]!);
    return { ...span, color, opacity: 1, radius: 0 };
  });
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
