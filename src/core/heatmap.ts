import type { Book } from './book.ts';
import { LevelBins } from './level-bins.ts';
import type { VenueStatus } from './liquidation-map.ts';
import type { Candle, Provenance } from './market-data.ts';
import type { CandleSegment } from './series.ts';

/** Liquidation levels over time: what stood at each price at the end of each column. */
export type Heatmap = {
  readonly symbol: string;
  readonly provenance: Provenance;
  /** End of the last column, UTC milliseconds. */
  readonly timeMs: number;
  readonly columnMs: number;
  readonly priceUsd: number;
  /** rows + 1 ascending prices, equally far apart. */
  readonly edges: Float64Array;
  /** USD by column, oldest first, and within it by row, lowest first: columns x rows values. */
  readonly longUsd: Float32Array;
  readonly shortUsd: Float32Array;
  /** One a column; undefined where no candle is known. */
  readonly candles: readonly (Candle | undefined)[];
  readonly venues: readonly VenueStatus[];
};

/** A book at one moment, and its own mark price. */
export type HeatPart = { readonly book: Book; readonly markUsd: number };

/** Part of the span of prices that is shown beyond it, above and below: levels that price has not come to. */
const beyond = 0.45;
/** The least that is shown above and below the last price, as a fraction of it. */
const leastReach = 0.04;

/**
 * Edges of `rows` rows that hold all prices of the candles and what lies near beyond them.
 * @throws RangeError without candles
 */
export function heatEdges(candles: readonly Candle[], rows: number): Float64Array {
  const last = candles.at(-1);
  if (!last) throw new RangeError('no candles to draw a heatmap over');
  let low = last.low;
  let high = last.high;
  for (const candle of candles) {
    low = Math.min(low, candle.low);
    high = Math.max(high, candle.high);
  }
  const room = beyond * (high - low);
  const from = Math.max(low * 0.1, Math.min(low - room, last.close * (1 - leastReach)));
  const to = Math.max(high + room, last.close * (1 + leastReach));
  return Float64Array.from({ length: rows + 1 }, (_, i) => from + ((to - from) * i) / rows);
}

/** Rows by columns of USD that books are laid on, column by column. */
export class HeatCanvas {
  readonly edges: Float64Array;
  readonly longUsd: Float32Array;
  readonly shortUsd: Float32Array;
  readonly #rows: number;
  readonly #long: Float64Array;
  readonly #short: Float64Array;

  /** @param edges rows + 1 ascending prices, equally far apart */
  constructor(edges: Float64Array, columns: number) {
    this.edges = edges;
    this.#rows = edges.length - 1;
    this.longUsd = new Float32Array(columns * this.#rows);
    this.shortUsd = new Float32Array(columns * this.#rows);
    this.#long = new Float64Array(this.#rows);
    this.#short = new Float64Array(this.#rows);
  }

  /** Lays what stands in the books now on a column; levels keep their distance in % from their own mark. */
  draw(column: number, parts: readonly HeatPart[], priceUsd: number): void {
    this.#long.fill(0);
    this.#short.fill(0);
    for (const part of parts) drawLevels(part, priceUsd, { edges: this.edges, ...this.#bins });
    this.longUsd.set(this.#long, column * this.#rows);
    this.shortUsd.set(this.#short, column * this.#rows);
  }

  get #bins() {
    return { longUsd: this.#long, shortUsd: this.#short };
  }
}

/**
 * Adds the USD of a book's levels to bins between equally wide edges, longs below the price and shorts above;
 * of a mark, only what of it still stands.
 */
export function drawLevels(
  { book, markUsd }: HeatPart,
  priceUsd: number,
  on: { readonly edges: Float64Array; readonly longUsd: Float64Array; readonly shortUsd: Float64Array },
  mark?: string,
): void {
  const { edges, longUsd, shortUsd } = on;
  const align = priceUsd / markUsd;
  const bins = new LevelBins(edges, { contract: book.model.contract, markUsd, priceUsd });
  book.visitRowsWithin(
    (levels) => bins.add(levels.side === 'long' ? longUsd : shortUsd, levels),
    { low: edges[0]! / align, high: edges.at(-1)! / align },
    mark,
  );
}

/** Candles put together by column: those that closed after a column began and not after it ended. */
export function columnCandles(
  segments: readonly CandleSegment[],
  {
    startMs,
    columnMs,
    count,
  }: { readonly startMs: number; readonly columnMs: number; readonly count: number },
): (Candle | undefined)[] {
  const columns: (Candle | undefined)[] = Array.from({ length: count });
  for (const { candles, candleMs } of segments) {
    for (const candle of candles) {
      const column = Math.ceil((candle.openMs + candleMs - startMs) / columnMs) - 1;
      if (column < 0 || column >= count) continue;
      const before = columns[column];
      columns[column] = before ? joined(before, candle) : candle;
    }
  }
  return columns;
}

function joined(first: Candle, next: Candle): Candle {
  return {
    ...first,
    high: Math.max(first.high, next.high),
    low: Math.min(first.low, next.low),
    close: next.close,
    volume: first.volume + next.volume,
  };
}
