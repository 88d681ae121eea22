import type { Stress } from './core/cascade.ts';
import { depthOf } from './core/depth.ts';
import { fuelOf } from './core/fuel.ts';
import type { OrderBook } from './core/market-data.ts';
import { within } from './deadline.ts';
import type { FoldedPart } from './map-parts.ts';
import type { Market, MarketSource } from './market/source.ts';

/** Nobody waits longer for an order book: a map is whole without. */
const patienceMs = 10_000;
/** An older one is of another time than the map. */
const stalestMs = 2 * 60_000;

/** The order book of a market now; undefined where the venue has none, does not answer or tells an old one. */
export async function orderBookNow(
  source: MarketSource,
  market: Market,
  nowMs: number,
): Promise<OrderBook | undefined> {
  try {
    const book = await within(source.orderBook(market), patienceMs, 'no order book in time');
    return book && Math.abs(book.timeMs - nowMs) <= stalestMs ? book : undefined;
  } catch {
    return undefined;
  }
}

/** Fuel and depth of all markets of a map together; undefined where too few told their orders. */
export function stressOf(parts: readonly FoldedPart[]): Stress | undefined {
  const depth = depthOf(
    parts.map(({ history, venue, markUsd, openInterestUsd, orderBook }) => ({
      venue,
      contract: history.market.contract,
      markUsd,
      openInterestUsd,
      book: orderBook,
    })),
  );
  return depth && { fuel: fuelOf(parts), depth };
}
