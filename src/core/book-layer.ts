import type { Direction } from './book-axis.ts';
import { lower, upper } from './book-axis.ts';
import type { BookLevels } from './book-levels.ts';
import type { EntryGrid } from './entry-grid.ts';

/**
 * Mass by pair (direction x buckets + leverage bucket), entry bin and holding class, in one flat array: the cell
 * of pair p, bin j (from the grid's first) and class c is cells[(p x bins + j) x 2 + c]. Mass is *stored* mass:
 * the lazy scale factors of `HoldingClasses` turn it into size.
 */
export class BookLayer {
  cells: Float64Array;
  /** By pair: the bin nearest to being crossed that may hold mass; beyond the grid when there is none. */
  readonly #edges: Int32Array;
  /** By direction: no mass lies at a level nearer to price than this. */
  readonly #frontier = Float64Array.of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  readonly #grid: EntryGrid;
  readonly #levels: BookLevels;
  readonly #buckets: number;

  constructor(grid: EntryGrid, levels: BookLevels) {
    this.#grid = grid;
    this.#levels = levels;
    this.#buckets = levels.factors.length / 2;
    this.#edges = new Int32Array(levels.factors.length).fill(-1);
    this.#edges.fill(grid.count, this.#buckets);
    this.cells = new Float64Array(levels.factors.length * grid.count * 2);
  }

  /** Follows the grid after `cover`; `shift` is what that returned, `oldCount` the bins before it. */
  resize(shift: number, oldCount: number): void {
    const { count } = this.#grid;
    const pairs = this.#edges.length;
    const cells = new Float64Array(pairs * count * 2);
    for (let p = 0; p < pairs; p++) {
      cells.set(this.cells.subarray(p * oldCount * 2, (p + 1) * oldCount * 2), (p * count + shift) * 2);
      const edge = this.#edges[p]!;
      if (p < this.#buckets) this.#edges[p] = edge < 0 ? edge : edge + shift;
      else this.#edges[p] = edge >= oldCount ? count : edge + shift;
    }
    this.cells = cells;
  }

  /** Remembers that a pair may now hold mass in the bins from..to. */
  reach(pair: number, from: number, to: number): void {
    if (pair < this.#buckets) {
      if (this.#edges[pair]! < to) this.#edges[pair] = to;
    } else if (this.#edges[pair]! > from) this.#edges[pair] = from;
  }

  /** Remembers that a direction may now hold mass at levels up to this one. */
  reachLevel(direction: Direction, level: number): void {
    const frontier = this.#frontier[direction]!;
    if (direction === lower ? level > frontier : level < frontier) this.#frontier[direction] = level;
  }

  /** To be called when levels have moved: the frontier is found again by the next sweep. */
  forgetFrontier(): void {
    this.#frontier[lower] = Number.POSITIVE_INFINITY;
    this.#frontier[upper] = Number.NEGATIVE_INFINITY;
  }

  /**
   * Removes all mass of a direction at levels that a move to `price` crosses and adds it, by holding class,
   * to `removed` (2 values).
   */
  sweep(direction: Direction, price: number, removed: Float64Array): void {
    const sign = direction === lower ? 1 : -1;
    if (sign * (this.#frontier[direction]! - price) < 0) return;
    const { cells } = this;
    const edges = this.#edges;
    const { factors, offsets } = this.#levels;
    const { centres, count } = this.#grid;
    const end = (direction + 1) * this.#buckets;
    let frontier = sign * Number.NEGATIVE_INFINITY;
    for (let p = direction * this.#buckets; p < end; p++) {
      const factor = factors[p]!;
      const offset = offsets[p]!;
      let j = edges[p]!;
      while (j >= 0 && j < count && sign * (factor * centres[j]! + offset - price) >= 0) {
        const cell = (p * count + j) * 2;
        removed[0]! += cells[cell]!;
        removed[1]! += cells[cell + 1]!;
        cells[cell] = 0;
        cells[cell + 1] = 0;
        j -= sign;
      }
      edges[p] = j;
      if (j < 0 || j >= count) continue;
      const level = factor * centres[j]! + offset;
      if (sign * (level - frontier) > 0) frontier = level;
    }
    this.#frontier[direction] = frontier;
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
    twin.#frontier.set(this.#frontier);
    return twin;
  }
}
