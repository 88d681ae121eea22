import type { Frame } from '../frame.ts';
import type { Marks, Text } from '../marks.ts';
import { fitText } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import type { PositionCell } from './facts.ts';

const gap = 8;
const rowGap = 6;

/** A row of cells below the plot; without any, `instead` says why. */
export function drawPositionCells(
  cells: readonly PositionCell[],
  instead: string,
  { strip, shape }: Frame,
  theme: Theme,
): Pick<Marks, 'under' | 'texts'> {
  const ground = { color: theme.panel, opacity: 1, radius: 6 };
  if (cells.length === 0) {
    const x = (strip.x + strip.x2) / 2;
    return {
      under: [{ ...strip, ...ground }],
      texts: [
        text(instead, { x, y: (strip.y + strip.y2) / 2 + 7, size: 18, weight: 400, color: theme.muted }),
      ],
    };
  }
  const rows = shape === 'wide' ? 1 : 2;
  const columns = Math.ceil(cells.length / rows);
  const width = (strip.x2 - strip.x - gap * (columns - 1)) / columns;
  const height = (strip.y2 - strip.y - rowGap * (rows - 1)) / rows;
  const placed = cells.map((cell, i) => ({
    cell,
    x: strip.x + (i % columns) * (width + gap),
    y: strip.y + Math.floor(i / columns) * (height + rowGap),
  }));
  return {
    under: placed.map(({ x, y }) => ({ x, x2: x + width, y, y2: y + height, ...ground })),
    texts: placed.flatMap(({ cell, x, y }) =>
      cellTexts(cell, { x, y, width, height, isLow: rows > 1 }, theme),
    ),
  };
}

type Place = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly isLow: boolean;
};

/** Three lines in the middle of the cell. */
function cellTexts(
  { label, value, note }: PositionCell,
  { x: left, y, width, height, isLow }: Place,
  theme: Theme,
): readonly Text[] {
  const x = left + width / 2;
  const room = width - 16;
  const small = { x, weight: 400, color: theme.muted } as const;
  const valueStyle = { x, size: isLow ? 20 : 24, weight: 700, color: theme.text } as const;
  const noteStyle = { ...small, y: y + height - 7, size: 14 };
  return [
    text(label, { ...small, y: y + (isLow ? 15 : 18), size: 13, weight: 600 }),
    text(fitText(value, valueStyle, room), { ...valueStyle, y: y + height - (isLow ? 23 : 25) }),
    text(fitText(note, noteStyle, room), noteStyle),
  ];
}

function text(words: string, style: Omit<Text, 'text' | 'align' | 'angle'>): Text {
  return { ...style, text: words, align: 'center', angle: 0 };
}
