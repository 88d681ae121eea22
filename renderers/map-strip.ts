import type { Frame } from './frame.ts';
import type { SweepFact } from './map-facts.ts';
import type { Box, Marks, Text } from './marks.ts';
import type { Theme } from './theme.ts';

const middleWidth = 104;
const gap = 6;

/** What moves of fixed size would sweep, one cell each: falls left, rises right, the largest outside. */
export function drawStrip(
  sweeps: readonly SweepFact[],
  frame: Frame,
  theme: Theme,
  words: readonly string[] = ['a move of', 'would', 'liquidate'],
): Partial<Marks> {
  const { strip } = frame;
  const cellWidth = (strip.x2 - strip.x - middleWidth) / sweeps.length - gap;
  const falls = sweeps.filter(({ side }) => side === 'long').length;
  const most = Math.max(...sweeps.map(({ value }) => value));
  const cells = sweeps.map((sweep, index) => {
    const x = strip.x + index * (cellWidth + gap) + (index < falls ? 0 : middleWidth + gap);
    const part = most > 0 ? sweep.value / most : 0;
    return drawCell(sweep, { x, x2: x + cellWidth, part }, frame, theme);
  });
  const middle = strip.x + falls * (cellWidth + gap) + middleWidth / 2;
  return {
    under: cells.flatMap((cell) => cell.under),
    texts: [...cells.flatMap((cell) => cell.texts), ...middleWords(words, middle, frame, theme)],
  };
}

function drawCell(
  sweep: SweepFact,
  cell: { readonly x: number; readonly x2: number; readonly part: number },
  { strip }: Frame,
  theme: Theme,
): { readonly under: readonly Box[]; readonly texts: readonly Text[] } {
  const x = (cell.x + cell.x2) / 2;
  const color = theme[sweep.side];
  const length = cell.part * (cell.x2 - cell.x);
  // Bars grow outward from the price, like the curves above.
  const bar =
    sweep.side === 'long' ? { x: cell.x2 - length, x2: cell.x2 } : { x: cell.x, x2: cell.x + length };
  return {
    under: [
      { x: cell.x, x2: cell.x2, y: strip.y, y2: strip.y2, color: theme.panel, opacity: 1, radius: 6 },
      { ...bar, y: strip.y2 - 5, y2: strip.y2, color, opacity: 1, radius: 2 },
    ],
    texts: [
      { text: sweep.move, x, y: strip.y + 22, size: 17, weight: 600, color, align: 'center', angle: 0 },
      {
        text: sweep.usd,
        x,
        y: strip.y + 51,
        size: 26,
        weight: 700,
        color: theme.text,
        align: 'center',
        angle: 0,
      },
    ],
  };
}

function middleWords(words: readonly string[], x: number, { strip }: Frame, theme: Theme): readonly Text[] {
  const style = { x, size: 15, weight: 400, color: theme.muted, align: 'center', angle: 0 } as const;
  return words.map((text, line) => ({ ...style, text, y: strip.y + 21 + 18 * line }));
}
