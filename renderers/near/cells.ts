import { type Run, setRuns, type Text } from '../marks.ts';
import { drawable, type FontWeight, fitSize } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import type { NearCoin } from './facts.ts';

/** Where the cells begin and end, px: coin, price, amount, distance, place, and the lane of distances. */
export const columns = {
  wide: {
    coin: [38, 154],
    price: [160, 266],
    amount: [274, 456],
    far: [466, 556],
    atr: [562, 626],
    place: [634, 798],
  },
  square: { coin: [34, 150], far: [158, 250], amount: [258, 432] },
} as const;
export function wideCells(coin: NearCoin, y: number, theme: Theme): readonly Text[] {
  const cell = cells(theme);
  const { wide } = columns;
  const color = theme[coin.side];
  return [
    cell(coin.symbol, wide.coin, y, { sizes: [24, 19, 15, 12], weight: 700 }),
    cell(coin.price, wide.price, y, { sizes: [19, 16, 14, 12], color: theme.muted }),
    ...amountCells(coin, wide.amount, y, theme),
    cell(coin.distance, wide.far, y, { sizes: [24, 20, 16], weight: 700, color }, 'right'),
    ...(coin.atr === undefined ? [] : [cell(coin.atr, wide.atr, y, { sizes: [16, 14], color: theme.muted })]),
    cell(`at ${coin.place}, ${coin.leverage}`, wide.place, y, { sizes: [18, 16, 14, 12] }),
  ];
}

export function squareCells(coin: NearCoin, middle: number, theme: Theme): readonly Text[] {
  const cell = cells(theme);
  const { square } = columns;
  const [upper, lower] = [middle - 2, middle + 20];
  const small = { sizes: [16, 14, 12], color: theme.muted } as const;
  return [
    cell(coin.symbol, square.coin, upper, { sizes: [24, 19, 15, 12], weight: 700 }),
    cell(coin.price, square.coin, lower, small),
    cell(coin.distance, square.far, upper, { sizes: [24, 20], weight: 700, color: theme[coin.side] }),
    ...(coin.atr === undefined ? [] : [cell(coin.atr, square.far, lower, small)]),
    ...amountCells(coin, square.amount, upper, theme),
    cell(`at ${coin.place}, ${coin.leverage}`, square.amount, lower, small),
  ];
}

/** `$54M of longs`, the side in words and colour. */
function amountCells(
  { usd, side }: NearCoin,
  [x]: readonly number[],
  y: number,
  theme: Theme,
): readonly Text[] {
  const runs: readonly Run[] = [
    { text: usd, size: 24, weight: 700, color: theme.text },
    { text: `of ${side}s`, size: 18, weight: 600, color: theme[side] },
  ];
  return setRuns(runs, { x: x!, y, gap: 8 });
}

type CellStyle = {
  readonly sizes: readonly number[];
  readonly weight?: FontWeight;
  readonly color?: string;
};

/** Sets words into a cell, in the largest size that fits. */
function cells(theme: Theme) {
  return (
    words: string,
    [from, to]: readonly [number, number],
    y: number,
    { sizes, weight = 400, color = theme.text }: CellStyle,
    align: 'left' | 'right' = 'left',
  ): Text => ({
    ...fitSize(drawable(words), { sizes, weight }, to - from),
    x: align === 'left' ? from : to,
    y,
    color,
    align,
    angle: 0,
  });
}
