import type { Frame } from './frame.ts';
import type { Box, Marks, Run, Text } from './marks.ts';
import { textWidth } from './text-width.ts';
import { labelOpacity, type Theme } from './theme.ts';

/** Two lines of words that name a price of the plot, on a line down to the price axis. */
export type PriceFlag = {
  readonly x: number;
  /** Of each line its wordings, from the best to the shortest. */
  readonly lines: readonly [readonly Run[], readonly Run[]];
  readonly color: string;
  /** The way its words stand where there is room. */
  readonly outward: 'left' | 'right';
  /** Px that the words stay between. */
  readonly room: { readonly from: number; readonly to: number };
  readonly top: number;
};

/** Px that the words take. */
export const flagHeight = 54;
const margin = 12;

export function drawPriceFlag(
  { x, lines: wordings, color, outward, room, top }: PriceFlag,
  { plot }: Frame,
  theme: Theme,
): Pick<Marks, 'over' | 'texts'> {
  const space = room.to - room.from - 2 * margin;
  const lines = wordings.map(
    (each) => each.find((line) => textWidth(line.text, line) <= space) ?? each.at(-1)!,
  );
  const width = Math.max(...lines.map((line) => textWidth(line.text, line)));
  const wanted = outward === 'left' ? x - 8 - width : x + 8;
  const left = Math.min(Math.max(wanted, room.from + margin), room.to - margin - width);
  const box = { color, opacity: 1, radius: 0 };
  const over: Box[] = [
    { x: x - 2, x2: x + 2, y: top + flagHeight, y2: plot.y2, ...box },
    {
      x: left - 6,
      x2: left + width + 6,
      y: top + 2,
      y2: top + flagHeight,
      color: theme.panel,
      opacity: labelOpacity,
      radius: 5,
    },
    {
      x: Math.min(x - 2, left),
      x2: Math.max(x + 2, left + width),
      y: top + flagHeight - 1,
      y2: top + flagHeight + 2,
      ...box,
    },
  ];
  const baselines = [top + 24, top + 46];
  return {
    over,
    texts: lines.map((line, i): Text => ({ ...line, x: left, y: baselines[i]!, align: 'left', angle: 0 })),
  };
}
