import type { LiquidationMap } from '../../src/core/liquidation-map.ts';
import { drawClusterFlags } from '../cluster-flags.ts';
import type { Shape } from '../look.ts';
import { type Bars, drawnHeight } from '../map/bars.ts';
import type { MapFacts } from '../map/facts.ts';
import { drawBreaks } from '../map/plot.ts';
import { type Box, joinMarks, type Marks, type Text } from '../marks.ts';
import { usd } from '../numbers.ts';
import { drawable, fitText, type TextStyle, textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import { placeRowFlags } from './flags.ts';
import type { CompareRow } from './frame.ts';

/** What is drawn in one row. */
export type RowContent = {
  readonly map: LiquidationMap;
  readonly facts: MapFacts;
  readonly bars: Bars;
};

export type DrawnRow = {
  readonly marks: Marks;
  /** Height of the plot in heights of the highest bar: it reaches above the data to hold the labels. */
  readonly headroom: number;
};

const inset: Readonly<Record<Shape, number>> = { wide: 16, square: 10 };
/** The moves whose sweep stands beside each map. */
const moves: readonly string[] = ['-5 %', '+5 %'];

/** One coin: its facts, the labels of its largest clusters, and the line of its price. @param xOf px of a price */
export function drawRow(
  content: RowContent,
  row: CompareRow,
  xOf: (priceUsd: number) => number,
  theme: Theme,
): DrawnRow {
  const { map, facts, bars } = content;
  const { ground, plot } = row;
  const priceX = xOf(map.priceUsd);
  const flags = placeRowFlags(facts.clusters, { row, priceX, xOf }, theme);
  const { dataTop } = flags;
  const barTop = (priceUsd: number) =>
    plot.y2 - (bars.topUsd > 0 ? drawnHeight(bars, priceUsd) / bars.topUsd : 0) * (plot.y2 - dataTop);
  const priceLine: Box = {
    x: priceX - 1,
    x2: priceX + 1,
    y: plot.y,
    y2: plot.y2,
    color: theme.price,
    opacity: 1,
    radius: 0,
  };
  return {
    headroom: (plot.y2 - plot.y) / (plot.y2 - dataTop),
    marks: joinMarks([
      { under: [{ ...ground, color: theme.panel, opacity: 1, radius: 6 }] },
      { watermarks: watermark(facts, plot, theme) },
      drawClusterFlags(flags, barTop, theme),
      drawBreaks(bars, map, xOf, dataTop, theme),
      { over: [priceLine] },
      { texts: factWords(content, row, theme) },
      facts.empty ? { texts: [emptiness(plot, theme)] } : {},
    ]),
  };
}

type Line = {
  readonly text: string;
  readonly styles: readonly TextStyle[];
  readonly color: string;
  readonly step: number;
};

/** Down the left side: name, price, open interest, what moves would sweep, scale and age. */
function factWords(content: RowContent, row: CompareRow, theme: Theme): readonly Text[] {
  const { ground, plot } = row;
  const x = ground.x + inset[row.shape];
  const room = plot.x - x - inset[row.shape] / 2;
  let y = ground.y + 5;
  const lines = row.shape === 'wide' ? factLines(content, theme) : squareLines(content, row, theme);
  return lines.map(({ text, styles, color, step }) => {
    y += step;
    const words = drawable(text);
    const style = styles.find((each) => textWidth(words, each) <= room) ?? styles.at(-1)!;
    return { ...style, text: fitText(words, style, room), x, y, color, align: 'left', angle: 0 };
  });
}

function factLines({ facts, bars }: RowContent, theme: Theme): readonly Line[] {
  const change = facts.openInterestChange24h;
  const isStale = facts.stale.length > 0;
  const age = isStale ? `STALE: ${facts.stale.join(', ')}` : `data ${facts.dataAge ?? 'of unknown age'}`;
  const cut = bars.cut.length > 0 ? `, broken ${usd(Math.max(...bars.cut.map((bar) => bar.usd)))}` : '';
  return [
    { text: facts.symbol, styles: sizes(700, 36, 28, 21), color: theme.text, step: 36 },
    { text: `$${facts.price}`, styles: sizes(600, 26, 21), color: theme.text, step: 34 },
    {
      text: `OI ${facts.openInterest}${change === undefined ? '' : ` ${change}`}`,
      styles: sizes(400, 19),
      color: theme.muted,
      step: 29,
    },
    ...facts.sweeps
      .filter(({ move }) => moves.includes(move))
      .map(({ side, usd: swept }) => ({
        text: `5 % ${side === 'long' ? 'fall' : 'rise'} ${swept}`,
        styles: sizes(600, 22, 19),
        color: theme[side],
        step: side === 'long' ? 34 : 29,
      })),
    { text: `top bar ${usd(bars.topUsd)}${cut}`, styles: sizes(400, 17, 14), color: theme.muted, step: 29 },
    {
      text: age,
      styles: sizes(isStale ? 700 : 400, 17, 14),
      color: isStale ? theme.warning : theme.muted,
      step: 23,
    },
  ];
}

/** Smaller, and as many of them as the row is high for: what matters least goes first. */
function squareLines(content: RowContent, { ground }: CompareRow, theme: Theme): readonly Line[] {
  const isLow = ground.y2 - ground.y < 200;
  const smaller = factLines(content, theme).map((line) => ({
    ...line,
    styles: line.styles.flatMap(({ size, weight }) =>
      sizes(weight, Math.max(15, Math.round(size * 0.78)), 14),
    ),
    step: Math.round(line.step * (isLow ? 0.7 : 0.85)),
  }));
  const dispensable = isLow ? [2, smaller.length - 2] : [];
  return smaller.filter((_, index) => !dispensable.includes(index));
}

function sizes(weight: TextStyle['weight'], ...all: readonly number[]): readonly TextStyle[] {
  return all.map((size) => ({ size, weight }));
}

/** Beside the price line, which runs through the middle. */
function emptiness(plot: CompareRow['plot'], theme: Theme): Text {
  return {
    text: plot.x2 - plot.x > 700 ? 'no open positions to draw' : 'no open positions',
    size: plot.x2 - plot.x > 700 ? 26 : 20,
    weight: 600,
    x: plot.x + (plot.x2 - plot.x) / 4,
    y: (plot.y + plot.y2) / 2,
    color: theme.muted,
    align: 'center',
    angle: 0,
  };
}

function watermark(facts: MapFacts, plot: CompareRow['plot'], theme: Theme): readonly Text[] {
  if (facts.provenance === 'live') return [];
  return [
    {
      text: facts.provenance.toUpperCase(),
      x: (plot.x + plot.x2) / 2,
      y: plot.y2 - 44,
      size: 84,
      weight: 700,
      color: theme.watermark,
      align: 'center',
      angle: 0,
    },
  ];
}
