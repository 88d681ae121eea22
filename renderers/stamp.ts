import type { Provenance } from '../src/core/market-data.ts';
import type { Box, Text } from './marks.ts';
import { type TextStyle, textWidth } from './text-width.ts';
import type { Theme } from './theme.ts';

const style: TextStyle = { size: 17, weight: 700 };
const padding = 10;
/** Between a title and its stamp, px. */
const gap = 16;

export type Stamped = { readonly stamp: string; readonly provenance: Provenance };

/** Px that a stamp takes behind a title. */
export function stampRoom({ stamp }: Pick<Stamped, 'stamp'>): number {
  return gap + textWidth(stamp, style) + 2 * padding;
}

/** A title and the stamp behind it. */
export function drawStamped(
  title: TextStyle & { readonly text: string },
  { stamp, provenance }: Stamped,
  at: { readonly x: number; readonly y: number },
  theme: Theme,
): { readonly over: readonly Box[]; readonly texts: readonly Text[] } {
  const x = at.x + textWidth(title.text, title) + gap;
  const x2 = x + textWidth(stamp, style) + 2 * padding;
  const colors = stampColors(provenance, theme);
  const line = { align: 'left', angle: 0 } as const;
  return {
    over: [{ x, y: at.y - 27, x2, y2: at.y + 3, color: colors.ground, opacity: 1, radius: 5 }],
    texts: [
      { ...title, ...at, color: theme.text, ...line },
      { ...style, text: stamp, x: x + padding, y: at.y - 6, color: colors.text, ...line },
    ],
  };
}

/** An estimate is stamped quietly, made-up or old data loudly. */
function stampColors(
  provenance: Provenance,
  theme: Theme,
): { readonly ground: string; readonly text: string } {
  return provenance === 'live'
    ? { ground: theme.grid, text: theme.text }
    : { ground: theme.warning, text: theme.onWarning };
}
