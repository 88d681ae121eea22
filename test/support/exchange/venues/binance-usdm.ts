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
  refusal,
} from './binance-common.ts';

/**
 * `fapi.binance.com`: sizes in units of the quoted price (1000 PEPE for 1000PEPE), open interest of one side.
 * Shapes: developers.binance.com, USD-M Futures market data endpoints, as ccxt 4.5.84 binance.js quotes them.
 */
export const binanceUsdm: Venue = (request, view) => {
  switch (`${request.method} ${request.path}`) {
    case 'GET /fapi/v1/exchangeInfo':
      return ok(exchangeInfo(view));
    case 'GET /fapi/v1/klines':
      return lastKlines(request, view);
    case 'GET /fapi/v1/markPriceKlines':
      return markKlines(request, view, 'start');
    case 'GET /fapi/v1/openInterest':
      return openInterest(request, view);
    case 'GET /futures/data/openInterestHist':
      return openInterestHist(request, view);
    case 'GET /fapi/v1/fundingRate':
      return fundingRates(request, view);
    case 'GET /fapi/v1/fundingInfo':
      return ok(fundingInfo(view));
    case 'GET /fapi/v1/premiumIndex':
      return premium(request, view);
    case 'GET /fapi/v1/ticker/24hr':
      return ticker(request, view);
    case 'GET /fapi/v1/depth':
      return ok(depth(request, view));
    case 'GET /fapi/v1/leverageBracket':
      return keyNeeded();
    default:
      return undefined;
  }
};

/** All contracts whatever `symbol` asks (measured by others: 909 came back for any filter). */
function exchangeInfo(view: VenueView): unknown {
  return {
    timezone: 'UTC',
    serverTime: view.nowMs,
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 },
      { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1200 },
    ],
    exchangeFilters: [],
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
    symbols: view.markets.map((market) => ({
      ...contractInfo(market, view),
      status: market.status === 'trading' ? 'TRADING' : 'SETTLING',
      settlePlan: 0,
    })),
  };
}

/** [open time, open, high, low, close, base volume, close time, quote volume, trades, taker base, taker quote, ignore] */
function lastKlines(request: VenueRequest, view: VenueView): Answer {
  const { market, stepMs, candles } = klines(request, view, { price: 'last', from: 'start' });
  return ok(
    candles.map((candle) => {
      const volume = candle.volume / market.contractSize;
      const quote = candle.volume * ((candle.open + candle.close) / 2);
      const closeMs = candle.openMs + stepMs - 1;
      const taker = [decimal(volume / 2), decimal(quote / 2), '0'];
      return [...kline(candle, market), decimal(volume), closeMs, decimal(quote), 1000, ...taker];
    }),
  );
}

function openInterest(request: VenueRequest, view: VenueView): Answer {
  const market = marketOf(request, view);
  const size = market.series.openInterest(view.nowMs) / market.contractSize;
  return ok({ symbol: market.id, openInterest: decimal(size), time: view.nowMs });
}

/** An unknown symbol is an invalid parameter here, not -1121. */
function openInterestHist(request: VenueRequest, view: VenueView): Answer {
  const market = view.find(request.query['symbol'] ?? '');
  if (market === undefined) throw refusal(-1130, "parameter 'symbol' is invalid.");
  return ok(
    openInterestTimes(request, view, market).map((timeMs) => {
      const size = market.series.openInterest(timeMs);
      return {
        symbol: market.id,
        sumOpenInterest: decimal(size / market.contractSize),
        sumOpenInterestValue: decimal(size * market.series.price(timeMs).mark),
        CMCCirculatingSupply: '0',
        timestamp: timeMs,
      };
    }),
  );
}

/** Only the symbols whose interval is not the usual 8 hours are in it. */
function fundingInfo(view: VenueView): unknown {
  return view.markets
    .filter((market) => market.fundingIntervalMs !== undefined && market.fundingIntervalMs !== 28_800_000)
    .map((market) => ({
      symbol: market.id,
      adjustedFundingRateCap: '0.02000000',
      adjustedFundingRateFloor: '-0.02000000',
      fundingIntervalHours: (market.fundingIntervalMs ?? 0) / 3_600_000,
      disclaimer: false,
    }));
}

/** One object for a symbol, a list without. */
function premium(request: VenueRequest, view: VenueView): Answer {
  if (request.query['symbol'] === undefined) {
    return ok(view.markets.map((market) => premiumIndex(market, view)));
  }
  return ok(premiumIndex(marketOf(request, view), view));
}

function ticker(request: VenueRequest, view: VenueView): Answer {
  if (request.query['symbol'] === undefined) {
    return ok(view.markets.map((market) => usdTicker(market, view)));
  }
  return ok(usdTicker(marketOf(request, view), view));
}

function usdTicker(market: WorldMarket, view: VenueView): unknown {
  const { last } = market.series.price(view.nowMs);
  const quoteVolume = decimal(dayOf(view, market).volume * last);
  return { ...dayTicker(market, view), lastQty: '0.001', quoteVolume };
}
