import type { Frame } from './frame.ts';
import type { Marks, Text } from './marks.ts';
import type { PositionCell } from './position-facts.ts';
import { fitText } from './text-width.ts';
import type { Theme } from './theme.ts';

const gap = 8;

/** A row of cells below the plot; without any, `instead` says why. */
export function drawPositionCells(
  cells: readonly PositionCell[],
  instead: string,
  { strip }: Frame,
  theme: Theme,
): Pick<Marks, 'under' | 'texts'> {
  const ground = { color: theme.panel, opacity: 1, radius: 6 };
  if (cells.length === 0) {
    const x = (strip.x + strip.x2) / 2;
    return {
      under: [{ ...strip, ...ground }],
      texts: [text(instead, { x, y: strip.y + 41, size: 18, weight: 400, color: theme.muted })],
    };
  }
  const width = (strip.x2 - strip.x - gap * (cells.length - 1)) / cells.length;
  const placed = cells.map((cell, i) => ({ cell, x: strip.x + i * (width + gap) }));
  return {
    under: placed.map(({ x }) => ({ x, x2: x + width, y: strip.y, y2: strip.y2, ...ground })),
    texts: placed.flatMap(({ cell, x }) => {
      const middle = x + width / 2;
      const label = { x: middle, y: strip.y + 18, size: 13, weight: 600, color: theme.muted } as const;
      const value = { x: middle, y: strip.y + 43, size: 24, weight: 700, color: theme.text } as const;
      const note = { x: middle, y: strip.y + 61, size: 14, weight: 400, color: theme.muted } as const;
      const room = width - 16;
      return [
        text(cell.label, label),
        text(fitText(cell.value, value, room), value),
        text(fitText(cell.note, note, room), note),
      ];
    }),
  };
}

function text(words: string, style: Omit<Text, 'text' | 'align' | 'angle'>): Text {
  return { ...style, text: words, align: 'center', angle: 0 };
}
