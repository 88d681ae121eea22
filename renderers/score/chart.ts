import type { Chart } from '../chart.ts';
import { pictureOf } from '../draw.ts';
import type { Look, Shape } from '../look.ts';
import { drawFoot } from '../map/footer.ts';
import { type Box, dotted, joinMarks, type Marks, type Run, setRuns, type Text } from '../marks.ts';
import { share } from '../numbers.ts';
import { tableChart } from '../table/chart.ts';
import { rowBounds, type TableFrame, tableFrame } from '../table/frame.ts';
import { drawable, fitSize, textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import { type AnswerFacts, type CoinFacts, type ScoreBoard, type ScoreFacts, scoreFacts } from './facts.ts';

export type ScoreChartOptions = Look & { readonly board: ScoreBoard };

const heights = {
  wide: { lowest: 62, highest: 88, below: 18 },
  square: { lowest: 98, highest: 130, below: 18 },
} as const;
/** Where the axes of both questions stand, from 0 to 100 %, and how wide the words behind each are, px. */
const axes: Readonly<Record<Shape, readonly (readonly [from: number, to: number])[]>> = {
  wide: [
    [340, 610],
    [770, 1040],
  ],
  square: [
    [36, 238],
    [376, 578],
  ],
};
/** For the words behind an axis. */
const wordsRoom = 106;

/**
 * Whether clusters did better than levels that nobody chose: a dot for the share, a bar for its 95 % bounds, the
 * clusters' full and above, that of chance hollow and below.
 */
export function scoreChart(options: ScoreChartOptions): Chart {
  const { board, theme, brand, shape = 'wide' } = options;
  const at = tableFrame(shape, { wanted: board.coins.length, ...heights[shape] });
  const facts = scoreFacts({ ...board, coins: board.coins.slice(0, at.mostRows) });
  const more = board.coins.length - facts.coins.length;
  const notes = [
    ...(more > 0 ? [`${more} more ${more === 1 ? 'coin has' : 'coins have'} fewer cases`] : []),
    'bars: 95 % bounds (Wilson)',
    'clusters as of the start of a day',
  ];
  const marks = joinMarks([
    drawHeader(facts, at, theme),
    ...facts.coins.map((coin, row) => drawCoin(coin, row, at, theme)),
    facts.coins.length === 0 ? drawNothing(facts, at, theme) : drawHeads(facts, at, theme),
    drawTicks(facts.coins.length, at, theme),
    drawFoot(notes, brand, at, theme),
  ]);
  return tableChart(marks, at, options);
}

/** The same as PNG. */
export const drawScore = pictureOf(scoreChart);

function drawHeader({ title, span, time }: ScoreFacts, at: TableFrame, theme: Theme): Partial<Marks> {
  const line = { align: 'left', angle: 0 } as const;
  const runs: readonly Run[] = [
    { size: 18, weight: 600, color: theme.text, text: span },
    { size: 18, weight: 400, color: theme.muted, text: time },
  ];
  return joinMarks([
    { texts: [{ ...line, size: 38, weight: 700, text: title, x: at.left, y: at.titleY, color: theme.text }] },
    { texts: setRuns(dotted(runs, theme.muted), { x: at.left, y: at.subtitleY, gap: 8 }) },
    drawLegend(at, theme),
  ]);
}

/** At the right: what full and hollow dots stand for. */
function drawLegend(at: TableFrame, theme: Theme): Partial<Marks> {
  const style = { size: 17, weight: 400 } as const;
  const names = ['large clusters', 'random levels as far away'] as const;
  const y = at.shape === 'wide' ? at.subtitleY : at.titleY - 8;
  let x = at.right;
  const parts = names
    .map((text, i) => ({
      text: at.shape === 'wide' ? text : text.replace(' as far away', ''),
      isFull: i === 0,
    }))
    .toReversed()
    .map(({ text, isFull }) => {
      x -= textWidth(text, style);
      const words: Text = { ...style, text, x, y, color: theme.text, align: 'left', angle: 0 };
      const mark = dot(x - 14, y - 6, isFull, theme);
      x -= 46;
      return { words, mark };
    });
  return { over: parts.flatMap(({ mark }) => mark), texts: parts.map(({ words }) => words) };
}

function drawHeads({ questions }: ScoreFacts, at: TableFrame, theme: Theme): Partial<Marks> {
  return {
    texts: questions.map(
      (text, i): Text => ({
        ...fitSize(text, { sizes: [17, 15], weight: 600 }, at.shape === 'wide' ? 420 : 330),
        x: axes[at.shape][i]![0],
        y: at.headY,
        color: theme.muted,
        align: 'left',
        angle: 0,
      }),
    ),
  };
}

/** Below the last row: what the axes count. */
function drawTicks(rows: number, at: TableFrame, theme: Theme): Partial<Marks> {
  if (rows === 0) return {};
  const y = rowBounds(at, rows - 1).y2 + 14;
  return {
    texts: axes[at.shape].flatMap(([from, to]) =>
      [0, 0.5, 1].map(
        (part): Text => ({
          text: share(part),
          size: 13,
          weight: 400,
          x: from + part * (to - from),
          y,
          color: theme.muted,
          align: 'center',
          angle: 0,
        }),
      ),
    ),
  };
}

function drawCoin(coin: CoinFacts, row: number, at: TableFrame, theme: Theme): Partial<Marks> {
  const ground = rowBounds(at, row);
  const isWide = at.shape === 'wide';
  const middle = isWide ? (ground.y + ground.y2) / 2 : (ground.y + 34 + ground.y2) / 2;
  const name = fitSize(drawable(coin.symbol), { sizes: [24, 19, 15, 12], weight: 700 }, isWide ? 270 : 200);
  const nameY = isWide ? middle - 3 : ground.y + 27;
  const verdict: Text = {
    text: coin.verdict,
    size: 16,
    weight: 600,
    x: isWide ? ground.x + 14 : ground.x2 - 14,
    y: isWide ? middle + 20 : nameY,
    color: coin.isProven ? theme.text : theme.warning,
    align: isWide ? 'left' : 'right',
    angle: 0,
  };
  return joinMarks([
    { under: [{ ...ground, color: theme.panel, opacity: 1, radius: 6 }] },
    { texts: [{ ...name, x: ground.x + 14, y: nameY, color: theme.text, align: 'left', angle: 0 }, verdict] },
    ...coin.answers.map((pair, i) => drawAnswers(pair, axes[at.shape][i]!, middle, theme)),
  ]);
}

/** Two answers on one axis, the clusters' above that of chance. */
function drawAnswers(
  pair: readonly [AnswerFacts, AnswerFacts],
  [from, to]: readonly [number, number],
  middle: number,
  theme: Theme,
): Partial<Marks> {
  const thin = { y: middle - 24, y2: middle + 24, color: theme.grid, opacity: 1, radius: 0 };
  const xOf = (part: number) => from + part * (to - from);
  const rows = pair.map((answer, i) => ({ answer, isCluster: i === 0, y: middle + (i === 0 ? -12 : 12) }));
  return {
    under: [0, 0.5, 1].map((part) => ({ ...thin, x: xOf(part) - 0.5, x2: xOf(part) + 0.5 })),
    over: rows.flatMap(({ answer: { share: found }, isCluster, y }) => {
      if (!found) return [];
      const color = isCluster ? theme.book : theme.muted;
      const bounds: Box = {
        x: xOf(found.low),
        x2: xOf(found.high),
        y: y - 2,
        y2: y + 2,
        color,
        opacity: 1,
        radius: 2,
      };
      return [bounds, ...dot(xOf(found.hits / found.cases), y, isCluster, theme)];
    }),
    texts: rows.map(
      ({ answer, isCluster, y }): Text => ({
        ...fitSize(answer.words, { sizes: [17, 14, 12], weight: isCluster ? 600 : 400 }, wordsRoom),
        x: to + 14,
        y: y + 6,
        color: isCluster ? theme.text : theme.muted,
        align: 'left',
        angle: 0,
      }),
    ),
  };
}

/** Full for clusters, hollow for chance: told apart without colour. */
function dot(x: number, y: number, isFull: boolean, theme: Theme): readonly Box[] {
  const circle = (radius: number, color: string): Box => ({
    x: x - radius,
    x2: x + radius,
    y: y - radius,
    y2: y + radius,
    color,
    opacity: 1,
    radius,
  });
  return isFull ? [circle(8, theme.book)] : [circle(8, theme.muted), circle(5, theme.panel)];
}

function drawNothing({ nothing }: ScoreFacts, at: TableFrame, theme: Theme): Partial<Marks> {
  const text = fitSize(nothing, { sizes: [26, 22], weight: 600 }, at.right - at.left);
  return {
    texts: [{ ...text, x: at.width / 2, y: at.height / 2, color: theme.muted, align: 'center', angle: 0 }],
  };
}
