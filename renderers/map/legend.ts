import type { SidedUsd } from '../../src/core/liquidation-map.ts';
import type { Frame } from '../frame.ts';
import type { Box, Marks, Text } from '../marks.ts';
import { usd } from '../numbers.ts';
import { type FontWeight, textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import type { Bars } from './bars.ts';
import { measuredWords } from './facts.ts';
import { hatchGround, hatchStroke } from './hatch.ts';

/** A word of a legend, and the piece of colour it explains. */
export type Item = {
  readonly text: string;
  readonly color: string;
  readonly weight: FontWeight;
  readonly swatch?: {
    readonly color: string;
    readonly width: number;
    readonly height: number;
    /** Colour of the strokes where it is hatched. */
    readonly hatched?: string;
  };
};

const size = 16;
const swatchGap = 7;
const itemGap = 20;

/** What the colours mean, on one line above the plot: bars from the left, curves from the right. */
export function drawLegend(
  bars: Bars,
  colors: readonly string[],
  totals: SidedUsd,
  frame: Frame,
  theme: Theme,
): Partial<Marks> {
  const plain = { color: theme.text, weight: 400 } as const;
  const square = (color: string) => ({ color, width: 15, height: 15 });
  const stroke = (color: string) => ({ color, width: 24, height: 4 });
  const layers = bars.labels.map((text, index): Item => ({ ...plain, text, swatch: square(colors[index]!) }));
  const heading: Item = { text: 'Leverage', color: theme.muted, weight: 400 };
  const curve = (text: string, color: string): Item => ({ ...plain, text, swatch: stroke(color) });
  const measured = measuredItems(bars, theme);
  const note = cutNote(bars, theme);
  const longs = `cumulative longs ${usd(totals.longUsd)}`;
  const shorts = `cumulative shorts ${usd(totals.shortUsd)}`;
  const full = [...note, curve(longs, theme.long), curve(shorts, theme.short)];
  const brief = [...note, curve('longs', theme.long), curve('shorts', theme.short)];

  const [whole, some, least] = measured;
  if (frame.shape === 'square') {
    const curves = [full, brief].flatMap((items) => [some, least].map((seen) => [...seen, ...items]));
    return setTwoLines([layers], curves, frame);
  }
  const room = frame.right - frame.left - 2 * itemGap;
  const wordings = [
    { left: [...whole, heading, ...layers], right: full },
    { left: [...whole, ...layers], right: full },
    { left: [...some, ...layers], right: brief },
    { left: [...least, ...layers], right: brief },
  ];
  const fits = wordings.find(({ left, right }) => itemsWidth(left) + itemsWidth(right) <= room);
  const { left, right } = fits ?? wordings.at(-1)!;
  const parts = [
    setItems(left, frame.left, frame.legendY),
    setItems(right, frame.right - itemsWidth(right), frame.legendY),
  ];
  return { over: parts.flatMap(({ over }) => over), texts: parts.flatMap(({ texts }) => texts) };
}

/** Two lines of a square picture, of each the first wording that fits. */
export function setTwoLines(
  first: readonly (readonly Item[])[],
  second: readonly (readonly Item[])[],
  { left, right, legendY, legend2Y }: Frame,
): Pick<Marks, 'over' | 'texts'> {
  const parts = [
    { wordings: first, y: legendY },
    { wordings: second, y: legend2Y },
  ].map(({ wordings, y }) => {
    const items = wordings.find((each) => itemsWidth(each) <= right - left) ?? wordings.at(-1)!;
    return setItems(items, left, y);
  });
  return { over: parts.flatMap(({ over }) => over), texts: parts.flatMap(({ texts }) => texts) };
}

/** The hatched layer in ever fewer words; nothing without one. */
function measuredItems(
  { measured }: Bars,
  theme: Theme,
): readonly [whole: Item[], some: Item[], least: Item[]] {
  if (!measured) return [[], [], []];
  const { whole, brief, least } = measuredWords(measured);
  const color = measured.isOld ? theme.warning : theme.text;
  const swatch = { color: hatchGround(theme), width: 22, height: 15, hatched: hatchStroke(theme) };
  const item = (text: string): Item[] => [{ text, color, weight: 600, swatch }];
  return [item(whole), item(brief), item(least)];
}

function cutNote(bars: Bars, theme: Theme): readonly Item[] {
  if (bars.cut.length === 0) return [];
  const tallest = Math.max(...bars.cut.map((bar) => bar.usd));
  return [{ text: `broken bar: ${usd(tallest)}`, color: theme.warning, weight: 600 }];
}

export function itemsWidth(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + widthOf(item), itemGap * (items.length - 1));
}

function widthOf({ text, weight, swatch }: Item): number {
  return (swatch ? swatch.width + swatchGap : 0) + textWidth(text, { size, weight });
}

/** Sets items on one line, from left to right. */
export function setItems(
  items: readonly Item[],
  from: number,
  y: number,
): { readonly over: readonly Box[]; readonly texts: readonly Text[] } {
  const over: Box[] = [];
  const texts: Text[] = [];
  const middle = y - size * 0.36;
  let x = from;
  for (const item of items) {
    const { swatch } = item;
    if (swatch) {
      const box = { x, x2: x + swatch.width, y: middle - swatch.height / 2, y2: middle + swatch.height / 2 };
      over.push({ ...box, color: swatch.color, opacity: 1, radius: 2 });
      if (swatch.hatched) texts.push(hatching(x + swatch.width / 2, middle, swatch.hatched));
    }
    texts.push({
      text: item.text,
      x: x + (swatch ? swatch.width + swatchGap : 0),
      y,
      size,
      weight: item.weight,
      color: item.color,
      align: 'left',
      angle: 0,
    });
    x += widthOf(item) + itemGap;
  }
  return { over, texts };
}

/** Strokes of a swatch, set as letters. */
function hatching(x: number, middle: number, color: string): Text {
  return { text: '////', x, y: middle + 5, size: 14, weight: 700, color, align: 'center', angle: 0 };
}
