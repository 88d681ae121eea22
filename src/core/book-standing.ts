import type { Direction } from './book-axis.ts';
import type { BookLayer } from './book-layer.ts';
import type { TapeReader, TapeWriter } from './number-tape.ts';

/**
 * What stands in a book, or stood at a marked moment and is still open: stored mass at levels, and at none.
 * The latter is by direction x 2 + holding class.
 */
export class Standing {
  readonly layer: BookLayer;
  /** Liquidated at no price at all. */
  readonly never = new Float64Array(4);
  /** At levels that nobody knows. */
  readonly unknown = new Float64Array(4);

  constructor(layer: BookLayer) {
    this.layer = layer;
  }

  /** The same mass, to lose what it will on its own from here on. */
  copy(): Standing {
    const twin = new Standing(this.layer.copy());
    twin.never.set(this.never);
    twin.unknown.set(this.unknown);
    return twin;
  }

  /** See `BookLayer.save`. */
  save(tape: TapeWriter, origin: number): void {
    this.layer.save(tape, origin);
    tape.putAll(this.never);
    tape.putAll(this.unknown);
  }

  load(tape: TapeReader): void {
    this.layer.load(tape);
    this.never.set(tape.nextAll(4));
    this.unknown.set(tape.nextAll(4));
  }

  multiply(direction: Direction, holdingClass: number, factor: number): void {
    this.layer.multiply(direction, holdingClass, factor);
    this.never[direction * 2 + holdingClass]! *= factor;
    this.unknown[direction * 2 + holdingClass]! *= factor;
  }
}
