import type { Chart } from '../chart.ts';
import { pictureOf } from '../draw.ts';
import type { Look } from '../look.ts';
import { drawFoot } from '../map/footer.ts';
import { drawTitle } from '../map/header.ts';
import { type Box, dotted, joinMarks, type Marks, type Run, setRuns, type Text } from '../marks.ts';
import { tableChart } from '../table/chart.ts';
import { rowBounds, type TableFrame, tableFrame } from '../table/frame.ts';
import type { Theme } from '../theme.ts';
import { columns, squareCells, wideCells } from './cells.ts';
import { type NearCoin, type NearFacts, type NearRow, nearFacts } from './facts.ts';
import { drawLanes, type LaneSpan, laneSpan } from './lanes.ts';

export type NearChartOptions = Look & {
  /** The nearest first. */
  readonly rows: readonly NearRow[];
};

/** Rows of a wide picture have one line, those of a square one two. */
const heights = { wide: { lowest: 45, highest: 60 }, square: { lowest: 58, highest: 96 } } as const;
const lanes = { wide: [812, 1164], square: [446, 690] } as const;

/**
 * Coins by how near their price is to a large cluster: the cluster in words, and where the large ones of both sides
 * stand on an axis of distances that all coins share.
 *
 * @throws RangeError for no row
 */
export function nearChart(options: NearChartOptions): Chart {
  const { rows, theme, brand, shape = 'wide' } = options;
  const facts = nearFacts(rows);
  const at = tableFrame(shape, { wanted: rows.length, ...heights[shape] });
  const shown = rows.slice(0, at.mostRows);
  const span = laneSpan(shown, { x: lanes[shape][0], x2: lanes[shape][1] });
  const more = rows.length - shown.length;
  const marks = joinMarks([
    drawHeader(facts, at, theme),
    ...facts.coins.slice(0, shown.length).map((coin, row) => drawCoin(coin, row, at, theme)),
    drawLanes(shown, span, at, theme),
    drawHeads(span, at, theme),
    drawFoot(
      [
        ...(more > 0 ? [`${more} more ${more === 1 ? 'coin' : 'coins'} farther away`] : []),
        'dots: the three largest a side, by USD; ringed: the nearest',
      ],
      brand,
      at,
      theme,
    ),
  ]);
  return tableChart(marks, at, options);
}

/** The same as PNG. */
export const drawNear = pictureOf(nearChart);

function drawHeader(facts: NearFacts, at: TableFrame, theme: Theme): Partial<Marks> {
  const { stale, dataAge, window, time, stamp, provenance } = facts;
  const title = drawTitle(
    { symbol: '', view: 'Nearest large clusters', stamp, provenance },
    { from: at.left, to: at.right, y: at.titleY },
    theme,
  );
  const age =
    stale.length > 0
      ? `STALE: ${stale.slice(0, 2).join(', ')}`
      : `oldest data ${dataAge ?? 'of unknown age'}`;
  const runs: readonly Run[] = [
    { text: window, size: 18, weight: 600, color: theme.text },
    { text: time, size: 18, weight: 400, color: theme.muted },
    stale.length > 0
      ? { size: 18, weight: 700, color: theme.warning, text: age }
      : { size: 18, weight: 600, color: theme.text, text: age },
  ];
  const subtitle = setRuns(dotted(runs, theme.muted), { x: at.left, y: at.subtitleY, gap: 8 });
  return {
    over: title.over,
    texts: [...title.texts, ...subtitle],
  };
}

function drawHeads(
  { axis }: { readonly axis: LaneSpan['axis'] },
  at: TableFrame,
  theme: Theme,
): Partial<Marks> {
  const style = { size: 14, weight: 600, color: theme.muted, y: at.headY, angle: 0 } as const;
  const heads: readonly (readonly [x: number, text: string])[] =
    at.shape === 'wide'
      ? [
          [columns.wide.coin[0], 'COIN'],
          [columns.wide.price[0], 'PRICE'],
          [columns.wide.amount[0], 'NEAREST CLUSTER'],
          [columns.wide.place[0], 'AT PRICE, LEVERAGE'],
        ]
      : [
          [columns.square.coin[0], 'COIN'],
          [columns.square.far[0], 'DISTANCE'],
          [columns.square.amount[0], 'NEAREST LARGE'],
        ];
  return {
    texts: [
      ...heads.map(([x, text]): Text => ({ ...style, text, x, align: 'left' })),
      ...(at.shape === 'wide'
        ? [{ ...style, text: 'DISTANCE', x: columns.wide.far[1], align: 'right' as const }]
        : []),
      ...axis.map(({ x, text }): Text => ({ ...style, text, x, align: 'center' })),
    ],
  };
}

function drawCoin(coin: NearCoin, row: number, at: TableFrame, theme: Theme): Partial<Marks> {
  const ground: Box = { ...rowBounds(at, row), color: theme.panel, opacity: 1, radius: 6 };
  const middle = (ground.y + ground.y2) / 2;
  const texts = at.shape === 'wide' ? wideCells(coin, middle + 8, theme) : squareCells(coin, middle, theme);
  return { under: [ground], texts };
}
