import { setImmediate } from 'node:timers/promises';
import { medianMark } from './core/build-map.ts';
import type { BookFold } from './core/fold.ts';
import { columnCandles, HeatCanvas, type Heatmap, heatEdges } from './core/heatmap.ts';
import type { CandleSegment } from './core/series.ts';
import { moveTo } from './map-parts.ts';

/** A market to be folded column by column, not folded further yet than the heatmap's first column. */
export type HeatMarket = {
  readonly fold: BookFold;
  /** The mark price now, if newer than the last candle. */
  readonly markUsd?: number;
};

export type HeatTime = {
  /** End of the last column, UTC milliseconds. */
  readonly nowMs: number;
  readonly columnMs: number;
  readonly columns: number;
  /** Aborted when nobody wants it any more. */
  readonly signal?: AbortSignal | undefined;
};

export type HeatCells = Pick<
  Heatmap,
  'timeMs' | 'columnMs' | 'priceUsd' | 'edges' | 'longUsd' | 'shortUsd' | 'candles'
>;

/** About as many as a picture has room for. */
const rows = 220;

/**
 * Folds markets up to now and keeps what stood at the end of each column. Gives others a turn between columns.
 * @param path candles of the market whose price is drawn. Throws RangeError when none closed in the time shown,
 *   and the signal's reason once it is aborted.
 */
export async function foldHeatmap(
  markets: readonly HeatMarket[],
  path: readonly CandleSegment[],
  { nowMs, columnMs, columns, signal }: HeatTime,
): Promise<HeatCells> {
  const startMs = nowMs - columns * columnMs;
  const shown = columnCandles(path, { startMs, columnMs, count: columns });
  const edges = heatEdges(
    shown.filter((candle) => candle !== undefined),
    rows,
  );
  const canvas = new HeatCanvas(edges, columns);
  let priceUsd = 0;
  for (let column = 0; column < columns; column++) {
    signal?.throwIfAborted();
    const isLast = column === columns - 1;
    for (const { fold, markUsd } of markets) {
      fold.foldUntil(startMs + (column + 1) * columnMs);
      if (isLast && markUsd !== undefined) moveTo(fold.book, markUsd, nowMs);
    }
    const parts = markets.map(({ fold: { book } }) => ({ book, markUsd: book.markPrice }));
    priceUsd = medianMark(parts);
    canvas.draw(column, parts, priceUsd);
    if (column % 8 === 7) await setImmediate();
  }
  const { longUsd, shortUsd } = canvas;
  return { timeMs: nowMs, columnMs, priceUsd, edges, longUsd, shortUsd, candles: shown };
}
