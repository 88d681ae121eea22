import { type Direction, directions, lower } from './book-axis.ts';
import type { BookLevels } from './book-levels.ts';
import type { BookModel } from './book-model.ts';
import type { EntryGrid } from './entry-grid.ts';
import type { TapeReader, TapeWriter } from './number-tape.ts';

/** Where a book's opens are entered, and in which shares. */
export type EntryPlaces = {
  readonly grid: EntryGrid;
  readonly levels: BookLevels;
  readonly shifts: EntryShifts;
  /** By pair x 2 + holding class: share of a direction's opens. */
  readonly shares: Float64Array;
};

/** Beyond this part of the price a shift concerns levels near zero only, and is cut there. */
const largestPart = 0.5;
/** The shifts are kept until a level would be misplaced by more than this many bins. */
const largestError = 0.2;

/**
 * By how many bins the opens of each pair are entered away from their price: funding has moved all levels
 * of a pair, and what opens now has paid none of it.
 *
 * The shift is exact for the price it was found at. Away from there it misplaces a level by as many bins as
 * price has moved, times the part of price that has been paid in funding.
 */
export class EntryShifts {
  /** By pair: whole bins to move by, and the part of the mass that goes one bin further up. */
  readonly bins: Int32Array;
  readonly parts: Float64Array;
  /** Of all pairs. */
  lowest = 0;
  highest = 0;
  readonly #model: BookModel;
  readonly #grid: EntryGrid;
  readonly #levels: BookLevels;
  /** By pair: the same shift, as a factor on the entry. */
  readonly #ratios: Float64Array;
  /** By pair: level over entry nearest to being crossed, of the pair and all of less leverage. */
  readonly #reach: Float64Array;
  /** What the shifts were found for: position and price of the middle of a candle, funding. */
  #middle = 0;
  #entry = 1;
  #funding = Number.NaN;

  constructor(model: BookModel, grid: EntryGrid, levels: BookLevels) {
    const pairs = model.factors.length;
    this.#model = model;
    this.#grid = grid;
    this.#levels = levels;
    this.bins = new Int32Array(pairs);
    this.parts = new Float64Array(pairs);
    this.#ratios = new Float64Array(pairs);
    this.#reach = new Float64Array(pairs);
  }

  /** Whether a candle with its middle at a bin position needs other shifts. */
  areStale(middle: number): boolean {
    const { funding } = this.#levels;
    if (funding !== this.#funding) return true;
    return Math.abs((middle - this.#middle) * (funding / this.#entry)) > largestError;
  }

  update(middle: number): void {
    this.#funding = this.#levels.funding;
    this.#middle = middle;
    this.#entry = this.#grid.edge(middle);
    this.lowest = 0;
    this.highest = 0;
    const { factors, fundingShift } = this.#model;
    const paid = this.#funding / this.#entry;
    for (let p = 0; p < this.bins.length; p++) {
      const part = (fundingShift[p]! * paid) / factors[p]!;
      const cut = Math.max(-largestPart, Math.min(largestPart, part));
      const shift = logOneMinus(cut) / this.#grid.step;
      const whole = Math.floor(shift);
      this.bins[p] = whole;
      this.parts[p] = shift - whole;
      this.#ratios[p] = 1 - cut;
      if (whole < this.lowest) this.lowest = whole;
      if (whole > this.highest) this.highest = whole;
    }
    for (const direction of directions) this.#findReach(direction);
  }

  save(tape: TapeWriter): void {
    tape.put(this.areStale(this.#middle) ? 0 : 1, this.#middle);
  }

  /** After grid and levels. */
  load(tape: TapeReader): void {
    const isFresh = tape.next() === 1;
    const middle = tape.next();
    if (isFresh) this.update(middle);
  }

  /**
   * No level of this pair, or of one of less leverage in its direction, is nearer to being crossed than
   * this if it was entered in the bin around `entry`.
   */
  nearestLevel(direction: Direction, pair: number, entry: number): number {
    const level = this.#reach[pair]! * entry;
    const slack = this.#levels.largestOffset * Math.abs(1 - entry / this.#entry);
    return direction === lower ? level + slack : level - slack;
  }

  #findReach(direction: Direction): void {
    const { factors, shares } = this.#model;
    const { offsets } = this.#levels;
    const pairs = factors.length / 2;
    const sign = direction === lower ? 1 : -1;
    // What enters goes into two bins, neither of which is a whole bin away from its place.
    const bin = Math.exp(sign * this.#grid.step);
    let reach = sign * Number.NEGATIVE_INFINITY;
    for (let p = direction * pairs; p < (direction + 1) * pairs; p++) {
      const level = factors[p]! * this.#ratios[p]! * bin + offsets[p]! / this.#entry;
      if (shares[p]! > 0 && sign * (level - reach) > 0) reach = level;
      this.#reach[p] = reach;
    }
  }
}

/** log(1 - x); for the small parts that funding makes, by its series, to 1e-11. */
function logOneMinus(x: number): number {
  if (Math.abs(x) > 0.01) return Math.log(1 - x);
  return -x * (1 + x * (1 / 2 + x * (1 / 3 + x * (1 / 4 + x / 5))));
}
