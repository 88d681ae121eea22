import type { Direction } from './book-axis.ts';
import { directions } from './book-axis.ts';
import { closedByFast } from './holding-hazard.ts';
import type { TapeReader, TapeWriter } from './number-tape.ts';

/** A lazy scale factor this small is to be folded into the stored mass, long before it underflows. */
const smallestScale = 1e-100;

/**
 * Size by direction and holding class, and the lazy scale factors by which voluntary closing thins all mass
 * of a class at once: stored mass x scale = size. Arrays are by direction x 2 + class (0 fast, 1 slow).
 */
export class HoldingClasses {
  readonly scales = new Float64Array(4).fill(1);
  readonly #sizes = new Float64Array(4);
  readonly #hazardRatio: number;

  constructor(hazardRatio: number) {
    this.#hazardRatio = hazardRatio;
  }

  size(direction: Direction): number {
    return this.#sizes[direction * 2]! + this.#sizes[direction * 2 + 1]!;
  }

  add(slot: number, size: number): void {
    this.#sizes[slot]! += size;
  }

  /** Puts a size into what is stored by slot. */
  store(stored: Float64Array, slot: number, size: number): void {
    stored[slot]! += size / this.scales[slot]!;
    this.add(slot, size);
  }

  /** Books stored mass (by class, 2 values) as gone; returns its size. */
  remove(direction: Direction, stored: Float64Array): number {
    let size = 0;
    for (let holdingClass = 0; holdingClass < 2; holdingClass++) {
      const slot = direction * 2 + holdingClass;
      const gone = Math.min(this.#sizes[slot]!, stored[holdingClass]! * this.scales[slot]!);
      this.#sizes[slot]! -= gone;
      size += gone;
    }
    return size;
  }

  /** Closes a size by the classes' hazards. Returns what could not be closed as nothing stands any more. */
  close(direction: Direction, size: number): number {
    const fast = this.#sizes[direction * 2]!;
    const slow = this.#sizes[direction * 2 + 1]!;
    const closing = Math.min(size, fast + slow);
    if (closing > 0) {
      const fromFast = closedByFast({ fast, slow }, closing, this.#hazardRatio);
      this.#shrink(direction * 2, fromFast);
      this.#shrink(direction * 2 + 1, closing - fromFast);
    }
    return size - closing;
  }

  save(tape: TapeWriter): void {
    tape.putAll(this.scales);
    tape.putAll(this.#sizes);
  }

  load(tape: TapeReader): void {
    this.scales.set(tape.nextAll(4));
    this.#sizes.set(tape.nextAll(4));
  }

  hasSmallScale(): boolean {
    const { scales } = this;
    return Math.min(scales[0]!, scales[1]!, scales[2]!, scales[3]!) < smallestScale;
  }

  /** Calls `fold` with each scale that has become too small, and starts it again at 1. */
  foldSmallScales(fold: (direction: Direction, holdingClass: number, scale: number) => void): void {
    for (const direction of directions) {
      for (let holdingClass = 0; holdingClass < 2; holdingClass++) {
        const slot = direction * 2 + holdingClass;
        if (this.scales[slot]! >= smallestScale) continue;
        fold(direction, holdingClass, this.scales[slot]!);
        this.scales[slot] = 1;
      }
    }
  }

  #shrink(slot: number, by: number): void {
    const before = this.#sizes[slot]!;
    if (!(by > 0)) return;
    this.#sizes[slot] = Math.max(0, before - by);
    this.scales[slot]! *= this.#sizes[slot]! / before;
  }
}
