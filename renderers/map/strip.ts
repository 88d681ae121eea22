import type { Frame } from '../frame.ts';
import type { Box, Marks, Text } from '../marks.ts';
import type { Theme } from '../theme.ts';
import type { SweepFact } from './facts.ts';

const middleWidth = 104;
const gap = 6;
/** What a square picture leaves out: its cells are as wide as they are in a wide one. */
const smallMoves: readonly string[] = ['-1 %', '+1 %'];

/** What moves of fixed size would sweep, one cell each: falls left, rises right, the largest outside. */
export function drawStrip(
  all: readonly SweepFact[],
  frame: Frame,
  theme: Theme,
  words: readonly string[] = ['a move of', 'would', 'liquidate'],
): Partial<Marks> {
  const { strip, shape } = frame;
  const sweeps = shape === 'wide' ? all : all.filter(({ move }) => !smallMoves.includes(move));
  const middle = shape === 'wide' ? middleWidth : 0;
  const cellWidth = (strip.x2 - strip.x - middle) / sweeps.length - gap;
  const falls = sweeps.filter(({ side }) => side === 'long').length;
  const most = Math.max(...sweeps.map(({ value }) => value));
  const cells = sweeps.map((sweep, index) => {
    const x = strip.x + index * (cellWidth + gap) + (index < falls ? 0 : middle + gap);
    const part = most > 0 ? sweep.value / most : 0;
    return drawCell(sweep, { x, x2: x + cellWidth, part }, frame, theme);
  });
  const middleX = strip.x + falls * (cellWidth + gap) + middleWidth / 2;
  const said =
    shape === 'wide'
      ? middleWords(words, middleX, frame, theme)
      : [titleAbove(words.join(' ').replace('a move of', 'a move of …'), frame, theme)];
  return {
    under: cells.flatMap((cell) => cell.under),
    texts: [...cells.flatMap((cell) => cell.texts), ...said],
  };
}

function drawCell(
  sweep: SweepFact,
  cell: { readonly x: number; readonly x2: number; readonly part: number },
  { strip, shape }: Frame,
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
        y: strip.y + (shape === 'wide' ? 51 : 48),
        size: shape === 'wide' ? 26 : 23,
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

function titleAbove(text: string, { strip }: Frame, theme: Theme): Text {
  const x = (strip.x + strip.x2) / 2;
  return { text, x, y: strip.y - 7, size: 15, weight: 400, color: theme.muted, align: 'center', angle: 0 };
}
