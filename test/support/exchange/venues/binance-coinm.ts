import { type Answer, dayOf, ok, type Venue, type VenueRequest, type VenueView } from '../venue.ts';
import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import {
  contractInfo,
  dayTicker,
  depth,
  fundingRates,
  keyNeeded,
  kline,
  klines,
  marketOf,
  markKlines,
  openInterestTimes,
  premiumIndex,
} from './binance-common.ts';

/**
 * `dapi.binance.com`: sizes in contracts of 100 or 10 USD, the value of open interest in coins, answers for
 * one symbol as lists of one. Shapes: developers.binance.com, COIN-M Futures market data endpoints; the unit
 * of the value: gocryptotrader's recorded openInterestHist (284,391 contracts and 2,451.46 BTC).
 */
export const binanceCoinm: Venue = (request, view) => {
  switch (`${request.method} ${request.path}`) {
    case 'GET /dapi/v1/exchangeInfo':
      return ok(exchangeInfo(view));
    case 'GET /dapi/v1/klines':
      return lastKlines(request, view);
    case 'GET /dapi/v1/markPriceKlines':
      return markKlines(request, view, 'end');
    case 'GET /dapi/v1/openInterest':
      return openInterest(request, view);
    case 'GET /futures/data/openInterestHist':
      return openInterestHist(request, view);
    case 'GET /dapi/v1/fundingRate':
      return fundingRates(request, view);
    case 'GET /dapi/v1/premiumIndex':
      return premium(request, view);
    case 'GET /dapi/v1/ticker/24hr':
      return ok(asked(request, view).map((market) => coinTicker(market, view)));
    case 'GET /dapi/v1/depth':
      return depthOf(request, view);
    case 'GET /dapi/v1/leverageBracket':
    case 'GET /dapi/v2/leverageBracket':
      return keyNeeded();
    default:
      return undefined;
  }
};

function exchangeInfo(view: VenueView): unknown {
  return {
    timezone: 'UTC',
    serverTime: view.nowMs,
    rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 }],
    exchangeFilters: [],
    symbols: view.markets.map((market) => ({
      ...contractInfo(market, view),
      contractStatus: market.status === 'trading' ? 'TRADING' : 'SETTLING',
      contractSize: market.contractSize,
      equalQtyPrecision: 4,
      maxMoveOrderLimit: 10_000,
    })),
  };
}

/** Volume in contracts in the sixth place, in coins in the eighth. */
function lastKlines(request: VenueRequest, view: VenueView): Answer {
  const { market, stepMs, candles } = klines(request, view, { price: 'last', from: 'end' });
  return ok(
    candles.map((candle) => {
      const contracts = candle.volume / market.contractSize;
      const coins = candle.volume / ((candle.open + candle.close) / 2);
      const closeMs = candle.openMs + stepMs - 1;
      const taker = [decimal(Math.floor(contracts / 2)), decimal(coins / 2), '0'];
      return [...kline(candle, market), decimal(contracts), closeMs, decimal(coins), 1000, ...taker];
    }),
  );
}

function openInterest(request: VenueRequest, view: VenueView): Answer {
  const market = marketOf(request, view);
  return ok({
    symbol: market.id,
    pair: pairOf(market),
    openInterest: decimal(market.series.openInterest(view.nowMs) / market.contractSize),
    contractType: typeOf(market),
    time: view.nowMs,
  });
}

/** Asked by pair and contract type; nothing is known of a pair such as `ETHUSD_PERP`. */
function openInterestHist(request: VenueRequest, view: VenueView): Answer {
  const { pair, contractType } = request.query;
  const ofPair = view.markets.filter((market) => pairOf(market) === pair);
  const found = ofPair.find((market) => contractType === 'ALL' || typeOf(market) === contractType);
  // Through `find`, so that a fault of data can put another market in its place.
  const market = found && view.find(found.id);
  if (market === undefined) return ok([]);
  return ok(
    openInterestTimes(request, view, market).map((timeMs) => {
      const size = market.series.openInterest(timeMs);
      return {
        pair: pairOf(market),
        contractType: typeOf(market),
        sumOpenInterest: decimal(size / market.contractSize),
        sumOpenInterestValue: decimal(size / market.series.price(timeMs).mark),
        timestamp: timeMs,
      };
    }),
  );
}

function premium(request: VenueRequest, view: VenueView): Answer {
  return ok(asked(request, view).map((market) => ({ ...premiumIndex(market, view), pair: pairOf(market) })));
}

function depthOf(request: VenueRequest, view: VenueView): Answer {
  const market = marketOf(request, view);
  return ok({ ...depth(request, view), symbol: market.id, pair: pairOf(market) });
}

function asked(request: VenueRequest, view: VenueView): readonly WorldMarket[] {
  return request.query['symbol'] === undefined ? view.markets : [marketOf(request, view)];
}

function coinTicker(market: WorldMarket, view: VenueView): unknown {
  const { last } = market.series.price(view.nowMs);
  const baseVolume = decimal(dayOf(view, market).volume / last);
  return { ...dayTicker(market, view), pair: pairOf(market), lastQty: '1', baseVolume };
}

function pairOf(market: WorldMarket): string {
  return `${market.base}${market.quote}`;
}

function typeOf(market: WorldMarket): string {
  return market.kind === 'perpetual' ? 'PERPETUAL' : 'CURRENT_QUARTER';
}
