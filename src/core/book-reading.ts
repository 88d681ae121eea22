import type { Direction } from './book-axis.ts';
import { directionOf } from './book-axis.ts';
import type { BookLayer } from './book-layer.ts';
import type { BookLevels } from './book-levels.ts';
import type { BookModel } from './book-model.ts';
import type { Standing } from './book-standing.ts';
import type { EntryGrid } from './entry-grid.ts';
import { type LevelShare, levelShares } from './level-share.ts';
import type { Side } from './market-data.ts';

/** Size of one side: at known levels, out of reach of any price, and at levels nobody knows. */
export type SideTotals = { readonly levels: number; readonly never: number; readonly unknown: number };

/**
 * `size` of one side whose liquidation prices (USD) lie between low and high; `bucket` is the index of its
 * leverage in the model, and `fast` the part of the size in the fast holding class.
 */
export type LevelVisitor = (
  side: Side,
  bucket: number,
  low: number,
  high: number,
  size: number,
  fast: number,
) => void;

/**
 * The levels of one leverage of a side, as a visitor is told of them one by one: the first `count` of each array. For
 * those who read whole books often: a call for every level costs more than what is done with it. Good until the next.
 */
export type LevelRow = {
  readonly side: Side;
  readonly bucket: number;
  /** What each of them stands for. */
  readonly reach: LevelShare;
  readonly count: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly size: Float64Array;
  readonly fast: Float64Array;
};

export type RowVisitor = (row: LevelRow) => void;

/** USD. */
export type PriceRange = { readonly low: number; readonly high: number };

type RowAsked = {
  readonly side: Side;
  readonly bucket: number;
  readonly now: BookLayer;
  readonly older: BookLayer | undefined;
  /** Levels that reach into it, by what their leverage stands for, are asked for. */
  readonly within: PriceRange;
};

/** Turns the stored mass of a book into sizes and prices, for those who read it. */
export class BookReading {
  readonly #model: BookModel;
  readonly #grid: EntryGrid;
  readonly #levels: BookLevels;
  /** By direction x 2 + holding class: size of a unit of stored mass. */
  readonly #scales: Float64Array;
  #row = emptyRow(0);
  /** By index of leverage. */
  readonly #levelShares: Readonly<Record<Side, readonly LevelShare[]>>;

  constructor(book: {
    readonly model: BookModel;
    readonly grid: EntryGrid;
    readonly levels: BookLevels;
    readonly scales: Float64Array;
  }) {
    this.#model = book.model;
    this.#grid = book.grid;
    this.#levels = book.levels;
    this.#scales = book.scales;
    this.#levelShares = { long: levelShares(book.model, 'long'), short: levelShares(book.model, 'short') };
  }

  totals(side: Side, { layer, never, unknown }: Standing): SideTotals {
    const direction = directionOf(this.#model.contract, side);
    const first = direction * 2;
    const scaled = (stored: Float64Array) =>
      stored[0]! * this.#scales[first]! + stored[1]! * this.#scales[first + 1]!;
    const { levels, outOfReach } = this.#sumCells(direction, layer);
    return {
      levels: scaled(levels),
      never: scaled(never.subarray(first)) + scaled(outOfReach),
      unknown: scaled(unknown.subarray(first)),
    };
  }

  /**
   * Visits all levels that hold mass, less what stood at the older moment if one is given; only those that reach into
   * a range of prices (USD) by what they stand for, give or take a bin, if one is given.
   */
  visit(visitor: RowVisitor, now: BookLayer, only: { older?: BookLayer; within?: PriceRange } = {}): void {
    const { older, within = { low: 0, high: Number.POSITIVE_INFINITY } } = only;
    const pairs = this.#levels.factors.length / 2;
    for (const side of ['long', 'short'] as const) {
      for (let bucket = 0; bucket < pairs; bucket++) {
        const row = this.#rowOf({ side, bucket, now, older, within });
        if (row.count > 0) visitor(row);
      }
    }
  }

  /**
   * Stored mass of a direction by class (2 values each). Where funding has moved a level to zero or below, no
   * price reaches it any more.
   */
  #sumCells(direction: Direction, layer: BookLayer): { levels: Float64Array; outOfReach: Float64Array } {
    const { factors, offsets } = this.#levels;
    const { edges, count } = this.#grid;
    const { cells } = layer;
    const levels = new Float64Array(2);
    const outOfReach = new Float64Array(2);
    const pairs = factors.length / 2;
    for (let p = direction * pairs; p < (direction + 1) * pairs; p++) {
      if (this.#model.shares[p] === 0) continue;
      const first = layer.firsts[p]!;
      const last = layer.lasts[p]!;
      let inReach = first;
      while (inReach <= last && factors[p]! * edges[inReach]! + offsets[p]! <= 0) inReach++;
      const row = p * count;
      addClasses(outOfReach, cells, row + first, row + inReach);
      addClasses(levels, cells, row + inReach, row + last + 1);
    }
    return { levels, outOfReach };
  }

  /** Every cell of a leverage that holds any, of a side. */
  #rowOf({ side, bucket, now, older, within }: RowAsked): LevelRow {
    const { contract, shares } = this.#model;
    const { factors, offsets } = this.#levels;
    const { edges } = this.#grid;
    const { cells } = now;
    const direction = directionOf(contract, side);
    const pair = (direction * factors.length) / 2 + bucket;
    const { low, high, size, fast } = this.#room();
    const row = { side, bucket, reach: this.#levelShares[side][bucket]!, low, high, size, fast };
    if (shares[pair] === 0) return { ...row, count: 0 };
    const isLinear = contract === 'linear';
    const before = older?.cells;
    const fastScale = this.#scales[direction * 2]!;
    const slowScale = this.#scales[direction * 2 + 1]!;
    const factor = factors[pair]!;
    const offset = offsets[pair]!;
    const { first, last } = this.#binsOf(pair, now, this.#entriesOf(side, bucket, within));
    let count = 0;
    for (let j = first, cell = (pair * this.#grid.count + first) * 2; j <= last; j++, cell += 2) {
      let fastSize = cells[cell]! * fastScale;
      let slowSize = cells[cell + 1]! * slowScale;
      if (fastSize + slowSize === 0) continue;
      if (before) {
        fastSize -= before[cell]! * fastScale;
        slowSize -= before[cell + 1]! * slowScale;
      }
      const lower = factor * edges[j]! + offset;
      const upper = factor * edges[j + 1]! + offset;
      if (!(lower > 0 && fastSize + slowSize > 0)) continue;
      low[count] = isLinear ? lower : 1 / upper;
      high[count] = isLinear ? upper : 1 / lower;
      size[count] = fastSize + slowSize;
      fast[count] = fastSize;
      count++;
    }
    return { ...row, count };
  }

  /** Where rows are written: one set of arrays for all. */
  #room(): Pick<LevelRow, 'low' | 'high' | 'size' | 'fast'> {
    if (this.#row.low.length < this.#grid.count) this.#row = emptyRow(this.#grid.count);
    return this.#row;
  }

  /** Ends, on the axis, of what a leverage must lie between to reach into a range of prices. */
  #entriesOf(side: Side, bucket: number, within: PriceRange): { readonly from: number; readonly to: number } {
    const { down, up } = this.#levelShares[side][bucket]!;
    const [low, high] = [within.low / up, within.high / down];
    return this.#model.contract === 'linear' ? { from: low, to: high } : { from: 1 / high, to: 1 / low };
  }

  /** The bins of a pair that may hold mass at levels from..to on the axis, give or take one. */
  #binsOf(pair: number, layer: BookLayer, { from, to }: { readonly from: number; readonly to: number }) {
    return {
      first: Math.max(layer.firsts[pair]!, this.#binOf(pair, from)),
      last: Math.min(layer.lasts[pair]!, this.#binOf(pair, to)),
    };
  }

  /** The entry bin, of those held, whose level of a pair is nearest to a point on the axis. */
  #binOf(pair: number, level: number): number {
    const { first, count } = this.#grid;
    const entry = (level - this.#levels.offsets[pair]!) / this.#levels.factors[pair]!;
    const bin = entry > 0 ? Math.floor(this.#grid.position(entry)) - first : 0;
    return Math.max(0, Math.min(count - 1, bin));
  }
}

function emptyRow(length: number): Pick<LevelRow, 'low' | 'high' | 'size' | 'fast'> {
  const zeros = () => new Float64Array(length);
  return { low: zeros(), high: zeros(), size: zeros(), fast: zeros() };
}

/** One call a level. */
export function levelByLevel(visit: LevelVisitor): RowVisitor {
  return ({ side, bucket, count, low, high, size, fast }) => {
    for (let i = 0; i < count; i++) visit(side, bucket, low[i]!, high[i]!, size[i]!, fast[i]!);
  };
}

/** Adds the cells from..below to sums by holding class. */
function addClasses(sums: Float64Array, cells: Float64Array, from: number, below: number): void {
  let fast = 0;
  let slow = 0;
  for (let i = from * 2; i < below * 2; i += 2) {
    fast += cells[i]!;
    slow += cells[i + 1]!;
  }
  sums[0]! += fast;
  sums[1]! += slow;
}
