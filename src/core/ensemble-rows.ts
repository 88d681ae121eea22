import { ensembleMembers, ensembleSize, leverageBand, leverageBands, type Spread } from './ensemble.ts';
import type { Side } from './market-data.ts';

type BySide<T> = Readonly<Record<Side, T>>;

/**
 * What a map draws, kept by band of leverage, so that all members of an ensemble are evaluated in one pass: a
 * member is the same rows with other multipliers, brought back to the size of the side.
 */
export class EnsembleRows {
  readonly #bins: number;
  /** `leverageBands` rows a side. */
  readonly #usd: BySide<Float64Array>;
  /** By band: USD that are in no bin. */
  readonly #elsewhere: BySide<Float64Array>;

  constructor(bins: number) {
    const sized = (length: number) => ({ long: new Float64Array(length), short: new Float64Array(length) });
    this.#bins = bins;
    this.#usd = sized(bins * leverageBands);
    this.#elsewhere = sized(leverageBands);
  }

  add(side: Side, leverage: number, row: Float64Array): void {
    const usd = this.#usd[side];
    const first = leverageBand(leverage) * this.#bins;
    for (let i = 0; i < row.length; i++) usd[first + i]! += row[i]!;
  }

  /** USD beyond the edges, or never liquidated. */
  addElsewhere(side: Side, leverage: number, usd: number): void {
    this.#elsewhere[side][leverageBand(leverage)]! += usd;
  }

  /** Standard deviation over the members, by bin of one side. */
  deviations(spread: Spread): BySide<Float64Array> {
    const members = ensembleMembers(spread);
    return {
      long: this.#deviationsOf('long', members.long),
      short: this.#deviationsOf('short', members.short),
    };
  }

  #deviationsOf(side: Side, members: Float64Array): Float64Array {
    const bins = this.#bins;
    const usd = this.#usd[side];
    const sum = new Float64Array(bins);
    const squares = new Float64Array(bins);
    const row = new Float64Array(bins);
    const masses = this.#masses(side);
    const whole = masses.reduce((all, one) => all + one, 0);
    for (let member = 0; member < ensembleSize; member++) {
      const first = member * leverageBands;
      let reweighted = 0;
      for (let band = 0; band < leverageBands; band++) reweighted += members[first + band]! * masses[band]!;
      row.fill(0);
      for (let band = 0; band < leverageBands; band++) {
        if (masses[band] === 0) continue;
        const factor = (members[first + band]! * whole) / reweighted;
        for (let i = 0, cell = band * bins; i < bins; i++) row[i]! += factor * usd[cell++]!;
      }
      for (let i = 0; i < bins; i++) {
        sum[i]! += row[i]!;
        squares[i]! += row[i]! * row[i]!;
      }
    }
    return sum.map((all, i) =>
      Math.sqrt(Math.max(0, squares[i]! - (all * all) / ensembleSize) / (ensembleSize - 1)),
    );
  }

  #masses(side: Side): Float64Array {
    const bins = this.#bins;
    return this.#elsewhere[side].map(
      (usd, band) =>
        usd + this.#usd[side].subarray(band * bins, (band + 1) * bins).reduce((all, one) => all + one, 0),
    );
  }
}
