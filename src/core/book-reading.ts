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

/** USD. */
export type PriceRange = { readonly low: number; readonly high: number };

type CellsAsked = {
  readonly direction: Direction;
  readonly now: BookLayer;
  readonly older: BookLayer | undefined;
  /** What each pair stands for: levels that reach into `within` are asked for. */
  readonly shares: readonly LevelShare[];
  readonly within: PriceRange;
};

/** Turns the stored mass of a book into sizes and prices, for those who read it. */
export class BookReading {
  readonly #model: BookModel;
  readonly #grid: EntryGrid;
  readonly #levels: BookLevels;
  /** By direction x 2 + holding class: size of a unit of stored mass. */
  readonly #scales: Float64Array;
  /** By index of leverage. */
  readonly levelShares: Readonly<Record<Side, readonly LevelShare[]>>;

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
    this.levelShares = { long: levelShares(book.model, 'long'), short: levelShares(book.model, 'short') };
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
  visit(visitor: LevelVisitor, now: BookLayer, only: { older?: BookLayer; within?: PriceRange } = {}): void {
    const { contract } = this.#model;
    const { older, within = { low: 0, high: Number.POSITIVE_INFINITY } } = only;
    for (const side of ['long', 'short'] as const) {
      const asked = {
        direction: directionOf(contract, side),
        now,
        older,
        shares: this.levelShares[side],
        within,
      };
      this.#visitCells(asked, (bucket, lower, upper, size, fast) => {
        if (!(lower > 0 && size > 0)) return;
        if (contract === 'linear') visitor(side, bucket, lower, upper, size, fast);
        else visitor(side, bucket, 1 / upper, 1 / lower, size, fast);
      });
    }
  }

  /**
   * Stored mass of a direction by class (2 values each). Where funding has moved a level to zero or below, no
   * price reaches it any more.
   */
  #sumCells(direction: Direction, { cells }: BookLayer): { levels: Float64Array; outOfReach: Float64Array } {
    const { factors, offsets } = this.#levels;
    const { edges, count } = this.#grid;
    const levels = new Float64Array(2);
    const outOfReach = new Float64Array(2);
    const pairs = factors.length / 2;
    for (let p = direction * pairs; p < (direction + 1) * pairs; p++) {
      if (this.#model.shares[p] === 0) continue;
      let inReach = 0;
      while (inReach < count && factors[p]! * edges[inReach]! + offsets[p]! <= 0) inReach++;
      const first = p * count;
      addClasses(outOfReach, cells, first, first + inReach);
      addClasses(levels, cells, first + inReach, first + count);
    }
    return { levels, outOfReach };
  }

  /** Bucket, lower and upper end on the axis, size, and its fast part, of every cell of a direction that holds any. */
  #visitCells(
    { direction, now: { cells }, older, shares, within }: CellsAsked,
    visitor: (bucket: number, lower: number, upper: number, size: number, fast: number) => void,
  ): void {
    const { factors, offsets } = this.#levels;
    const { edges, count } = this.#grid;
    const before = older?.cells;
    const fastScale = this.#scales[direction * 2]!;
    const slowScale = this.#scales[direction * 2 + 1]!;
    const pairs = factors.length / 2;
    for (let bucket = 0; bucket < pairs; bucket++) {
      const p = direction * pairs + bucket;
      if (this.#model.shares[p] === 0) continue;
      const { down, up } = shares[bucket]!;
      const [low, high] = [within.low / up, within.high / down];
      const isLinear = this.#model.contract === 'linear';
      const first = this.#binOf(p, isLinear ? low : 1 / high);
      const last = this.#binOf(p, isLinear ? high : 1 / low);
      for (let j = first, cell = (p * count + first) * 2; j <= last; j++, cell += 2) {
        let fast = cells[cell]! * fastScale;
        let slow = cells[cell + 1]! * slowScale;
        if (fast + slow === 0) continue;
        if (before) {
          fast -= before[cell]! * fastScale;
          slow -= before[cell + 1]! * slowScale;
        }
        const lower = factors[p]! * edges[j]! + offsets[p]!;
        visitor(bucket, lower, factors[p]! * edges[j + 1]! + offsets[p]!, fast + slow, fast);
      }
    }
  }

  /** The entry bin, of those held, whose level of a pair is nearest to a point on the axis. */
  #binOf(pair: number, level: number): number {
    const { first, count } = this.#grid;
    const entry = (level - this.#levels.offsets[pair]!) / this.#levels.factors[pair]!;
    const bin = entry > 0 ? Math.floor(this.#grid.position(entry)) - first : 0;
    return Math.max(0, Math.min(count - 1, bin));
  }
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
