import { Audience, type AudienceRule } from '../core/alerts/audience.ts';
import type { Subscriptions } from '../store/subscriptions.ts';
import { type AlertSettings, type AlertSubscription, loudnessOf } from './settings.ts';

/** Clocks of the processes that write subscriptions differ by seconds. */
const overlapMs = 60_000;

/** Everybody who is subscribed, by coin. What is removed from the store stays until `load`; the ledger refuses it. */
export class AlertSubscribers {
  readonly #store: Pick<Subscriptions<AlertSettings>, 'list' | 'changedSince'>;
  readonly #known = new Map<string, AlertSubscription>();
  readonly #audiences = new Map<string, Audience>();
  readonly #withDigest = new Set<string>();
  /** Of one destination there is often more than one. */
  readonly #byDestination = new Map<string, Set<string>>();
  #changedMs = 0;

  constructor(store: Pick<Subscriptions<AlertSettings>, 'list' | 'changedSince'>) {
    this.#store = store;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Coins that anybody listens to. */
  get symbols(): readonly string[] {
    return [...this.#audiences].flatMap(([symbol, { size }]) => (size > 0 ? [symbol] : []));
  }

  get withDigest(): Iterable<AlertSubscription> {
    return [...this.#withDigest].flatMap((id) => this.#known.get(id) ?? []);
  }

  /** Reads all that are active. */
  async load(): Promise<void> {
    const all = await this.#store.list({ state: 'active' });
    const ids = new Set(all.map(({ id }) => id));
    for (const id of [...this.#known.keys()]) if (!ids.has(id)) this.#remove(id);
    for (const subscription of all) this.#take(subscription);
  }

  /** Reads those that have changed since the last time. */
  async refresh(): Promise<void> {
    for (const subscription of await this.#store.changedSince(this.#changedMs - overlapMs))
      this.#take(subscription);
  }

  find(id: string): AlertSubscription | undefined {
    return this.#known.get(id);
  }

  /** Who listens to a coin; the same object for good. */
  audience(symbol: string): Audience {
    const known = this.#audiences.get(symbol);
    if (known) return known;
    const audience = new Audience();
    this.#audiences.set(symbol, audience);
    return audience;
  }

  /** All subscriptions of the destination of one. */
  sharing(subscription: AlertSubscription): readonly string[] {
    return [...(this.#byDestination.get(destinationOf(subscription)) ?? [])];
  }

  #take(subscription: AlertSubscription): void {
    const { id, settings, state, updatedMs } = subscription;
    this.#changedMs = Math.max(this.#changedMs, updatedMs);
    const before = this.#known.get(id);
    if (before && before.updatedMs > updatedMs) return;
    this.#remove(id);
    if (state !== 'active') return;
    this.#known.set(id, subscription);
    const rule = ruleOf(settings);
    for (const symbol of settings.symbols) this.audience(symbol).put(id, rule);
    if (loudnessOf(settings, 'digest') !== 'off' && settings.digestAt?.length) this.#withDigest.add(id);
    const destination = destinationOf(subscription);
    const others = this.#byDestination.get(destination);
    if (others) others.add(id);
    else this.#byDestination.set(destination, new Set([id]));
  }

  #remove(id: string): void {
    const known = this.#known.get(id);
    if (!known) return;
    this.#known.delete(id);
    this.#withDigest.delete(id);
    for (const symbol of known.settings.symbols) this.#audiences.get(symbol)?.remove(id);
    const destination = destinationOf(known);
    const others = this.#byDestination.get(destination);
    others?.delete(id);
    if (others?.size === 0) this.#byDestination.delete(destination);
  }
}

/** One text for one place that messages go to. */
export function destinationOf({ platform, chatId, threadId }: AlertSubscription): string {
  return JSON.stringify([platform, chatId, threadId ?? null]);
}

function ruleOf(settings: AlertSettings): AudienceRule {
  const { side, minUsd, minShareOfOi, minPercentile, distancePct, distanceAtr, clusterId } = settings;
  return {
    side,
    ...(minUsd !== undefined && { minUsd }),
    ...(minShareOfOi !== undefined && { minShareOfOi }),
    ...(minPercentile !== undefined && { minPercentile }),
    ...(distancePct !== undefined && { distancePct }),
    ...(distanceAtr !== undefined && { distanceAtr }),
    ...(clusterId !== undefined && { clusterId }),
  };
}
