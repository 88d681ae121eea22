import { copied } from './copied.ts';

/**
 * Accounts ordered by the level at which each is to be looked at again: a binary min-heap. An entry is
 * never taken out when its account changes; it carries the stamp of its making, and whoever pops it
 * compares stamps and drops the stale ones.
 */
export class TriggerHeap {
  size = 0;
  private levels = new Float64Array(64);
  private references = new Int32Array(64);
  private stamps = new Int32Array(64);

  /** Infinity when empty. */
  get topLevel(): number {
    return this.size > 0 ? this.levels[0]! : Number.POSITIVE_INFINITY;
  }

  get topReference(): number {
    return this.references[0]!;
  }

  get topStamp(): number {
    return this.stamps[0]!;
  }

  /** Drops the entries whose stamp is not that of their reference any more. */
  dropStale(current: Int32Array): void {
    const { levels, references, stamps } = this;
    const count = this.size;
    this.size = 0;
    // What is pushed never overtakes what is read, and comes almost in order.
    for (let i = 0; i < count; i++) {
      if (stamps[i] === current[references[i]!]) this.push(levels[i]!, references[i]!, stamps[i]!);
    }
  }

  push(level: number, reference: number, stamp: number): void {
    if (this.size === this.levels.length) this.grow();
    const { levels, references, stamps } = this;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (levels[parent]! <= level) break;
      levels[hole] = levels[parent]!;
      references[hole] = references[parent]!;
      stamps[hole] = stamps[parent]!;
      hole = parent;
    }
    levels[hole] = level;
    references[hole] = reference;
    stamps[hole] = stamp;
  }

  pop(): void {
    const { levels, references, stamps } = this;
    const last = --this.size;
    const level = levels[last]!;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= last) break;
      if (child + 1 < last && levels[child + 1]! < levels[child]!) child++;
      if (levels[child]! >= level) break;
      levels[hole] = levels[child]!;
      references[hole] = references[child]!;
      stamps[hole] = stamps[child]!;
      hole = child;
    }
    levels[hole] = level;
    references[hole] = references[last]!;
    stamps[hole] = stamps[last]!;
  }

  private grow(): void {
    const capacity = this.levels.length * 2;
    this.levels = copied(new Float64Array(capacity), this.levels);
    this.references = copied(new Int32Array(capacity), this.references);
    this.stamps = copied(new Int32Array(capacity), this.stamps);
  }
}
