import type { AxisCandle } from './candle-path.ts';
import type { EntryGrid } from './entry-grid.ts';

export const legs = 3;

/**
 * How the trades of one candle spread over the entry bins from..to: evenly along its path in log price, leg
 * by leg (open to first extreme, to second extreme, to close).
 */
export class EntrySpread {
  from = 0;
  to = -1;
  /** Position of the middle of the candle, in bins. */
  middle = 0;
  /** Fraction of the trades by bin, index 0 for bin `from`; they sum to 1. */
  all = new Float64Array(16);
  /** By leg: its lower and upper end, in bins from `from`. */
  readonly #low = new Float64Array(legs);
  readonly #high = new Float64Array(legs);
  /** Fraction of the trades in a bin of path. */
  #density = 0;

  fill(grid: EntryGrid, candle: AxisCandle, lowFirst: boolean): void {
    const low = grid.position(candle.low);
    const high = grid.position(candle.high);
    this.middle = (low + high) / 2;
    this.from = Math.floor(low);
    this.to = Math.floor(high);
    const bins = this.to - this.from + 1;
    if (bins > this.all.length) this.all = new Float64Array(bins * 2);
    const open = grid.position(candle.open) - this.from;
    const close = grid.position(candle.close) - this.from;
    const first = (lowFirst ? low : high) - this.from;
    const second = (lowFirst ? high : low) - this.from;
    this.#setLeg(0, open, first);
    this.#setLeg(1, first, second);
    this.#setLeg(2, second, close);
    const length = Math.abs(first - open) + (high - low) + Math.abs(close - second);
    this.#density = length > 0 ? 1 / length : 0;
    for (let i = 0; i < bins; i++) {
      this.all[i] = this.inLeg(0, i) + this.inLeg(1, i) + this.inLeg(2, i);
    }
  }

  /**
   * Fraction of the trades that one leg does in a bin; a candle at a single price does all in the first leg.
   */
  inLeg(leg: number, bin: number): number {
    if (this.#density === 0) return leg === 0 && bin === 0 ? 1 : 0;
    const path = Math.min(this.#high[leg]!, bin + 1) - Math.max(this.#low[leg]!, bin);
    return path > 0 ? path * this.#density : 0;
  }

  #setLeg(leg: number, start: number, end: number): void {
    this.#low[leg] = Math.min(start, end);
    this.#high[leg] = Math.max(start, end);
  }
}
