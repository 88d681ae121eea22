import type { PricePoint } from './core/market-data.ts';
import type { Clock } from './market/clock.ts';
import type { Market } from './market/source.ts';
import type { MarketStreams, PriceUpdate, StreamHandle, StreamStatus } from './market/streams.ts';

/** What is known of a market's price now. */
export type LivePrice = {
  readonly price: PricePoint;
  readonly from: PriceUpdate['from'];
  /** Since the venue's own time of the price; what is in doubt is counted as age. */
  readonly ageMs: number;
  /** Older than the venue's limit: not to be shown as now, nor to fire anything. */
  readonly stale: boolean;
};

/** A price that came in fresh. */
export type Tick = PriceUpdate & { readonly ageMs: number };

export type LivePricesOptions = {
  readonly streams: readonly MarketStreams[];
  readonly clock: Clock;
  /** How old a venue's price may be; 45 s if absent. Silent markets are asked for every 15 s at best. */
  readonly staleAfterMs?: (venue: string) => number;
  /** Told what a listener threw; the others hear the tick all the same. */
  readonly onListenerError: (error: unknown) => void;
};

export type LiveVenueStatus = StreamStatus & {
  readonly venue: string;
  /** Markets without a price that is fresh. */
  readonly withoutPrice: number;
  /** Prices that leapt and were held back for the message after them to confirm. */
  readonly wild: number;
};

const defaultStaleAfterMs = 45_000;

/** Beyond this factor from the price before, a single message is not believed. */
const leap = 1.2;

/** Within this factor of a leap, the next message confirms it. */
const nearby = 1.1;

/** A price as it came, with our clocks of that moment. */
type Kept = {
  readonly update: PriceUpdate;
  readonly steadyMs: number;
  readonly wallMs: number;
  readonly lagMs: number;
};

/** The latest price of every watched market, over all venues, with its age; tells of every fresh one. */
export class LivePrices {
  readonly #options: LivePricesOptions;
  readonly #handles = new Map<string, StreamHandle>();
  readonly #prices = new Map<string, Kept>();
  readonly #held = new Map<string, PriceUpdate>();
  readonly #wild = new Map<string, number>();
  readonly #listeners = new Set<(tick: Tick) => void>();
  #watched: ReadonlyMap<string, Market> = new Map();

  constructor(options: LivePricesOptions) {
    this.#options = options;
  }

  /**
   * Replaces the list of watched markets; prices of others are forgotten.
   *
   * @throws RangeError for a market of a venue that has no streams here
   */
  watch(markets: readonly Market[]): void {
    const { streams } = this.#options;
    const stranger = markets.find(({ venue }) => !streams.some((each) => each.venue === venue));
    if (stranger) throw new RangeError(`no streams of ${JSON.stringify(stranger.venue)} are open here`);
    this.#watched = new Map(markets.map((market) => [nameOf(market), market]));
    for (const kept of [this.#prices, this.#held]) {
      for (const name of kept.keys()) if (!this.#watched.has(name)) kept.delete(name);
    }
    for (const each of streams) {
      const list = markets.filter(({ venue }) => venue === each.venue);
      const handle = this.#handles.get(each.venue);
      if (handle) handle.watch(list);
      else if (list.length > 0) {
        this.#handles.set(
          each.venue,
          each.watchPrices(list, (update) => this.#hear(update)),
        );
      }
    }
  }

  /** The latest price that was believed; undefined before the first. */
  current(market: Market): LivePrice | undefined {
    const kept = this.#prices.get(nameOf(market));
    if (!kept) return undefined;
    const ageMs = this.#ageMs(kept);
    const { price, from } = kept.update;
    return { price, from, ageMs, stale: ageMs > this.#limitMs(market) };
  }

  /** Calls for every fresh price of a watched market, in the order of arrival; never for a stale one. */
  onTick(listener: (tick: Tick) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** One entry for each venue that was ever watched. */
  status(): readonly LiveVenueStatus[] {
    return [...this.#handles].map(([venue, handle]) => ({
      ...handle.status(),
      venue,
      withoutPrice: [...this.#watched.values()].filter(
        (market) => market.venue === venue && (this.current(market)?.stale ?? true),
      ).length,
      wild: this.#wild.get(venue) ?? 0,
    }));
  }

  /** Ends the subscriptions; nothing is told any more. Prices stay, and grow old. */
  async close(): Promise<void> {
    this.#listeners.clear();
    await Promise.all([...this.#handles.values()].map((handle) => handle.close()));
  }

  #hear(update: PriceUpdate): void {
    const name = nameOf(update.market);
    if (!this.#watched.has(name)) return;
    const before = this.current(update.market);
    if (before && !before.stale) {
      // An answer that was overtaken by what the venue pushed meanwhile. (Pushes come in order, but some bear our own
      // time, which may be set back.)
      if (update.from === 'poll' && update.price.timeMs < before.price.timeMs) return;
      if (!this.#isBelievable(name, update, before.price)) return;
    }
    this.#held.delete(name);
    const kept = this.#keep(name, update);
    const ageMs = this.#ageMs(kept);
    if (ageMs <= this.#limitMs(update.market)) this.#tell({ ...update, ageMs });
  }

  /** A leap has to be confirmed by the message after it: one garbled price must not fire alerts. */
  #isBelievable(name: string, update: PriceUpdate, before: PricePoint): boolean {
    if (factorBetween(update.price, before) <= leap) return true;
    const held = this.#held.get(name);
    if (held && factorBetween(update.price, held.price) <= nearby) return true;
    this.#held.set(name, update);
    const { venue } = update.market;
    this.#wild.set(venue, (this.#wild.get(venue) ?? 0) + 1);
    return false;
  }

  #keep(name: string, update: PriceUpdate): Kept {
    const { clock } = this.#options;
    const wallMs = clock.nowMs();
    const lagMs = Math.max(0, wallMs - update.price.timeMs);
    const kept = { update, steadyMs: clock.steadyMs(), wallMs, lagMs };
    this.#prices.set(name, kept);
    return kept;
  }

  /**
   * The steady clock may stand while the machine sleeps, and the wall clock may be set: the greater of both is the age,
   * so that a jump can make a price old until the next one comes, but never young.
   */
  #ageMs({ steadyMs, wallMs, lagMs }: Kept): number {
    const { clock } = this.#options;
    return lagMs + Math.max(clock.steadyMs() - steadyMs, clock.nowMs() - wallMs);
  }

  #limitMs({ venue }: Market): number {
    return this.#options.staleAfterMs?.(venue) ?? defaultStaleAfterMs;
  }

  #tell(tick: Tick): void {
    for (const listener of this.#listeners) {
      try {
        listener(tick);
      } catch (error) {
        this.#options.onListenerError(error);
      }
    }
  }
}

function nameOf({ venue, symbol }: Market): string {
  return `${venue} ${symbol}`;
}

function factorBetween(a: PricePoint, b: PricePoint): number {
  return Math.max(a.mark / b.mark, b.mark / a.mark);
}
