import type { Bounds, Box } from '../marks.ts';
import type { Theme } from '../theme.ts';
import type { LiquidationRow } from './bins.ts';

/** Between one stripe and the next, px. */
const spacing = 5;
const thickness = 1.5;

/**
 * Level stripes over the shorts of a skyline of liquidations: in it a side is told neither by its place nor, for
 * everybody, by its colour.
 *
 * @param place px of a price, and of an amount below the lane's upper edge `top`
 */
export function stripeShorts(
  rows: readonly LiquidationRow[],
  place: {
    readonly xOf: (priceUsd: number) => number;
    readonly yOf: (usd: number) => number;
    readonly top: number;
  },
): readonly Bounds[] {
  const shorts = rows.filter(({ side }) => side === 'short');
  const steps = shorts.slice(0, -1).map(({ price, from, to }, i) => ({
    x: place.xOf(price),
    x2: place.xOf(shorts[i + 1]!.price),
    y: place.yOf(from),
    y2: place.yOf(to),
  }));
  const lowest = Math.max(place.top, ...steps.map(({ y2 }) => y2));
  const count = Math.floor((lowest - place.top) / spacing);
  return Array.from({ length: count }, (_, i) => place.top + (i + 1) * spacing).flatMap((y) =>
    stripesAt(y, steps),
  );
}

/** One stripe for neighbours that it crosses all. */
function stripesAt(y: number, steps: readonly Bounds[]): readonly Bounds[] {
  const pieces: Bounds[] = [];
  for (const { x, x2 } of steps.filter((step) => step.y < y && y < step.y2)) {
    const last = pieces.at(-1);
    if (last && last.x2 === x) pieces[pieces.length - 1] = { ...last, x2 };
    else pieces.push({ x, x2, y, y2: y });
  }
  return pieces;
}

/** The same over a swatch. */
export function stripeSwatch({ x, x2, y, y2 }: Bounds, theme: Theme): readonly Box[] {
  return Array.from({ length: Math.floor((y2 - y) / spacing) }, (_, i): Box => {
    const middle = y + (i + 0.75) * spacing;
    const level = { y: middle - thickness / 2, y2: middle + thickness / 2 };
    return { x, x2, ...level, color: theme.background, opacity: 1, radius: 0 };
  });
}
