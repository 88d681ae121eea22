import type { Frame } from './frame.ts';
import type { MapFacts } from './map-facts.ts';
import { type Box, type Marks, type Run, runsWidth, setRuns, type Text } from './marks.ts';
import { drawable, fitText, type TextStyle, textWidth } from './text-width.ts';
import type { Theme } from './theme.ts';

const titleStyles: readonly TextStyle[] = [
  { size: 38, weight: 700 },
  { size: 32, weight: 700 },
  { size: 26, weight: 700 },
];
const subtitleSize = 18;
const separator = '·';
/** Half of what a space takes at the subtitle's size, on both sides of the separator. */
const subtitleGap = 8;

/** What a header says, of a map or another picture of one coin. */
export type HeaderFacts = Omit<MapFacts, 'sweeps' | 'empty' | 'clusters'> & {
  /** What the picture is called after its coin; `liquidation map` unless told. */
  readonly view?: string;
};

/** Title with its stamp, the market's figures at the right, and one line of window, venues, time and age. */
export function drawHeader(facts: HeaderFacts, frame: Frame, theme: Theme): Partial<Marks> {
  const figures = drawFigures(facts, frame, theme);
  const title = drawTitle(facts, { from: frame.left, to: figures.from - 20, y: frame.titleY }, theme);
  return {
    over: title.over,
    texts: [...title.texts, ...figures.texts, ...drawSubtitle(facts, frame, theme)],
  };
}

type Line = { readonly from: number; readonly to: number; readonly y: number };

function drawTitle(
  facts: HeaderFacts,
  line: Line,
  theme: Theme,
): { readonly over: readonly Box[]; readonly texts: readonly Text[] } {
  const stampStyle: TextStyle = { size: 17, weight: 700 };
  const padding = 10;
  const stampWidth = textWidth(facts.stamp, stampStyle) + 2 * padding;
  const title = fitTitle(facts, line.to - line.from - stampWidth - 16);
  const x = line.from + textWidth(title.text, title) + 16;
  const colors = stampColors(facts, theme);
  return {
    over: [
      { x, y: line.y - 27, x2: x + stampWidth, y2: line.y + 3, color: colors.ground, opacity: 1, radius: 5 },
    ],
    texts: [
      { ...title, x: line.from, y: line.y, color: theme.text, align: 'left', angle: 0 },
      {
        ...stampStyle,
        text: facts.stamp,
        x: x + padding,
        y: line.y - 6,
        color: colors.text,
        align: 'left',
        angle: 0,
      },
    ],
  };
}

/** An estimate is stamped quietly, made-up or old data loudly. */
function stampColors(facts: HeaderFacts, theme: Theme): { readonly ground: string; readonly text: string } {
  return facts.provenance === 'live'
    ? { ground: theme.grid, text: theme.text }
    : { ground: theme.warning, text: theme.onWarning };
}

function fitTitle(
  { symbol: name, view = 'liquidation map' }: HeaderFacts,
  room: number,
): TextStyle & { readonly text: string } {
  const symbol = drawable(name);
  const full = `${symbol} ${view}`;
  const style = titleStyles.find((candidate) => textWidth(full, candidate) <= room);
  if (style) return { ...style, text: full };
  const smallest = titleStyles.at(-1)!;
  return { ...smallest, text: fitText(symbol, smallest, room) };
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

function drawSubtitle(facts: HeaderFacts, frame: Frame, theme: Theme): readonly Text[] {
  const room = frame.right - frame.left;
  // Venues are shortened before anything else, then fragility goes: all of it is in the caption too.
  const counts = Array.from(
    { length: facts.venuesIn.length + 1 },
    (_, hidden) => facts.venuesIn.length - hidden,
  );
  const whole = counts.map((shown) => subtitleRuns(facts, shown, theme));
  const brief = subtitleRuns({ ...facts, fragility: '' }, 0, theme);
  const runs = whole.find((each) => runsWidth(each, subtitleGap) <= room) ?? brief;
  return setRuns(runs, { x: frame.left, y: frame.subtitleY, gap: subtitleGap });
}

function subtitleRuns(facts: HeaderFacts, shownVenues: number, theme: Theme): readonly Run[] {
  const plain = { size: subtitleSize, weight: 400, color: theme.muted } as const;
  const loud = { size: subtitleSize, weight: 700, color: theme.warning } as const;
  const strong = { size: subtitleSize, weight: 600, color: theme.text } as const;
  const age: readonly Run[] =
    facts.stale.length > 0
      ? [{ ...loud, text: `STALE: ${shorten(facts.stale, 2)}` }]
      : facts.dataAge === undefined
        ? []
        : [{ ...strong, text: `data ${facts.dataAge}` }];
  const fragility: readonly Run[] =
    facts.fragility === '' ? [] : [{ ...(facts.isFragile ? loud : plain), text: facts.fragility }];
  const parts: readonly Run[] = [
    { ...strong, text: facts.window },
    { ...plain, text: shorten(facts.venuesIn, shownVenues) || 'no venue' },
    ...(facts.loading.length > 0 ? [{ ...loud, text: `LOADING: ${shorten(facts.loading, 2)}` }] : []),
    { ...plain, text: facts.time },
    ...age,
    ...fragility,
  ];
  return parts.flatMap((part, index) => (index === 0 ? [part] : [{ ...plain, text: separator }, part]));
}

/** The first `shown` names, and how many more there are. */
function shorten(names: readonly string[], shown: number): string {
  const rest = names.length - shown;
  const list = names.slice(0, shown).map(drawable).join(', ');
  if (rest <= 0) return list;
  return shown === 0 ? `${names.length} venues` : `${list} +${rest}`;
}
