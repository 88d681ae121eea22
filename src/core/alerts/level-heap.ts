/** What a heap holds: it knows its own place, so that it can be taken out from anywhere. */
export type Waiting = { readonly level: number; readonly name: string; slot: number };

/** Slot of what is in no heap. */
export const nowhere = -1;

/**
 * A binary heap of price levels, the one to be met first on top: the lowest of those above the price, or the
 * highest of those below it. Equal levels by name, so that the order never depends on who came first. Adding and
 * taking out cost O(log n), looking at the top O(1).
 */
export class LevelHeap<Item extends Waiting> {
  readonly #items: Item[] = [];
  readonly #sign: 1 | -1;

  constructor(first: 'lowest' | 'highest') {
    this.#sign = first === 'lowest' ? 1 : -1;
  }

  get size(): number {
    return this.#items.length;
  }

  get top(): Item | undefined {
    return this.#items[0];
  }

  /** The item must be in no heap. */
  add(item: Item): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** The item must be in this heap. */
  remove(item: Item): void {
    const last = this.#items.pop()!;
    const { slot } = item;
    item.slot = nowhere;
    if (last === item) return;
    this.#sink(last, slot);
    if (last.slot === slot) this.#rise(last, slot);
  }

  #rise(item: Item, from: number): void {
    let slot = from;
    while (slot > 0) {
      const above = (slot - 1) >> 1;
      if (!this.#isBefore(item, this.#items[above]!)) break;
      this.#put(this.#items[above]!, slot);
      slot = above;
    }
    this.#put(item, slot);
  }

  #sink(item: Item, from: number): void {
    const items = this.#items;
    let slot = from;
    for (let below = 2 * slot + 1; below < items.length; below = 2 * slot + 1) {
      if (below + 1 < items.length && this.#isBefore(items[below + 1]!, items[below]!)) below++;
      if (!this.#isBefore(items[below]!, item)) break;
      this.#put(items[below]!, slot);
      slot = below;
    }
    this.#put(item, slot);
  }

  #put(item: Item, slot: number): void {
    this.#items[slot] = item;
    item.slot = slot;
  }

  #isBefore(a: Item, b: Item): boolean {
    const ahead = this.#sign * (a.level - b.level);
    return ahead < 0 || (ahead === 0 && a.name < b.name);
  }
}
