import type { BookModel } from './book-model.ts';

/** Beyond this part of the price a shift concerns levels near zero only, and is cut there. */
const largestPart = 0.5;

/**
 * By how many bins the opens of each pair are entered away from their price. Funding has moved the levels of all
 * mass of pair p by fundingShift[p] x funding; what opens now has paid none of it, so it enters at the price
 * from which that movement leads to its true level: entry - fundingShift[p] / factors[p] x funding.
 *
 * On bins of log price this is exact in the middle of a candle; a candle of a width of 1 % with 1 % of price
 * paid in funding so far is placed to within a twentieth of a bin.
 */
export class EntryShifts {
  /** By pair: whole bins to move by, and the part of the mass that goes one bin further up. */
  readonly bins: Int32Array;
  readonly parts: Float64Array;
  /** Of all pairs. */
  lowest = 0;
  highest = 0;
  readonly #slopes: Float64Array;

  constructor({ factors, fundingShift }: BookModel) {
    this.bins = new Int32Array(factors.length);
    this.parts = new Float64Array(factors.length);
    this.#slopes = fundingShift.map((shift, p) => shift / factors[p]!);
  }

  /** @param funding paid so far; entry: the middle of the candle; both on the axis; step: width of a bin in log price */
  update(funding: number, entry: number, step: number): void {
    if (funding === 0) return;
    this.lowest = 0;
    this.highest = 0;
    const paid = funding / entry;
    for (let p = 0; p < this.bins.length; p++) {
      const part = Math.max(-largestPart, Math.min(largestPart, this.#slopes[p]! * paid));
      const shift = Math.log1p(-part) / step;
      const whole = Math.floor(shift);
      this.bins[p] = whole;
      this.parts[p] = shift - whole;
      if (whole < this.lowest) this.lowest = whole;
      if (whole > this.highest) this.highest = whole;
    }
  }
}
