import type { Provenance } from '../../src/core/market-data.ts';
import type { Bars } from '../map/bars.ts';
import { type MapFacts, stamps } from '../map/facts.ts';
import { type Box, joinMarks, type Marks, type Run, runsWidth, setRuns, type Text } from '../marks.ts';
import { drawable, fitText, type TextStyle, textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import type { CompareFrame } from './frame.ts';

const gap = 10;

/** Title with its stamp, window and time, the colours of leverage, and the words that name the sides. */
export function drawCompareHeader(
  rows: readonly { readonly facts: MapFacts; readonly bars: Bars }[],
  colors: readonly string[],
  priceX: number,
  at: CompareFrame,
  theme: Theme,
): Partial<Marks> {
  const facts = rows.map((row) => row.facts);
  return joinMarks([
    drawTitle(facts, at, theme),
    { texts: drawSubtitle(facts, at, theme) },
    drawLegend(labelsOf(rows), colors, at, theme),
    drawSides(priceX, at, theme),
  ]);
}

/** Of the layers of leverage, and of measured positions if any coin has some. */
function labelsOf(rows: readonly { readonly bars: Bars }[]): readonly string[] {
  const isMeasured = rows.some(({ bars }) => bars.measured !== undefined);
  return [...rows[0]!.bars.labels, ...(isMeasured ? ['measured'] : [])];
}

function drawTitle(facts: readonly MapFacts[], at: CompareFrame, theme: Theme): Partial<Marks> {
  const stampStyle: TextStyle = { size: 17, weight: 700 };
  // Made-up data anywhere in the picture is told for all of it.
  const provenance = (['simulated', 'recorded'] as const).find((each) =>
    facts.some((one) => one.provenance === each),
  );
  const stamp = stamps[provenance ?? 'live'];
  const stampWidth = textWidth(stamp, stampStyle) + 20;
  const names = drawable(facts.map(({ symbol }) => symbol).join(', '));
  const room = at.right - at.left - stampWidth - 16;
  const { text: title, ...style } = fittingTitle(names, room);
  const x = at.left + textWidth(title, style) + 16;
  const colors = stampColors(provenance, theme);
  return {
    over: [
      {
        x,
        y: at.titleY - 27,
        x2: x + stampWidth,
        y2: at.titleY + 3,
        color: colors.ground,
        opacity: 1,
        radius: 5,
      },
    ],
    texts: [
      { ...style, text: title, x: at.left, y: at.titleY, color: theme.text, align: 'left', angle: 0 },
      {
        ...stampStyle,
        text: stamp,
        x: x + 10,
        y: at.titleY - 6,
        color: colors.text,
        align: 'left',
        angle: 0,
      },
    ],
  };
}

/** The coins alone where there is no room to say what is shown of them. */
function fittingTitle(names: string, room: number): TextStyle & { readonly text: string } {
  const whole = `Liquidation maps: ${names}`;
  const styles = [34, 30, 26].map((size): TextStyle => ({ size, weight: 700 }));
  const found = [whole, names].flatMap((text) => styles.map((style) => ({ ...style, text })));
  const smallest = styles.at(-1)!;
  return (
    found.find((title) => textWidth(title.text, title) <= room) ?? {
      ...smallest,
      text: fitText(names, smallest, room),
    }
  );
}

function stampColors(provenance: Provenance | undefined, theme: Theme) {
  return provenance === undefined
    ? { ground: theme.grid, text: theme.text }
    : { ground: theme.warning, text: theme.onWarning };
}

function drawSubtitle(facts: readonly MapFacts[], at: CompareFrame, theme: Theme): readonly Text[] {
  const [first] = facts;
  const size = at.shape === 'wide' ? 19 : 17;
  const strong = { size, weight: 600, color: theme.text } as const;
  const plain = { size, weight: 400, color: theme.muted } as const;
  const runs: readonly Run[] = [
    { ...strong, text: first!.window },
    { ...plain, text: '·' },
    { ...plain, text: first!.time },
    { ...plain, text: '·' },
    {
      ...plain,
      text: at.shape === 'wide' ? 'bars: USD, each coin on its own scale' : 'each coin on its own USD scale',
    },
  ];
  return setRuns(runs, { x: at.left, y: at.subtitleY, gap: 8 });
}

function drawLegend(
  labels: readonly string[],
  colors: readonly string[],
  at: CompareFrame,
  theme: Theme,
): Partial<Marks> {
  const style = { size: at.shape === 'wide' ? 18 : 16, weight: 400 } as const;
  const swatch = 16;
  let x = at.left;
  const over: Box[] = [];
  const texts: Text[] = [];
  const say = (text: string, color: string) => {
    texts.push({ ...style, text, x, y: at.legendY, color, align: 'left', angle: 0 });
    x += textWidth(text, style) + 22;
  };
  say('Leverage', theme.muted);
  for (const [index, label] of labels.entries()) {
    const y = at.legendY - swatch + 2;
    over.push({ x, x2: x + swatch, y, y2: y + swatch, color: colors[index]!, opacity: 1, radius: 2 });
    x += swatch + 8;
    say(label, theme.text);
  }
  return { over, texts };
}

function drawSides(priceX: number, at: CompareFrame, theme: Theme): Partial<Marks> {
  const { plot } = at.rows[0]!;
  const isWide = at.shape === 'wide';
  const loud = { size: isWide ? 25 : 19, weight: 700 } as const;
  const quiet = { size: 19, weight: 400, color: theme.muted } as const;
  const longs: readonly Run[] = [
    { ...loud, text: '◀', color: theme.long },
    { ...loud, text: 'LONGS LIQUIDATED', color: theme.long },
    ...(isWide ? [{ ...quiet, text: 'if price falls' }] : []),
  ];
  const shorts: readonly Run[] = [
    ...(isWide ? [{ ...quiet, text: 'if price rises' }] : []),
    { ...loud, text: 'SHORTS LIQUIDATED', color: theme.short },
    { ...loud, text: '▶', color: theme.short },
  ];
  const label = { size: 18, weight: 700, text: 'price' } as const;
  const half = textWidth(label.text, label) / 2 + 10;
  const words = [
    ...setRuns(longs, { x: isWide ? plot.x : at.left, y: at.sidesY, gap }),
    ...setRuns(shorts, { x: plot.x2 - runsWidth(shorts, gap), y: at.sidesY, gap }),
  ];
  // A square has no room for it: the words of the sides meet at the line.
  if (!isWide) return { texts: words };
  return {
    over: [
      {
        x: priceX - half,
        x2: priceX + half,
        y: at.sidesY - 21,
        y2: at.sidesY + 8,
        color: theme.price,
        opacity: 1,
        radius: 5,
      },
      {
        x: priceX - 1,
        x2: priceX + 1,
        y: at.sidesY + 8,
        y2: plot.y,
        color: theme.price,
        opacity: 1,
        radius: 0,
      },
    ],
    texts: [...words, { ...label, x: priceX, y: at.sidesY, color: theme.onPrice, align: 'center', angle: 0 }],
  };
}
