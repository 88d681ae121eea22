import type { EntryGrid } from './entry-grid.ts';

/** Levels below the price are crossed when it falls, those above when it rises. */
export const lower = 0;
export const upper = 1;
export type Direction = typeof lower | typeof upper;
export const directions: readonly Direction[] = [lower, upper];

/** Level of a position of pair p entered at price e: factors[p] x e + offsets[p]. */
export type Levels = { readonly factors: Float64Array; readonly offsets: Float64Array };

/**
 * Mass by entry bin, direction, leverage bucket and holding class, in one flat array: the cell of bin j (from
 * the grid's first), pair p = direction x buckets + bucket, and class c is cells[(j x pairs + p) x 2 + c].
 * Mass is *stored* mass: the book's lazy scale factors turn it into size.
 */
export class BookLayer {
  cells: Float64Array;
  /** By pair: the bin nearest to being crossed that may hold mass; beyond the grid when there is none. */
  readonly #edges: Int32Array;
  /** By direction: no mass lies at a level nearer to price than this. */
  readonly #frontier = Float64Array.of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  readonly #grid: EntryGrid;
  readonly #levels: Levels;
  readonly #buckets: number;

  constructor(grid: EntryGrid, levels: Levels) {
    this.#grid = grid;
    this.#levels = levels;
    this.#buckets = levels.factors.length / 2;
    this.#edges = new Int32Array(levels.factors.length).fill(-1);
    this.#edges.fill(grid.count, this.#buckets);
    this.cells = new Float64Array(grid.count * levels.factors.length * 2);
  }

  /** Follows the grid after `cover`; `shift` is what that returned, `oldCount` the bins before it. */
  resize(shift: number, oldCount: number): void {
    const stride = this.#edges.length * 2;
    const cells = new Float64Array(this.#grid.count * stride);
    cells.set(this.cells, shift * stride);
    this.cells = cells;
    for (let p = 0; p < this.#buckets; p++) if (this.#edges[p]! >= 0) this.#edges[p]! += shift;
    for (let p = this.#buckets; p < this.#edges.length; p++) {
      this.#edges[p] = this.#edges[p]! >= oldCount ? this.#grid.count : this.#edges[p]! + shift;
    }
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
    const pairs = edges.length;
    const end = (direction + 1) * this.#buckets;
    let frontier = sign * Number.NEGATIVE_INFINITY;
    for (let p = direction * this.#buckets; p < end; p++) {
      const factor = factors[p]!;
      const offset = offsets[p]!;
      let j = edges[p]!;
      while (j >= 0 && j < count && sign * (factor * centres[j]! + offset - price) >= 0) {
        const cell = (j * pairs + p) * 2;
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
    const stride = this.#edges.length * 2;
    const first = direction * this.#buckets * 2 + holdingClass;
    for (let row = 0; row < this.cells.length; row += stride) {
      for (let k = 0; k < this.#buckets; k++) this.cells[row + first + k * 2]! *= factor;
    }
  }

  /** Stored mass of a direction, by holding class (2 values). */
  sums(direction: Direction): Float64Array {
    const sums = new Float64Array(2);
    const first = direction * this.#buckets * 2;
    for (let row = first; row < this.cells.length; row += this.#edges.length * 2) {
      for (let k = 0; k < this.#buckets * 2; k++) sums[k & 1]! += this.cells[row + k]!;
    }
    return sums;
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
