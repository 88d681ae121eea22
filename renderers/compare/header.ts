import type { Bars } from '../map/bars.ts';
import { loudest, type MapFacts, stamps } from '../map/facts.ts';
import { loudRuns, quietRun } from '../map/sides.ts';
import {
  type Box,
  dotted,
  joinMarks,
  type Marks,
  type Run,
  runsWidth,
  setRuns,
  type Text,
} from '../marks.ts';
import { drawStamped, stampRoom } from '../stamp.ts';
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
  const provenance = loudest(facts);
  const stamped = { provenance, stamp: stamps[provenance] };
  const names = drawable(facts.map(({ symbol }) => symbol).join(', '));
  const title = fittingTitle(names, at.right - at.left - stampRoom(stamped));
  return drawStamped(title, stamped, { x: at.left, y: at.titleY }, theme);
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

function drawSubtitle(facts: readonly MapFacts[], at: CompareFrame, theme: Theme): readonly Text[] {
  const [first] = facts;
  const size = at.shape === 'wide' ? 19 : 17;
  const strong = { size, weight: 600, color: theme.text } as const;
  const plain = { size, weight: 400, color: theme.muted } as const;
  const scale =
    at.shape === 'wide' ? 'bars: USD, each coin on its own scale' : 'each coin on its own USD scale';
  const runs: readonly Run[] = [
    { ...strong, text: first!.window },
    { ...plain, text: first!.time },
    { ...plain, text: scale },
  ];
  return setRuns(dotted(runs, theme.muted), { x: at.left, y: at.subtitleY, gap: 8 });
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
  const loud = isWide ? 25 : 19;
  const quiet = (side: 'long' | 'short') => (isWide ? [quietRun(side, 19, theme)] : []);
  const longs = [...loudRuns('long', loud, theme), ...quiet('long')];
  const shorts = [...quiet('short'), ...loudRuns('short', loud, theme)];
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
