import type { Bounds } from '../marks.ts';
import type { Theme } from '../theme.ts';
import type { Bars } from './bars.ts';

/** A straight stroke, px. */
export type Stroke = Bounds;

/** Across, between one stroke of the hatching and the next, px. */
const spacing = 6;

/** Hatched ground, and the strokes on it: grey, and told from leverage by the strokes as well as by the lack of colour. */
export function hatchGround(theme: Theme): string {
  return theme.muted;
}

export function hatchStroke(theme: Theme): string {
  return theme.panel;
}

/** The colours of a map's layers; `hasMeasured` for one whose bars have a layer of measured positions. */
export function barColors(leverage: readonly string[], { measured }: Bars, theme: Theme): readonly string[] {
  return measured ? [...leverage, hatchGround(theme)] : leverage;
}

export function hasMeasured(colors: readonly string[], theme: Theme): boolean {
  return colors.at(-1) === hatchGround(theme);
}

/** Of the key of a template: what it is made of beside the look. */
export function layersKey(colors: readonly string[], theme: Theme): string {
  return hasMeasured(colors, theme) ? `${colors.length - 1}+measured` : `${colors.length}`;
}

type Step = { readonly x: number; readonly x2: number; readonly top: number };

/**
 * Rising strokes at 45 degrees over the layer of measured positions, each as long as it stays inside: the ground ends
 * where the bars of the layer do.
 *
 * @param place px of a price, and of a height of the bars
 */
export function hatchMeasured(
  bars: Bars,
  place: { readonly xOf: (priceUsd: number) => number; readonly yOf: (usd: number) => number },
): readonly Stroke[] {
  if (!bars.measured) return [];
  const rows = bars.rows.filter(({ layer }) => layer === bars.labels.length);
  const base = place.yOf(0);
  const steps = rows.slice(0, -1).map((row, i): Step => {
    return { x: place.xOf(row.price), x2: place.xOf(rows[i + 1]!.price), top: place.yOf(row.to) };
  });
  const highest = base - Math.min(base, ...steps.map(({ top }) => top));
  const from = steps[0]!.x - highest;
  const count = Math.ceil((steps.at(-1)!.x2 - from) / spacing);
  return Array.from({ length: count }, (_, i) => stroke(steps, base, from + i * spacing)).flat();
}

/** The pieces of the stroke that leaves the base at `foot`: at x it is x - foot high. */
function stroke(steps: readonly Step[], base: number, foot: number): readonly Stroke[] {
  const pieces: Stroke[] = [];
  for (const { x, x2, top } of steps) {
    const from = Math.max(x, foot);
    const to = Math.min(x2, foot + (base - top));
    if (to <= from) continue;
    const last = pieces.at(-1);
    const end = { x2: to, y2: base - (to - foot) };
    if (last && last.x2 === from) pieces[pieces.length - 1] = { ...last, ...end };
    else pieces.push({ x: from, y: base - (from - foot), ...end });
  }
  return pieces;
}
