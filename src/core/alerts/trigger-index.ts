import type { Side } from '../market-data.ts';
import { LevelHeap, nowhere } from './level-heap.ts';

/** A price that is waited for, of one coin. */
export type Trigger = {
  /** Its own, in the index. */
  readonly name: string;
  /** What it belongs to; all of a group can be replaced or taken out at once. */
  readonly group: string;
  /** Of a long cluster, which lies below: met by a falling price. Of a short one: by a rising price. */
  readonly side: Side;
  readonly priceUsd: number;
  /** Once met it waits until price has gone back as far as this: farther from the cluster than `priceUsd`. */
  readonly rearmUsd: number;
};

/** Where a trigger stands: `arming` counts its armings from 0 on. */
export type Arming = { readonly armed: boolean; readonly arming: number };

/** What a price did to a trigger. */
export type Crossing = {
  readonly trigger: Trigger;
  readonly what: 'fired' | 'rearmed';
  /** Of the arming that fired, or that begins. */
  readonly arming: number;
};

type Entry = {
  trigger: Trigger;
  armed: boolean;
  arming: number;
  /** For the heap: the price at which something happens to it next. */
  level: number;
  readonly name: string;
  slot: number;
};

/**
 * The triggers of one coin in the order in which price can meet them. An armed trigger fires once as price reaches it,
 * and is armed again as price leaves its outer band; each waits on one side of the price for its next event, so a tick
 * looks at the nearest on either side, whatever the number of triggers and of those who listen to them:
 * O(1 + k log n) for k events.
 */
export class TriggerIndex {
  readonly #below = new LevelHeap<Entry>('highest');
  readonly #above = new LevelHeap<Entry>('lowest');
  readonly #entries = new Map<string, Entry>();
  readonly #groups = new Map<string, Set<Entry>>();
  #priceUsd: number | undefined;

  get size(): number {
    return this.#entries.size;
  }

  /** The last price; undefined before the first. */
  get priceUsd(): number | undefined {
    return this.#priceUsd;
  }

  /**
   * Puts a trigger in, or in the place of the one with its name. That one's arming stays. A new one has the arming
   * given; otherwise it is armed unless price has reached it already: then price has to leave and come back. What is
   * armed though price is beyond it fires with the next tick.
   *
   * @throws RangeError if a price is not above 0, or the outer band ends inside
   */
  put(trigger: Trigger, arming?: Arming): void {
    requireLevels(trigger);
    const known = this.#entries.get(trigger.name);
    if (known) {
      this.#takeOut(known);
      this.#leaveGroup(known);
      known.trigger = trigger;
      this.#enter(known);
      return;
    }
    const isThere = this.#priceUsd !== undefined && hasReached(trigger, this.#priceUsd);
    const { armed, arming: count } = arming ?? { armed: !isThere, arming: 0 };
    this.#enter({ trigger, armed, arming: count, level: 0, name: trigger.name, slot: nowhere });
  }

  remove(name: string): void {
    const entry = this.#entries.get(name);
    if (!entry) return;
    this.#takeOut(entry);
    this.#leaveGroup(entry);
    this.#entries.delete(name);
  }

  /** Makes these the triggers of the group: others of it go, those that stay keep their arming. */
  replaceGroup(group: string, triggers: readonly Trigger[], arming?: (name: string) => Arming | undefined) {
    const names = new Set(triggers.map(({ name }) => name));
    for (const { name } of [...(this.#groups.get(group) ?? [])]) if (!names.has(name)) this.remove(name);
    for (const trigger of triggers) this.put(trigger, arming?.(trigger.name));
  }

  /**
   * Arms a trigger that has fired although price has not left: what it belongs to is somewhere else by now. It fires with
   * the next tick if price is there. Nothing happens to one that is armed, or unknown.
   */
  rearm(name: string): Arming | undefined {
    const entry = this.#entries.get(name);
    if (!entry || entry.armed) return undefined;
    this.#cross(entry);
    return { armed: true, arming: entry.arming };
  }

  /** Where a trigger stands; undefined if there is none of that name. */
  arming(name: string): Arming | undefined {
    const entry = this.#entries.get(name);
    return entry && { armed: entry.armed, arming: entry.arming };
  }

  /**
   * The price of a moment, and all that happens on the way to it from the price before, in the order in which price
   * meets it; at one level by name. Several prices of one moment have no order: the nearer extreme is visited first,
   * then the farther one, then their median.
   *
   * @throws RangeError if a price is not above 0
   */
  tick(...prices: readonly number[]): readonly Crossing[] {
    const wrong = prices.find((price) => !(price > 0 && price < Number.POSITIVE_INFINITY));
    if (wrong !== undefined) throw new RangeError(`a price must be above 0, got ${wrong}`);
    const [first] = prices;
    if (first === undefined) return [];
    if (prices.length === 1) return this.#moveTo(first);
    return this.#path(prices).flatMap((price) => this.#moveTo(price));
  }

  #path(prices: readonly number[]): readonly number[] {
    const sorted = prices.toSorted((a, b) => a - b);
    const low = sorted[0]!;
    const high = sorted.at(-1)!;
    const middle = sorted[(sorted.length - 1) >> 1]!;
    const from = this.#priceUsd ?? middle;
    return Math.abs(from - low) <= Math.abs(high - from) ? [low, high, middle] : [high, low, middle];
  }

  #moveTo(price: number): readonly Crossing[] {
    this.#priceUsd = price;
    let crossings: Crossing[] | undefined;
    // What is met on the way down waits above from then on, and the other way round: none is met twice.
    for (let next = this.#below.top; next && next.level >= price; next = this.#below.top) {
      crossings ??= [];
      crossings.push(this.#cross(next));
    }
    for (let next = this.#above.top; next && next.level <= price; next = this.#above.top) {
      crossings ??= [];
      crossings.push(this.#cross(next));
    }
    return crossings ?? none;
  }

  #cross(entry: Entry): Crossing {
    this.#takeOut(entry);
    entry.armed = !entry.armed;
    if (entry.armed) entry.arming++;
    this.#wait(entry);
    const { trigger, armed, arming } = entry;
    return { trigger, what: armed ? 'rearmed' : 'fired', arming };
  }

  #enter(entry: Entry): void {
    this.#entries.set(entry.name, entry);
    const { group } = entry.trigger;
    const others = this.#groups.get(group);
    if (others) others.add(entry);
    else this.#groups.set(group, new Set([entry]));
    this.#wait(entry);
  }

  #wait(entry: Entry): void {
    const { priceUsd, rearmUsd } = entry.trigger;
    entry.level = entry.armed ? priceUsd : rearmUsd;
    this.#heapOf(entry).add(entry);
  }

  #takeOut(entry: Entry): void {
    this.#heapOf(entry).remove(entry);
  }

  #leaveGroup(entry: Entry): void {
    const { group } = entry.trigger;
    const others = this.#groups.get(group);
    others?.delete(entry);
    if (others?.size === 0) this.#groups.delete(group);
  }

  /** A long's armed trigger waits below the price, and for its re-arming above; a short's the other way round. */
  #heapOf({ trigger, armed }: Entry): LevelHeap<Entry> {
    return (trigger.side === 'long') === armed ? this.#below : this.#above;
  }
}

const none: readonly Crossing[] = [];

function hasReached({ side, priceUsd }: Trigger, price: number): boolean {
  return side === 'long' ? price <= priceUsd : price >= priceUsd;
}

function requireLevels({ name, side, priceUsd, rearmUsd }: Trigger): void {
  const fits = side === 'long' ? rearmUsd > priceUsd : rearmUsd < priceUsd;
  if (priceUsd > 0 && rearmUsd > 0 && fits && rearmUsd < Number.POSITIVE_INFINITY) return;
  throw new RangeError(
    `trigger ${name}: ${priceUsd} with the outer band to ${rearmUsd} is none of a ${side}`,
  );
}
