import type { BookModel } from './book-model.ts';
import type { TapeReader, TapeWriter } from './number-tape.ts';

/**
 * Where the levels of a book lie on its axis: what pair p holds in the entry bin around e is liquidated at
 * factors[p] x e + offsets[p]. The offsets are what all funding so far has moved each pair by.
 */
export class BookLevels {
  readonly factors: Float64Array;
  readonly offsets: Float64Array;
  /** Without its sign. */
  largestOffset = 0;
  readonly #fundingShift: Float64Array;
  #funding = 0;

  constructor({ factors, fundingShift }: BookModel) {
    this.factors = factors;
    this.offsets = new Float64Array(factors.length);
    this.#fundingShift = fundingShift;
  }

  /** Funding that one unit of a long has paid since the book began, on the axis. */
  get funding(): number {
    return this.#funding;
  }

  /** Moves all levels by one payment: rate x mark on the axis. */
  pay(amount: number): void {
    this.#funding += amount;
    this.largestOffset = 0;
    for (let p = 0; p < this.offsets.length; p++) {
      const offset = this.#fundingShift[p]! * this.#funding;
      this.offsets[p] = offset;
      this.largestOffset = Math.max(this.largestOffset, Math.abs(offset));
    }
  }

  save(tape: TapeWriter): void {
    tape.put(this.#funding);
  }

  load(tape: TapeReader): void {
    this.#funding = 0;
    this.pay(tape.next());
  }

  at(pair: number, entry: number): number {
    return this.factors[pair]! * entry + this.offsets[pair]!;
  }
}
