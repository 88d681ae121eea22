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
  /** By pair: the bin nearest to being crossed that may hold mass; beyond the grid when there is none. */
  readonly #edges: Int32Array;
  /** By pair: the level of that bin; no mass of the pair lies nearer to being crossed. */
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
    this.#edges = new Int32Array(pairs).fill(-1).fill(grid.count, this.#count);
    this.#nearest = new Float64Array(pairs).fill(farthest(lower)).fill(farthest(upper), this.#count);
    this.#reach = this.#nearest.slice();
    this.cells = new Float64Array(pairs * grid.count * 2);
  }

  /** Follows the grid after `cover`; `shift` is what that returned, `oldCount` the bins before it. */
  resize(shift: number, oldCount: number): void {
    const { count } = this.#grid;
    const pairs = this.#edges.length;
    const cells = new Float64Array(pairs * count * 2);
    for (let p = 0; p < pairs; p++) {
      cells.set(this.cells.subarray(p * oldCount * 2, (p + 1) * oldCount * 2), (p * count + shift) * 2);
      if (this.#edges[p]! >= 0) this.#edges[p]! += shift;
    }
    this.cells = cells;
  }

  /** Remembers that a pair may now hold mass in the bins from..to; to be followed by `settle`. */
  touch(pair: number, from: number, to: number): void {
    const edge = this.#edges[pair]!;
    if (pair < this.#count ? edge < to : edge > from) this.#edges[pair] = pair < this.#count ? to : from;
  }

  /**
   * Finds again how near the pairs from..below of a direction lie, after they were touched or their levels
   * have moved.
   */
  settle(direction: Direction, from = direction * this.#count, below = (direction + 1) * this.#count): void {
    for (let p = from; p < below; p++) this.#nearest[p] = this.#levelAt(p, this.#edges[p]!);
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
    twin.#edges.set(this.#edges);
    twin.#nearest.set(this.#nearest);
    twin.#reach.set(this.#reach);
    return twin;
  }

  /** By pair: the first bin that holds mass, how many there are up to the last, and their cells. */
  save(tape: TapeWriter): void {
    const { cells } = this;
    const width = this.#grid.count * 2;
    for (let pair = 0; pair < this.#edges.length; pair++) {
      const begin = pair * width;
      let from = begin;
      let below = begin + width;
      while (from < below && cells[from] === 0) from++;
      while (below > from && cells[below - 1] === 0) below--;
      const first = (from - begin) >> 1;
      const count = below > from ? ((below - begin + 1) >> 1) - first : 0;
      tape.put(first, count);
      tape.putAll(cells.subarray(begin + first * 2, begin + (first + count) * 2));
    }
  }

  /** Takes the place of all mass; the grid must be that of the tape. */
  load(tape: TapeReader): void {
    const { count } = this.#grid;
    const pairs = this.#edges.length;
    this.cells = new Float64Array(pairs * count * 2);
    this.#edges.fill(-1, 0, this.#count).fill(count, this.#count);
    for (let pair = 0; pair < pairs; pair++) {
      const first = tape.nextCount(count + 1);
      const bins = tape.nextCount(count - first + 1);
      if (bins === 0) continue;
      this.cells.set(tape.nextAll(bins * 2), (pair * count + first) * 2);
      this.touch(pair, first, first + bins - 1);
    }
    for (const direction of directions) this.settle(direction);
  }

  #sweepPair(pair: number, price: number, removed: Float64Array): void {
    const { cells } = this;
    const { centres, count } = this.#grid;
    const factor = this.#levels.factors[pair]!;
    const offset = this.#levels.offsets[pair]!;
    const sign = pair < this.#count ? 1 : -1;
    let j = this.#edges[pair]!;
    while (j >= 0 && j < count && sign * (factor * centres[j]! + offset - price) >= 0) {
      const cell = (pair * count + j) * 2;
      removed[0]! += cells[cell]!;
      removed[1]! += cells[cell + 1]!;
      cells[cell] = 0;
      cells[cell + 1] = 0;
      j -= sign;
    }
    this.#edges[pair] = j;
    this.#nearest[pair] = this.#levelAt(pair, j);
  }

  /** Level of a bin, or beyond all others where there is none. */
  #levelAt(pair: number, bin: number): number {
    const { centres, count } = this.#grid;
    if (bin >= 0 && bin < count) return this.#levels.at(pair, centres[bin]!);
    return farthest(pair < this.#count ? lower : upper);
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
