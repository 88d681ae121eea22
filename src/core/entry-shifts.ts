import { type BookModel, leverageSteps } from './book-model.ts';

/** Beyond this part of the price a shift concerns levels near zero only, and is cut there. */
const largestPart = 0.5;
const minuteMs = 60_000;
/** Fractions of its multiples fill 0..1 as evenly as any sequence can. */
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * By how many bins the opens of each pair are entered away from their price, so that factors[p] x entry +
 * offsets[p] becomes the level of what opens now. Two reasons:
 *
 * - Funding has moved the levels of all mass of pair p by fundingShift[p] x funding; what opens now has paid none.
 * - A bucket stands for all leverages up to its neighbours. Candle after candle takes another one of them, by the
 *   candle's time alone, so that the levels of a bucket fill its whole width and no bucket shows as a peak.
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
  readonly #spread: Float64Array;
  readonly #logSpread: Float64Array;

  constructor({ factors, fundingShift, levelSpread }: BookModel) {
    this.bins = new Int32Array(factors.length);
    this.parts = new Float64Array(factors.length);
    this.#slopes = fundingShift.map((shift, p) => shift / factors[p]!);
    this.#spread = levelSpread;
    this.#logSpread = levelSpread.map(Math.log);
  }

  /**
   * For a candle that opened at `openMs` with its middle at `entry`, after `funding` paid so far (both on the
   * book's axis); `step` is the width of a bin in log price.
   */
  update(candle: { readonly openMs: number; readonly entry: number }, funding: number, step: number): void {
    this.lowest = 0;
    this.highest = 0;
    const paid = funding / candle.entry;
    const turn = (candle.openMs / minuteMs) * goldenRatio;
    const leverage = Math.floor((turn - Math.floor(turn)) * leverageSteps);
    for (let p = 0; p < this.bins.length; p++) {
      const at = p * leverageSteps + leverage;
      const part = (this.#slopes[p]! * paid) / this.#spread[at]!;
      const shift = (this.#logSpread[at]! + logOneMinus(part)) / step;
      const whole = Math.floor(shift);
      this.bins[p] = whole;
      this.parts[p] = shift - whole;
      if (whole < this.lowest) this.lowest = whole;
      if (whole > this.highest) this.highest = whole;
    }
  }
}

/** log(1 - x); for the small parts that funding makes, by its series, to 1e-9. */
function logOneMinus(x: number): number {
  if (Math.abs(x) < 0.02) return -x * (1 + x * (1 / 2 + x * (1 / 3 + x * (1 / 4 + x / 5))));
  return Math.log1p(-Math.max(-largestPart, Math.min(largestPart, x)));
}
