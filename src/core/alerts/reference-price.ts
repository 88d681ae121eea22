/** A mark price of one market of a coin. */
export type MarketPrice = {
  readonly venue: string;
  readonly market: string;
  readonly priceUsd: number;
  readonly timeMs: number;
};

/** A price that is older than this is not "now"; silent markets are asked for every 15 s. */
const freshMs = 45_000;
/** Of a market whose open interest nobody tells, USD. */
const leastWeight = 1;

/**
 * The price of a coin over its markets: their median, weighted by open interest as a map's price is, so that neither one
 * venue's wick nor a venue that stops moves it. The newest price of each market counts, in whatever order they come.
 */
export class ReferencePrice {
  readonly #latest = new Map<string, MarketPrice>();
  #weights: ReadonlyMap<string, number> = new Map();

  /** Open interest by market, USD. Markets without any count as little as can be. */
  weigh(
    weights: Iterable<{ readonly venue: string; readonly market: string; readonly openInterestUsd: number }>,
  ): void {
    this.#weights = new Map([...weights].map((each) => [nameOf(each), each.openInterestUsd]));
  }

  /** Takes a price unless a newer one of its market is known. */
  note(price: MarketPrice): void {
    const name = nameOf(price);
    const known = this.#latest.get(name);
    if (!known || price.timeMs >= known.timeMs) this.#latest.set(name, price);
  }

  /** When the newest price was of; undefined without any. */
  get timeMs(): number | undefined {
    let newest: number | undefined;
    for (const { timeMs } of this.#latest.values()) newest = Math.max(newest ?? timeMs, timeMs);
    return newest;
  }

  /** Undefined if no price is fresh. */
  at(nowMs: number): number | undefined {
    const fresh = [...this.#latest].filter(([, { timeMs }]) => nowMs - timeMs <= freshMs);
    const weighted = fresh
      .map(([name, { priceUsd }]) => ({ priceUsd, weight: this.#weights.get(name) || leastWeight }))
      .sort((a, b) => a.priceUsd - b.priceUsd);
    const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
    let below = 0;
    for (const { priceUsd, weight } of weighted) {
      below += weight;
      if (below >= total / 2) return priceUsd;
    }
    return undefined;
  }
}

function nameOf({ venue, market }: { readonly venue: string; readonly market: string }): string {
  return `${venue} ${market}`;
}
