import type { Direction } from './book-axis.ts';
import { directions, lower, upper } from './book-axis.ts';
import type { BookLayer } from './book-layer.ts';
import type { BookModel } from './book-model.ts';
import type { EntryGrid } from './entry-grid.ts';
import type { EntryPlaces, EntryShifts } from './entry-shifts.ts';
import type { EntrySpread } from './entry-spread.ts';

/** Leverages from..below, as indices into those of the model. */
export type LeverageRange = { readonly from: number; readonly below: number };

/**
 * Stored mass of a whole direction by holding class, to be entered at some leverages with their shares of it.
 */
export type OpenMass = {
  readonly fast: number;
  readonly slow: number;
  readonly leverages: LeverageRange;
};

/** Leverages from which the groups start: those near price are looked at often, the others hardly ever. */
const groupStarts = [0, 8, 30];

/** The recent opens of a book, in groups of leverage. */
export function recentGroups({ leverages }: BookModel, places: EntryPlaces): RecentOpens[] {
  const starts = groupStarts.map((start) => leverages.filter((leverage) => leverage < start).length);
  return starts
    .map((from, i) => ({ from, below: starts[i + 1] ?? leverages.length }))
    .filter(({ from, below }) => below > from)
    .map((range) => new RecentOpens(places, range));
}

/**
 * What opened lately in a range of leverages and is not yet told apart by them. While nothing of it is
 * crossed and the shifts stay, every pair of a direction holds the same picture times its share: a step
 * adds to two numbers per bin instead of two per bin and pair. `flush` hands it on to the layer once
 * somebody must look at pairs.
 */
export class RecentOpens {
  readonly leverages: LeverageRange;
  /** By direction: the level nearest to being crossed of any of it. */
  readonly #nearest = Float64Array.of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  /** By direction: stored mass of the whole direction, by bin (from the grid's first) x 2 + holding class. */
  readonly #rows = [new Float64Array(0), new Float64Array(0)];
  /** By direction: the bins that hold any. */
  readonly #from = Int32Array.of(0, 0);
  readonly #to = Int32Array.of(-1, -1);
  readonly #grid: EntryGrid;
  readonly #shifts: EntryShifts;
  /** By pair x 2 + holding class: share of a direction's opens. */
  readonly #shares: Float64Array;

  constructor({ grid, shifts, shares }: EntryPlaces, leverages: LeverageRange) {
    this.leverages = leverages;
    this.#grid = grid;
    this.#shifts = shifts;
    this.#shares = shares;
  }

  /** Follows the grid; it must have been flushed. */
  resize(): void {
    for (const direction of directions) this.#rows[direction] = new Float64Array(this.#grid.count * 2);
  }

  /** Adds stored mass of both classes of a direction, spread like the candle's trades. */
  add(direction: Direction, spread: EntrySpread, { fast, slow }: OpenMass): void {
    const row = this.#rows[direction]!;
    const { all } = spread;
    const from = spread.from - this.#grid.first;
    const to = spread.to - this.#grid.first;
    for (let j = from; j <= to; j++) {
      row[j * 2]! += fast * all[j - from]!;
      row[j * 2 + 1]! += slow * all[j - from]!;
    }
    const empty = this.#to[direction]! < 0;
    if (empty || from < this.#from[direction]!) this.#from[direction] = from;
    if (empty || to > this.#to[direction]!) this.#to[direction] = to;
    this.#approach(direction, this.#grid.centres[direction === lower ? to : from]!);
  }

  /** Whether a move to `price` may cross any of a direction. */
  isReached(direction: Direction, price: number): boolean {
    return direction === lower ? this.#nearest[lower]! >= price : this.#nearest[upper]! <= price;
  }

  /** Hands all of a direction on to the layer, pair by pair at their shifts. */
  flush(direction: Direction, layer: BookLayer): void {
    const from = this.#from[direction]!;
    const to = this.#to[direction]!;
    if (to < 0) return;
    const pairs = direction * (this.#shifts.bins.length / 2);
    const first = pairs + this.leverages.from;
    const below = pairs + this.leverages.below;
    for (let p = first; p < below; p++) {
      if (this.#shares[p * 2]! + this.#shares[p * 2 + 1]! === 0) continue;
      this.#flushPair(direction, p, layer.cells);
      const shift = this.#shifts.bins[p]!;
      layer.touch(p, from + shift, to + shift + 1);
    }
    layer.settle(direction, first, below);
    this.#rows[direction]!.fill(0, from * 2, to * 2 + 2);
    this.#to[direction] = -1;
    this.#nearest[direction] = direction === lower ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  #flushPair(direction: Direction, pair: number, cells: Float64Array): void {
    const row = this.#rows[direction]!;
    const from = this.#from[direction]!;
    const to = this.#to[direction]!;
    const fastShare = this.#shares[pair * 2]!;
    const slowShare = this.#shares[pair * 2 + 1]!;
    const next = this.#shifts.parts[pair]!;
    let cell = (pair * this.#grid.count + from + this.#shifts.bins[pair]!) * 2;
    let fastBefore = 0;
    let slowBefore = 0;
    for (let j = from; j <= to; j++) {
      const fast = row[j * 2]! * fastShare;
      const slow = row[j * 2 + 1]! * slowShare;
      cells[cell]! += fast * (1 - next) + fastBefore * next;
      cells[cell + 1]! += slow * (1 - next) + slowBefore * next;
      fastBefore = fast;
      slowBefore = slow;
      cell += 2;
    }
    cells[cell]! += fastBefore * next;
    cells[cell + 1]! += slowBefore * next;
  }

  #approach(direction: Direction, entry: number): void {
    const last = direction * (this.#shifts.bins.length / 2) + this.leverages.below - 1;
    const level = this.#shifts.nearestLevel(direction, last, entry);
    const nearest = this.#nearest[direction]!;
    if (direction === lower ? level > nearest : level < nearest) this.#nearest[direction] = level;
  }
}
