import type { LevelRow } from './book-reading.ts';
import { addEvenly } from './map-bins.ts';
import type { Contract } from './market-data.ts';

/**
 * Lays the levels of one market's book on equally wide bins of price: each over all that its leverage stands for, at its
 * distance in % from the market's own mark.
 */
export class LevelBins {
  readonly #first: number;
  readonly #width: number;
  readonly #priceUsd: number;
  readonly #align: number;
  readonly #isLinear: boolean;

  /** @param edges ascending, equally far apart, USD; `priceUsd` is where the bins have the market's mark */
  constructor(
    edges: Float64Array,
    market: { readonly contract: Contract; readonly markUsd: number; readonly priceUsd: number },
  ) {
    this.#first = edges[0]!;
    this.#width = (edges.at(-1)! - this.#first) / (edges.length - 1);
    this.#priceUsd = market.priceUsd;
    this.#align = market.priceUsd / market.markUsd;
    this.#isLinear = market.contract === 'linear';
  }

  /**
   * Adds the USD of the levels of a leverage, times a share. Longs stay below the price and shorts above. Returns the
   * USD that lie beyond the edges.
   */
  add(bins: Float64Array, row: LevelRow, share = 1): number {
    const { side, count, low, high, size } = row;
    const { down, up } = row.reach;
    const price = this.#priceUsd;
    const align = this.#align;
    const first = this.#first;
    const width = this.#width;
    // What reaches over the price has not been crossed by its middle.
    const [lowest, highest] = side === 'long' ? [0, price] : [price, Number.POSITIVE_INFINITY];
    let beyond = 0;
    for (let i = 0; i < count; i++) {
      const middle = (low[i]! + high[i]!) / 2;
      const amount = share * (this.#isLinear ? (size[i]! * (low[i]! + high[i]!)) / 2 : size[i]!);
      // As `spreadLevel` has it, without an object for each.
      const from = align * Math.min(low[i]!, middle * down);
      const to = align * Math.max(high[i]!, middle * up);
      const begin = (Math.max(lowest, Math.min(highest, from)) - first) / width;
      const end = (Math.max(lowest, Math.min(highest, to)) - first) / width;
      beyond += addEvenly(bins, begin, end, amount);
    }
    return beyond;
  }
}
