import type { Direction } from './book-axis.ts';
import { directions, lower, upper } from './book-axis.ts';
import type { BookLevels } from './book-levels.ts';
import type { EntryGrid } from './entry-grid.ts';
import type { TapeReader, TapeWriter } from './number-tape.ts';

/**
 * Mass by pair (direction x leverages + leverage), entry bin and holding class, in one flat array: the cell
 * of pair p, bin j (from the grid's first) and class c is cells[(p x bins + j) x 2 + c]. Mass is *stored*
 * mass: the lazy scale factors of `HoldingClasses` turn it into size.
 */
export class BookLayer {
  cells: Float64Array;
  /** By pair: no bin before the first and none after the last holds mass. The last comes first where there is none. */
  readonly firsts: Int32Array;
  readonly lasts: Int32Array;
  /** By pair: the level of whichever of them is nearer to being crossed; no mass of the pair lies nearer. */
  readonly #nearest: Float64Array;
  /** By pair: the nearest level of it and all pairs of less leverage in its direction. */
  readonly #reach: Float64Array;
  readonly #grid: EntryGrid;
  readonly #levels: BookLevels;
  /** Pairs of one direction. */
  readonly #count: number;

  constructor(grid: EntryGrid, levels: BookLevels) {
    const pairs = levels.factors.length;
    this.#grid = grid;
    this.#levels = levels;
    this.#count = pairs / 2;
    this.firsts = new Int32Array(pairs);
    this.lasts = new Int32Array(pairs).fill(-1);
    this.#nearest = new Float64Array(pairs).fill(farthest(lower)).fill(farthest(upper), this.#count);
    this.#reach = this.#nearest.slice();
    this.cells = new Float64Array(pairs * grid.count * 2);
  }

  /** Follows the grid after `cover`; `shift` is what that returned, `oldCount` the bins before it. */
  resize(shift: number, oldCount: number): void {
    const { count } = this.#grid;
    const pairs = this.firsts.length;
    const cells = new Float64Array(pairs * count * 2);
    for (let p = 0; p < pairs; p++) {
      cells.set(this.cells.subarray(p * oldCount * 2, (p + 1) * oldCount * 2), (p * count + shift) * 2);
      this.firsts[p]! += shift;
      this.lasts[p]! += shift;
    }
    this.cells = cells;
  }

  /** Remembers that a pair may now hold mass in the bins from..to; to be followed by `settle`. */
  touch(pair: number, from: number, to: number): void {
    const isEmpty = this.firsts[pair]! > this.lasts[pair]!;
    if (isEmpty || from < this.firsts[pair]!) this.firsts[pair] = from;
    if (isEmpty || to > this.lasts[pair]!) this.lasts[pair] = to;
  }

  /**
   * Finds again how near the pairs from..below of a direction lie, after they were touched or their levels
   * have moved.
   */
  settle(direction: Direction, from = direction * this.#count, below = (direction + 1) * this.#count): void {
    for (let p = from; p < below; p++) this.#nearest[p] = this.#nearestLevel(p);
    this.#findReach(direction, from, below);
  }

  /**
   * Removes all mass of a direction at levels that a move to `price` crosses and adds it, by holding class,
   * to `removed` (2 values).
   */
  sweep(direction: Direction, price: number, removed: Float64Array): void {
    const sign = direction === lower ? 1 : -1;
    const begin = direction * this.#count;
    const last = begin + this.#count - 1;
    let p = last;
    // From the highest leverage down, until all that remain lie farther away.
    for (; p >= begin && sign * (this.#reach[p]! - price) >= 0; p--) {
      if (sign * (this.#nearest[p]! - price) >= 0) this.#sweepPair(p, price, removed);
    }
    if (p < last) this.#findReach(direction, p + 1, last + 1);
  }

  /** Multiplies one holding class of one direction, in all bins. */
  multiply(direction: Direction, holdingClass: number, factor: number): void {
    const length = this.cells.length / 2;
    const end = (direction + 1) * length;
    for (let cell = direction * length + holdingClass; cell < end; cell += 2) this.cells[cell]! *= factor;
  }

  /** The same mass, to be swept on its own from here on. */
  copy(): BookLayer {
    const twin = new BookLayer(this.#grid, this.#levels);
    twin.cells.set(this.cells);
    twin.firsts.set(this.firsts);
    twin.lasts.set(this.lasts);
    twin.#nearest.set(this.#nearest);
    twin.#reach.set(this.#reach);
    return twin;
  }

  /** By pair: the first bin that holds mass, counted from `origin`, how many there are up to the last, and their cells. */
  save(tape: TapeWriter, origin: number): void {
    for (let pair = 0; pair < this.firsts.length; pair++) {
      const { first, count } = this.occupied(pair);
      const begin = (pair * this.#grid.count + first) * 2;
      tape.put(count > 0 ? first - origin : 0, count);
      tape.putAll(this.cells.subarray(begin, begin + count * 2));
    }
  }

  /** The bins of a pair from the first that does hold mass up to the last. */
  occupied(pair: number): { readonly first: number; readonly count: number } {
    let first = this.firsts[pair]!;
    let last = this.lasts[pair]!;
    while (first <= last && this.#isEmpty(pair, first)) first++;
    while (last >= first && this.#isEmpty(pair, last)) last--;
    return { first, count: Math.max(0, last - first + 1) };
  }

  /** Takes the place of all mass; the grid must be that of the tape. */
  load(tape: TapeReader): void {
    const { count } = this.#grid;
    const pairs = this.firsts.length;
    this.cells = new Float64Array(pairs * count * 2);
    this.firsts.fill(0);
    this.lasts.fill(-1);
    for (let pair = 0; pair < pairs; pair++) {
      const first = tape.nextCount(count + 1);
      const bins = tape.nextCount(count - first + 1);
      if (bins === 0) continue;
      this.cells.set(tape.nextAll(bins * 2), (pair * count + first) * 2);
      this.touch(pair, first, first + bins - 1);
    }
    for (const direction of directions) this.settle(direction);
  }

  #isEmpty(pair: number, bin: number): boolean {
    const cell = (pair * this.#grid.count + bin) * 2;
    return this.cells[cell] === 0 && this.cells[cell + 1] === 0;
  }

  #sweepPair(pair: number, price: number, removed: Float64Array): void {
    const { cells } = this;
    const { centres, count } = this.#grid;
    const factor = this.#levels.factors[pair]!;
    const offset = this.#levels.offsets[pair]!;
    const isLower = pair < this.#count;
    const sign = isLower ? 1 : -1;
    let j = isLower ? this.lasts[pair]! : this.firsts[pair]!;
    while (j >= 0 && j < count && sign * (factor * centres[j]! + offset - price) >= 0) {
      const cell = (pair * count + j) * 2;
      removed[0]! += cells[cell]!;
      removed[1]! += cells[cell + 1]!;
      cells[cell] = 0;
      cells[cell + 1] = 0;
      j -= sign;
    }
    if (isLower) this.lasts[pair] = j;
    else this.firsts[pair] = j;
    this.#nearest[pair] = this.#nearestLevel(pair);
  }

  /** Level of the bin nearest to being crossed, or beyond all others where no bin holds mass. */
  #nearestLevel(pair: number): number {
    const isLower = pair < this.#count;
    const first = this.firsts[pair]!;
    const last = this.lasts[pair]!;
    if (first > last) return farthest(isLower ? lower : upper);
    return this.#levels.at(pair, this.#grid.centres[isLower ? last : first]!);
  }

  /** Brings the reach of a direction up to date, after how near the pairs from..below lie has changed. */
  #findReach(direction: Direction, from: number, below: number): void {
    const sign = direction === lower ? 1 : -1;
    const begin = direction * this.#count;
    let reach = from > begin ? this.#reach[from - 1]! : farthest(direction);
    for (let p = from; p < begin + this.#count; p++) {
      const nearest = this.#nearest[p]!;
      if (sign * (nearest - reach) > 0) reach = nearest;
      if (p >= below && this.#reach[p] === reach) return;
      this.#reach[p] = reach;
    }
  }
}

/** The level that no price reaches. */
function farthest(direction: Direction): number {
  return direction === lower ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
