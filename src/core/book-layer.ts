import type { EntryGrid } from './entry-grid.ts';

/** Levels below the price are crossed when it falls, those above when it rises. */
export const lower = 0;
export const upper = 1;
export type Direction = typeof lower | typeof upper;
export const directions: readonly Direction[] = [lower, upper];

/** Level of a position of slot pair p entered at price e: factors[p] x e + offsets[p]. */
export type Levels = { readonly factors: Float64Array; readonly offsets: Float64Array };

/**
 * Mass by entry bin, direction, leverage bucket and holding class, in one flat array: the cell of bin j,
 * pair p = direction x buckets + bucket, and class c is cells[(j x pairs + p) x 2 + c]. Mass is *stored*
 * mass: the book's lazy scale factors turn it into size.
 */
export class BookLayer {
  cells = new Float64Array(0);
  /** By pair: the bin nearest to being crossed that may hold mass; beyond the grid when there is none. */
  readonly edges: Int32Array;
  readonly #grid: EntryGrid;
  readonly #levels: Levels;
  readonly #buckets: number;

  constructor(grid: EntryGrid, levels: Levels) {
    this.#grid = grid;
    this.#levels = levels;
    this.#buckets = levels.factors.length / 2;
    this.edges = new Int32Array(levels.factors.length).fill(-1);
    this.resize(0, 0);
  }

  /** Follows the grid after `cover`; `shift` is what that returned, `oldCount` the bins before it. */
  resize(shift: number, oldCount: number): void {
    const stride = this.edges.length * 2;
    const cells = new Float64Array(this.#grid.count * stride);
    cells.set(this.cells, shift * stride);
    this.cells = cells;
    for (let p = 0; p < this.edges.length; p++) {
      const edge = this.edges[p]!;
      const none = p < this.#buckets ? edge < 0 : edge < 0 || edge >= oldCount;
      this.edges[p] = none ? (p < this.#buckets ? -1 : this.#grid.count) : edge + shift;
    }
  }

  /** Remembers that the pair may now hold mass in the bins from..to. */
  reach(pair: number, from: number, to: number): void {
    const edge = this.edges[pair]!;
    if (pair < this.#buckets) this.edges[pair] = Math.max(edge, to);
    else this.edges[pair] = Math.min(edge, from);
  }

  /**
   * Removes all mass of a direction at levels that a move to `price` crosses and adds it, by holding class,
   * to `removed` (2 values).
   */
  sweep(direction: Direction, price: number, removed: Float64Array): void {
    const { cells, edges } = this;
    const { factors, offsets } = this.#levels;
    const { centres, count } = this.#grid;
    const stride = edges.length;
    const sign = direction === lower ? 1 : -1;
    const end = (direction + 1) * this.#buckets;
    for (let p = direction * this.#buckets; p < end; p++) {
      const factor = factors[p]!;
      const reach = (price - offsets[p]!) / factor;
      let j = edges[p]!;
      while (j >= 0 && j < count && sign * (centres[j]! - reach) >= 0) {
        const cell = (j * stride + p) * 2;
        removed[0]! += cells[cell]!;
        removed[1]! += cells[cell + 1]!;
        cells[cell] = 0;
        cells[cell + 1] = 0;
        j -= sign;
      }
      edges[p] = j;
    }
  }

  /** Multiplies one holding class of one direction, in all bins. */
  multiply(direction: Direction, holdingClass: number, factor: number): void {
    const stride = this.edges.length * 2;
    const first = direction * this.#buckets * 2 + holdingClass;
    for (let row = 0; row < this.cells.length; row += stride) {
      for (let k = 0; k < this.#buckets; k++) this.cells[row + first + k * 2]! *= factor;
    }
  }

  /** Stored mass of a direction by holding class: 4 values, those of the other direction 0. */
  sums(direction: Direction): Float64Array {
    const sums = new Float64Array(4);
    const first = direction * this.#buckets * 2;
    for (let row = first; row < this.cells.length; row += this.edges.length * 2) {
      for (let k = 0; k < this.#buckets * 2; k++) sums[direction * 2 + (k & 1)]! += this.cells[row + k]!;
    }
    return sums;
  }

  /** The same mass, to be swept on its own from here on. */
  copy(): BookLayer {
    const twin = new BookLayer(this.#grid, this.#levels);
    twin.cells.set(this.cells);
    twin.edges.set(this.edges);
    return twin;
  }
}
