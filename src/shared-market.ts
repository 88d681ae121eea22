import type { OrderBook, PricePoint } from './core/market-data.ts';
import type { Market, MarketSource } from './market/source.ts';

/** What the collector of a venue last heard, for every process that makes maps. Rejects when it cannot be asked. */
export interface MarketBoard {
  price(market: Market): Promise<PricePoint | undefined>;
  orderBook(market: Market): Promise<OrderBook | undefined>;
  /** Takes note soon; never fails. */
  notePrice(market: Market, price: PricePoint): void;
  noteOrderBook(market: Market, book: OrderBook): Promise<void>;
}

/** What is older is asked for anew. A collector that lives tells more often than that. */
const freshPriceMs = 5_000;
export const freshBookMs = 10_000;

/** The same venue, asked for prices and order books only where the board has no fresh ones. */
export function sharedMarket(
  source: MarketSource,
  board: MarketBoard,
  { nowMs, onTrouble }: { readonly nowMs: () => number; readonly onTrouble: (error: unknown) => void },
): MarketSource {
  const fresh = async <T extends { readonly timeMs: number }>(
    read: () => Promise<T | undefined>,
    limitMs: number,
  ): Promise<T | undefined> => {
    try {
      const known = await read();
      // From a clock ahead of ours it may come out negative.
      return known && Math.abs(nowMs() - known.timeMs) <= limitMs ? known : undefined;
    } catch (error) {
      onTrouble(error);
      return undefined;
    }
  };
  return {
    venue: source.venue,
    provenance: source.provenance,
    markets: () => source.markets(),
    candles: (market, query) => source.candles(market, query),
    openInterest: (market) => source.openInterest(market),
    openInterestHistory: (market, query) => source.openInterestHistory(market, query),
    funding: (market, range) => source.funding(market, range),
    marginRules: (market) => source.marginRules(market),
    liquidations: (market, range) => source.liquidations(market, range),
    close: () => source.close(),
    price: async (market) => (await fresh(() => board.price(market), freshPriceMs)) ?? source.price(market),
    orderBook: async (market) =>
      (await fresh(() => board.orderBook(market), freshBookMs)) ?? source.orderBook(market),
  };
}
