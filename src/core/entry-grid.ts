import type { TapeReader, TapeWriter } from './number-tape.ts';

/** Bins to spare on each side, so that a book of a month seldom has to move its cells. */
const leastSlack = 192;
/** No price has ever wandered so far: a tape that says so is spoilt. */
const mostBins = 1e6;

/**
 * Bins of entry price, equally wide in log price and anchored at one price, growing as price wanders.
 * Bin i (any integer) covers anchor x exp(i x step) .. anchor x exp((i + 1) x step).
 */
export class EntryGrid {
  /** First bin held and how many; `centres[j]` is the middle of bin `first + j`. */
  first = 0;
  count = 0;
  centres = new Float64Array(0);
  /** `edges[j]` and `edges[j + 1]` are its ends. */
  edges = new Float64Array(0);
  /** Width of a bin in log price. */
  step: number;
  #anchor: number;

  /** @param options anchor price > 0; relative width of a bin, e.g. 0.001. Throws RangeError otherwise. */
  constructor(options: { readonly anchor: number; readonly relativeWidth: number }) {
    const { anchor, relativeWidth } = options;
    if (!(anchor > 0) || !Number.isFinite(anchor)) throw new RangeError(`anchor price ${anchor} must be > 0`);
    if (!(relativeWidth > 0 && relativeWidth < 0.1)) {
      throw new RangeError(`bin width ${relativeWidth} must be between 0 and 0.1`);
    }
    this.#anchor = anchor;
    this.step = Math.log1p(relativeWidth);
  }

  /** Position of a price on the bin axis: bin number plus the fraction of the way through it. */
  position(price: number): number {
    return Math.log(price / this.#anchor) / this.step;
  }

  /** Lower edge of a bin, as a price. */
  edge(bin: number): number {
    return this.#anchor * Math.exp(bin * this.step);
  }

  /** Whether the bins low..high have room already. */
  holds(low: number, high: number): boolean {
    return this.count > 0 && low >= this.first && high < this.first + this.count;
  }

  /**
   * Makes room for the bins low..high. Returns by how many places what was held moves up (0 when nothing
   * changes but perhaps the count), so that holders of per-bin data can follow.
   */
  cover(low: number, high: number): number {
    if (this.holds(low, high)) return 0;
    const slack = Math.max(leastSlack, this.count >> 1);
    const oldFirst = this.count > 0 ? this.first : low;
    const oldEnd = this.count > 0 ? this.first + this.count : high + 1;
    const first = low < oldFirst || this.count === 0 ? low - slack : oldFirst;
    const end = high >= oldEnd || this.count === 0 ? high + 1 + slack : oldEnd;
    const shift = this.count > 0 ? oldFirst - first : 0;
    this.#hold(first, end - first);
    return shift;
  }

  /** Only some of its bins, counted from the first: what is kept needs no room to spare. */
  save(tape: TapeWriter, only: { readonly from: number; readonly below: number }): void {
    tape.put(this.#anchor, this.step, this.first + only.from, only.below - only.from);
  }

  load(tape: TapeReader): void {
    this.#anchor = tape.next();
    this.step = tape.next();
    const first = tape.next();
    this.#hold(first, tape.nextCount(mostBins));
  }

  #hold(first: number, count: number): void {
    this.first = first;
    this.count = count;
    // Plain loops: a book that goes on from where it was kept begins here, and `from` with a function is slow.
    this.centres = new Float64Array(count);
    this.edges = new Float64Array(count + 1);
    for (let j = 0; j < count; j++) this.centres[j] = this.edge(first + j + 0.5);
    for (let j = 0; j <= count; j++) this.edges[j] = this.edge(first + j);
  }
}
