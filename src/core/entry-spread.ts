import type { AxisCandle } from './candle-path.ts';
import type { EntryGrid } from './entry-grid.ts';

/**
 * How the trades of one candle spread over the entry bins from..to: evenly along its path in log price, leg by
 * leg (open to first extreme, to second extreme, to close). The arrays hold fractions, index 0 for bin `from`;
 * the legs sum to `all`, and `all` to 1.
 */
export class EntrySpread {
  from = 0;
  to = -1;
  /** Position of the middle of the candle, in bins. */
  middle = 0;
  all = new Float64Array(16);
  legs = [new Float64Array(16), new Float64Array(16), new Float64Array(16)];

  fill(grid: EntryGrid, candle: AxisCandle, lowFirst: boolean): void {
    const low = grid.position(candle.low);
    const high = grid.position(candle.high);
    const open = grid.position(candle.open);
    const close = grid.position(candle.close);
    this.middle = (low + high) / 2;
    this.from = Math.floor(low);
    this.to = Math.floor(high);
    this.#clear(this.to - this.from + 1);
    const second = lowFirst ? low : high;
    const third = lowFirst ? high : low;
    const length = Math.abs(second - open) + (high - low) + Math.abs(close - third);
    if (!(length > 0)) {
      this.all[0] = 1;
      this.legs[0]![0] = 1;
      return;
    }
    this.#addLeg(0, open, second, length);
    this.#addLeg(1, second, third, length);
    this.#addLeg(2, third, close, length);
  }

  #addLeg(which: number, start: number, end: number, length: number): void {
    const leg = this.legs[which]!;
    const low = Math.min(start, end) - this.from;
    const high = Math.max(start, end) - this.from;
    const lastBin = this.to - this.from;
    for (let bin = Math.max(0, Math.floor(low)); bin <= lastBin && bin < high; bin++) {
      const fraction = (Math.min(high, bin + 1) - Math.max(low, bin)) / length;
      if (!(fraction > 0)) continue;
      leg[bin]! += fraction;
      this.all[bin]! += fraction;
    }
  }

  #clear(bins: number): void {
    if (bins > this.all.length) this.#grow(bins * 2);
    this.all.fill(0, 0, bins);
    for (const leg of this.legs) leg.fill(0, 0, bins);
  }

  #grow(bins: number): void {
    this.all = new Float64Array(bins);
    this.legs = this.legs.map(() => new Float64Array(bins));
  }
}
