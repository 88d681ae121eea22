import type { Market, MarketSource } from '../source.ts';
import type { MarketStreams, PriceUpdate, StreamHandle, StreamStatus } from '../streams.ts';

const everyMs = 500;

/** What a simulated venue pushes: its prices, as of the moment at which they are told. */
export function simulatedStreams(source: MarketSource, nowMs: () => number): MarketStreams {
  const handles = new Set<StreamHandle>();
  return {
    venue: source.venue,
    watchPrices(markets, onPrice) {
      const handle = new PriceHandle({ source, nowMs, onPrice });
      handle.watch(markets);
      handles.add(handle);
      return handle;
    },
    // They are in the history that the source tells.
    watchLiquidations: () => undefined,
    close: async () => void (await Promise.all([...handles].map((handle) => handle.close()))),
  };
}

class PriceHandle implements StreamHandle {
  readonly #onPrice: (update: PriceUpdate) => void;
  readonly #source: MarketSource;
  readonly #nowMs: () => number;
  readonly #timer: NodeJS.Timeout;
  #markets: readonly Market[] = [];
  #toldMs: number | undefined;
  #isClosed = false;

  constructor(given: {
    readonly source: MarketSource;
    readonly nowMs: () => number;
    readonly onPrice: (update: PriceUpdate) => void;
  }) {
    this.#source = given.source;
    this.#nowMs = given.nowMs;
    this.#onPrice = given.onPrice;
    this.#timer = setInterval(() => void this.#tell(), everyMs);
  }

  watch(markets: readonly Market[]): void {
    this.#markets = markets;
  }

  status(): StreamStatus {
    const state = this.#isClosed ? 'closed' : this.#markets.length === 0 ? 'idle' : 'live';
    const lastEventAgeMs = this.#toldMs === undefined ? {} : { lastEventAgeMs: this.#nowMs() - this.#toldMs };
    return { state, markets: this.#markets.length, lost: 0, refused: 0, ...lastEventAgeMs };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  async #tell(): Promise<void> {
    for (const market of this.#markets) {
      const price = await this.#source.price(market);
      if (this.#isClosed) return;
      if (price === undefined) continue;
      this.#toldMs = this.#nowMs();
      this.#onPrice({ market, price: { ...price, timeMs: this.#toldMs }, from: 'stream' });
    }
  }
}
