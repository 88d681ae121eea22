import type { Frame } from '../frame.ts';
import type { Box, Marks, Text } from '../marks.ts';
import { drawStamped, stampRoom } from '../stamp.ts';
import { drawable, fitText, type TextStyle, textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import type { HeaderFacts } from './header-facts.ts';
import { drawSquareLines, drawSubtitle } from './subtitle.ts';

const titleStyles: readonly TextStyle[] = [
  { size: 38, weight: 700 },
  { size: 32, weight: 700 },
  { size: 26, weight: 700 },
  { size: 22, weight: 700 },
];

/**
 * Title with its stamp, the market's figures, and window, venues, time and age: the figures beside the title and one
 * line below in a wide picture, two lines below in a square one.
 */
export function drawHeader(facts: HeaderFacts, frame: Frame, theme: Theme): Partial<Marks> {
  if (frame.shape === 'square') {
    const title = drawTitle(facts, { from: frame.left, to: frame.right, y: frame.titleY }, theme);
    return { over: title.over, texts: [...title.texts, ...drawSquareLines(facts, frame, theme)] };
  }
  const figures = drawFigures(facts, frame, theme);
  const title = drawTitle(facts, { from: frame.left, to: figures.from - 20, y: frame.titleY }, theme);
  return {
    over: title.over,
    texts: [...title.texts, ...figures.texts, ...drawSubtitle(facts, frame, theme)],
  };
}

/** Px: a coin that is cut shorter is not told from others. */
const leastSymbol = 110;

type TitleFacts = Pick<HeaderFacts, 'symbol' | 'stamp' | 'provenance' | 'view'>;
type Line = { readonly from: number; readonly to: number; readonly y: number };

/** The title, as large as it fits, and the stamp behind it. */
export function drawTitle(
  facts: TitleFacts,
  line: Line,
  theme: Theme,
): { readonly over: readonly Box[]; readonly texts: readonly Text[] } {
  const title = fitTitle(facts, line.to - line.from - stampRoom(facts));
  return drawStamped(title, facts, { x: line.from, y: line.y }, theme);
}

function fitTitle(
  { symbol: name, view = 'liquidation map' }: TitleFacts,
  room: number,
): TextStyle & { readonly text: string } {
  const symbol = drawable(name);
  const full = symbol === '' ? view : `${symbol} ${view}`;
  const style = titleStyles.find((candidate) => textWidth(full, candidate) <= room);
  if (style) return { ...style, text: full };
  const smallest = titleStyles.at(-1)!;
  const tail = view === '' || symbol === '' ? '' : ` ${view}`;
  const symbolRoom = room - textWidth(tail, smallest);
  if (symbolRoom < leastSymbol) return { ...smallest, text: fitText(symbol || view, smallest, room) };
  return { ...smallest, text: `${fitText(symbol, smallest, symbolRoom)}${tail}` };
}

function drawFigures(
  facts: HeaderFacts,
  frame: Frame,
  theme: Theme,
): { readonly from: number; readonly texts: readonly Text[] } {
  const labelStyle: TextStyle = { size: 14, weight: 600 };
  const valueStyle: TextStyle = { size: 24, weight: 700 };
  const gap = 26;
  let right = frame.right;
  const texts: Text[] = [];
  for (const [label, value] of figures(facts).toReversed()) {
    const width = Math.max(textWidth(label, labelStyle), textWidth(value, valueStyle));
    const x = right - width;
    texts.push(
      { ...labelStyle, text: label, x, y: frame.factLabelY, color: theme.muted, align: 'left', angle: 0 },
      { ...valueStyle, text: value, x, y: frame.factValueY, color: theme.text, align: 'left', angle: 0 },
    );
    right = x - gap;
  }
  return { from: right + gap, texts };
}

function figures(facts: HeaderFacts): readonly (readonly [label: string, value: string])[] {
  const all: readonly (readonly [string, string | undefined])[] = [
    ['PRICE', `$${facts.price}`],
    ['OPEN INTEREST', facts.openInterest],
    ['OI 24H', facts.openInterestChange24h],
    ['FUNDING 8H', facts.funding8h],
  ];
  return all.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}
