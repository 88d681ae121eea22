import type { OrderBook } from '../../core/market-data.ts';
import { type Market, type MarketSource, timeframeMs } from '../source.ts';
import { type Exchange, halfSpread } from './exchange.ts';
import type { History } from './history.ts';
import type { MarketSpec, VenueSpec } from './specs.ts';

/** Finest step of open interest that the simulated venues keep, as the real ones do. */
const openInterestStepMs = 300_000;
/** Distances of the levels of an order book, as logs: from half the spread to a tenth of the price. */
const bookDistances = Array.from({ length: 41 }, (_, i) => halfSpread * (0.1 / halfSpread) ** (i / 40));

export type Listing = { readonly spec: MarketSpec; readonly history: History };

/** One simulated venue behind the port of all venues. Knows the past since the histories began. */
export function simulatedSource(
  venue: VenueSpec,
  listings: readonly Listing[],
  exchange: Exchange,
): MarketSource {
  const markets = listings.map(({ spec }) => marketOf(spec));
  const listingOf = (market: Market): Listing => {
    const listing = listings[markets.findIndex(({ symbol }) => symbol === market.symbol)];
    if (listing === undefined) throw new RangeError(`${venue.name} does not list ${market.symbol}`);
    return listing;
  };
  return {
    venue: venue.name,
    provenance: 'simulated',
    markets: async () => markets,
    candles: async (market, { price, timeframe, fromMs, toMs }) =>
      listingOf(market).history.candles(price, timeframeMs[timeframe], fromMs, toMs),
    openInterest: async (market) => {
      const { spec } = listingOf(market);
      return { timeMs: exchange.nowMs, size: exchange.longLots[spec.index]! * spec.lot };
    },
    openInterestHistory: async (market, { fromMs, toMs }) =>
      listingOf(market).history.openInterestPoints(openInterestStepMs, fromMs, toMs),
    funding: async (market, { fromMs, toMs }) =>
      listingOf(market).history.funding.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs),
    marginRules: async (market) => listingOf(market).spec.rules,
    price: async (market) => {
      const { index, coinIndex } = listingOf(market).spec;
      return { timeMs: exchange.nowMs, mark: exchange.mark[coinIndex]!, last: exchange.last[index]! };
    },
    orderBook: async (market) => orderBookOf(exchange, listingOf(market).spec),
    liquidations: async (market, { fromMs, toMs }) =>
      listingOf(market).history.liquidations.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs),
    close: async () => undefined,
  };
}

function marketOf({ coin, venue, rules }: MarketSpec): Market {
  const linear = venue.contract === 'linear';
  const quote = linear ? 'USDT' : 'USD';
  const settle = linear ? 'USDT' : coin.name;
  return {
    venue: venue.name,
    symbol: `${coin.name}/${quote}:${settle}`,
    base: coin.name,
    quote,
    settle,
    contract: venue.contract,
    multiplier: 1,
    kind: 'perpetual',
    maxLeverage: Math.max(...rules.tiers.map((tier) => tier.maxLeverage)),
  };
}

/** The venue's share of the depth that forced orders meet. */
function orderBookOf(exchange: Exchange, spec: MarketSpec): OrderBook {
  return {
    timeMs: exchange.nowMs,
    bids: bookSide(exchange, spec, -1),
    asks: bookSide(exchange, spec, 1),
  };
}

function bookSide(exchange: Exchange, spec: MarketSpec, sign: 1 | -1): [price: number, size: number][] {
  const last = exchange.last[spec.index]!;
  let before = 0;
  return bookDistances.map((distance) => {
    const usd = spec.venue.share * exchange.depthToUsd(spec.coinIndex, sign * distance);
    const price = last * Math.exp(sign * distance);
    const size = (usd - before) / (spec.direction === 1 ? price : 1);
    before = usd;
    return [price, size];
  });
}
