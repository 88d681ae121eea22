import type { Direction } from './book-axis.ts';
import { lower } from './book-axis.ts';
import type { BookLayer } from './book-layer.ts';
import type { EntryGrid } from './entry-grid.ts';
import type { EntryPlaces, EntryShifts } from './entry-shifts.ts';
import type { EntrySpread } from './entry-spread.ts';

/**
 * What opened lately and is not yet told apart by leverage. While nothing of it is crossed and the shifts stay,
 * every pair of a direction holds the same picture times its share: a step adds to two numbers per bin instead
 * of two per bin and pair. `flush` hands it on to the layer once somebody must look at pairs.
 */
export class RecentOpens {
  /** By direction: the level nearest to being crossed of any of it. */
  readonly nearest = Float64Array.of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  /** By direction: stored mass of the whole direction, by bin (from the grid's first) x 2 + holding class. */
  readonly #rows = [new Float64Array(0), new Float64Array(0)];
  /** By direction: the bins that hold any. */
  readonly #from = Int32Array.of(0, 0);
  readonly #to = Int32Array.of(-1, -1);
  readonly #grid: EntryGrid;
  readonly #shifts: EntryShifts;
  /** By pair x 2 + holding class: share of a direction's opens. */
  readonly #shares: Float64Array;

  constructor({ grid, shifts, shares }: EntryPlaces) {
    this.#grid = grid;
    this.#shifts = shifts;
    this.#shares = shares;
  }

  /** Follows the grid; it must have been flushed. */
  resize(): void {
    for (const direction of [0, 1]) this.#rows[direction] = new Float64Array(this.#grid.count * 2);
  }

  /** Adds stored mass of both classes, spread like the candle's trades, with levels up to `nearest`. */
  add(
    direction: Direction,
    spread: EntrySpread,
    mass: { readonly fast: number; readonly slow: number; readonly nearest: number },
  ): void {
    const { fast, slow, nearest } = mass;
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
    const { nearest: levels } = this;
    if (direction === lower ? nearest > levels[direction]! : nearest < levels[direction]!) {
      levels[direction] = nearest;
    }
  }

  /** Hands all of a direction on to the layer, pair by pair at their shifts. */
  flush(direction: Direction, layer: BookLayer): void {
    const from = this.#from[direction]!;
    const to = this.#to[direction]!;
    if (to < 0) return;
    const row = this.#rows[direction]!;
    const shares = this.#shares;
    const { bins, parts } = this.#shifts;
    const { cells } = layer;
    const { count } = this.#grid;
    const buckets = bins.length / 2;
    for (let p = direction * buckets; p < (direction + 1) * buckets; p++) {
      const fastShare = shares[p * 2]!;
      const slowShare = shares[p * 2 + 1]!;
      if (fastShare + slowShare === 0) continue;
      const next = parts[p]!;
      const first = from + bins[p]!;
      let cell = (p * count + first) * 2;
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
      layer.reach(p, first, first + to - from + 1);
    }
    layer.reachLevel(direction, this.nearest[direction]!);
    this.#empty(direction);
  }

  #empty(direction: Direction): void {
    this.#rows[direction]!.fill(0, this.#from[direction]! * 2, this.#to[direction]! * 2 + 2);
    this.#to[direction] = -1;
    this.nearest[direction] = direction === lower ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
}
