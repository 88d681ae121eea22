import type { Candle } from '../../../../src/core/market-data.ts';
import {
  type Answer,
  candlesSoFar,
  dayOf,
  fundingTimes,
  gridTimes,
  ok,
  Refusal,
  type VenueRequest,
  type VenueView,
} from '../venue.ts';
import { decimal, decimalsOf, intervalMs, wholeNumber } from '../wire.ts';
import type { WorldMarket } from '../world.ts';

// What the two futures APIs of Binance share. Error codes and texts: developers.binance.com, "Error Codes" of
// USD-M and COIN-M futures, and ccxt 4.5.84 binance.js `exceptions`.

export const dayMs = 86_400_000;
/** `deliveryDate` of a contract that never expires. */
const never = 4_133_404_800_000;

export function refusal(code: number, msg: string, status = 400): Refusal {
  return new Refusal({ status, json: { code, msg } });
}

export function marketOf(request: VenueRequest, view: VenueView): WorldMarket {
  const symbol = request.query['symbol'];
  if (!symbol) {
    throw refusal(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
  }
  const market = view.find(symbol);
  if (market === undefined) throw refusal(-1121, 'Invalid symbol.');
  return market;
}

/** A limit within its bounds; over them the call is refused, not cut. */
export function limitOf(
  request: VenueRequest,
  bounds: { readonly default: number; readonly max: number },
): number {
  const limit = wholeNumber(request.query['limit']);
  if (limit === undefined) return bounds.default;
  if (limit >= 1 && limit <= bounds.max) return limit;
  throw refusal(-1130, "Data sent for parameter 'limit' is not valid.");
}

export function timesOf(request: VenueRequest): { startMs: number | undefined; endMs: number | undefined } {
  return { startMs: time(request, 'startTime'), endMs: time(request, 'endTime') };
}

function time(request: VenueRequest, name: string): number | undefined {
  const value = wholeNumber(request.query[name]);
  if (value === undefined || value >= 0) return value;
  throw refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}

/**
 * Klines, ascending. Of too wide a range USD-M gives the first rows from `startTime`, COIN-M the last before
 * `endTime` ("Between startTime and endTime, the most recent limit data from endTime will be returned";
 * without `startTime` it counts back from `endTime`, and a lone `startTime` reaches 200 days on): Kline
 * Candlestick Data of each API's documents.
 */
export function klines(
  request: VenueRequest,
  view: VenueView,
  options: { readonly price: 'last' | 'mark'; readonly from: 'start' | 'end' },
): { readonly market: WorldMarket; readonly stepMs: number; readonly candles: readonly Candle[] } {
  const market = marketOf(request, view);
  const stepMs = intervalMs[request.query['interval'] ?? ''];
  if (stepMs === undefined) throw refusal(-1120, 'Invalid interval.');
  const limit = limitOf(request, { default: 500, max: 1500 });
  const { startMs, endMs } = timesOf(request);
  const reachMs = startMs === undefined || options.from === 'start' ? view.nowMs : startMs + 200 * dayMs;
  const toMs = Math.min(endMs ?? reachMs, view.nowMs);
  const fromMs = Math.max(startMs ?? toMs - (limit + 1) * stepMs, market.listedMs);
  const fromStart = startMs !== undefined && options.from === 'start';
  const wide = fromStart ? { fromMs, toMs: Math.min(toMs, fromMs + (limit + 1) * stepMs) } : { fromMs, toMs };
  const candles = candlesSoFar(view, market, { price: options.price, stepMs, ...wide });
  return { market, stepMs, candles: fromStart ? candles.slice(0, limit) : candles.slice(-limit) };
}

/** Mark price klines have nothing in the places of volumes: ccxt 4.5.84 binance.js parseOHLCV. */
export function markKlines(request: VenueRequest, view: VenueView, from: 'start' | 'end'): Answer {
  const { market, stepMs, candles } = klines(request, view, { price: 'mark', from });
  return ok(
    candles.map((candle) => [
      ...kline(candle, market),
      '0',
      candle.openMs + stepMs - 1,
      '0',
      60,
      '0',
      '0',
      '0',
    ]),
  );
}

/** Open time and the four prices of the venue's quoted unit. */
export function kline(candle: Candle, market: WorldMarket): unknown[] {
  const { open, high, low, close } = candle;
  return [candle.openMs, ...[open, high, low, close].map((price) => decimal(price * market.multiplier))];
}

/**
 * Settled funding rates, ascending, with the few milliseconds by which the venue settles late.
 * Get Funding Rate History: 100 rows by default, 1000 at most; of too many, those from `startTime`.
 */
export function fundingRates(request: VenueRequest, view: VenueView): Answer {
  const market = marketOf(request, view);
  const limit = limitOf(request, { default: 100, max: 1000 });
  const { startMs, endMs } = timesOf(request);
  const times = fundingTimes(view, market, { fromMs: startMs ?? 0, toMs: endMs ?? view.nowMs });
  const rows = startMs === undefined ? times.slice(-limit) : times.slice(0, limit);
  return ok(
    rows.map((timeMs) => ({
      symbol: market.id,
      fundingTime: timeMs + (Math.floor(timeMs / 3_600_000) % 9),
      fundingRate: decimal(market.series.fundingRate(timeMs)),
      markPrice: decimal(market.series.price(timeMs).mark * market.multiplier),
    })),
  );
}

/** Mark Price / Index Price and Mark Price; dated contracts have empty rates. */
export function premiumIndex(market: WorldMarket, view: VenueView): Record<string, unknown> {
  const { mark, index } = market.series.price(view.nowMs);
  const next = nextFunding(market, view.nowMs);
  return {
    symbol: market.id,
    markPrice: decimal(mark * market.multiplier),
    indexPrice: decimal(index * market.multiplier),
    estimatedSettlePrice: decimal(index * market.multiplier),
    lastFundingRate: next === undefined ? '' : decimal(market.series.fundingRate(next)),
    interestRate: next === undefined ? '' : '0.00010000',
    nextFundingTime: next ?? 0,
    time: view.nowMs,
  };
}

export function nextFunding(market: WorldMarket, nowMs: number): number | undefined {
  const step = market.fundingIntervalMs;
  return step === undefined ? undefined : (Math.floor(nowMs / step) + 1) * step;
}

/** Times of `/futures/data/openInterestHist` that the request asks for: 30 days back and no further. */
export function openInterestTimes(
  request: VenueRequest,
  view: VenueView,
  market: WorldMarket,
): readonly number[] {
  const stepMs = intervalMs[request.query['period'] ?? ''];
  if (stepMs === undefined || stepMs < 300_000) throw refusal(-1130, "parameter 'period' is invalid.");
  const limit = limitOf(request, { default: 30, max: 500 });
  const { startMs, endMs } = timesOf(request);
  const earliestMs = view.nowMs - 30 * dayMs;
  // Measured: -1130 for any start beyond the wall, at every period.
  if (startMs !== undefined && startMs < earliestMs) {
    throw refusal(-1130, "parameter 'startTime' is invalid.");
  }
  const range = { fromMs: Math.max(startMs ?? 0, earliestMs), toMs: endMs ?? view.nowMs };
  return gridTimes(view, market, { stepMs, ...range }).slice(-limit);
}

/** 24hr Ticker Price Change Statistics, without the volumes, which each API counts in its own units. */
export function dayTicker(market: WorldMarket, view: VenueView): Record<string, unknown> {
  const day = dayOf(view, market);
  const { last } = market.series.price(view.nowMs);
  const price = (value: number) => decimal(value * market.multiplier);
  return {
    symbol: market.id,
    priceChange: price(last - day.open),
    priceChangePercent: decimal((last / day.open - 1) * 100),
    weightedAvgPrice: price((day.open + last) / 2),
    lastPrice: price(last),
    openPrice: price(day.open),
    highPrice: price(day.high),
    lowPrice: price(day.low),
    volume: decimal(day.volume / market.contractSize),
    openTime: view.nowMs - dayMs,
    closeTime: view.nowMs,
    firstId: 1,
    lastId: 2,
    count: 2,
  };
}

/** Levels from the best; the venue takes only certain depths (-4021). */
export function depth(request: VenueRequest, view: VenueView): Record<string, unknown> {
  const market = marketOf(request, view);
  const limit = wholeNumber(request.query['limit']) ?? 500;
  if (![5, 10, 20, 50, 100, 500, 1000].includes(limit)) {
    throw refusal(-4021, `${limit} is not valid depth limit.`);
  }
  const book = market.series.orderBook(view.nowMs);
  const levels = (side: typeof book.bids) =>
    side
      .slice(0, limit)
      .map(([price, size]) => [decimal(price * market.multiplier), decimal(size / market.contractSize)]);
  return {
    lastUpdateId: Math.floor(view.nowMs / 100),
    E: view.nowMs,
    T: view.nowMs,
    bids: levels(book.bids),
    asks: levels(book.asks),
  };
}

/** The part of a contract's entry in exchangeInfo that both APIs have. */
export function contractInfo(market: WorldMarket, view: VenueView): Record<string, unknown> {
  const tick = market.tickUsd * market.multiplier;
  const lot = market.lotSize / market.contractSize;
  const base = market.multiplier === 1 ? market.base : `${market.multiplier}${market.base}`;
  return {
    symbol: market.id,
    pair: `${base}${market.quote}`,
    contractType: market.kind === 'perpetual' ? 'PERPETUAL' : 'CURRENT_QUARTER',
    deliveryDate: market.expiryMs ?? (market.status === 'delisted' ? view.nowMs - 7 * dayMs : never),
    onboardDate: market.listedMs,
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: base,
    quoteAsset: market.quote,
    marginAsset: market.settle,
    pricePrecision: decimalsOf(tick),
    quantityPrecision: decimalsOf(lot),
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: decimal(tick), maxPrice: '4529764', tickSize: decimal(tick) },
      { filterType: 'LOT_SIZE', minQty: decimal(lot), maxQty: '10000000', stepSize: decimal(lot) },
      { filterType: 'MARKET_LOT_SIZE', minQty: decimal(lot), maxQty: '120000', stepSize: decimal(lot) },
      { filterType: 'MAX_NUM_ORDERS', limit: 200 },
      {
        filterType: 'PERCENT_PRICE',
        multiplierUp: '1.0500',
        multiplierDown: '0.9500',
        multiplierDecimal: '4',
      },
    ],
  };
}

/** Signed endpoints without a key. */
export function keyNeeded(): Answer {
  return { status: 401, json: { code: -2014, msg: 'API-key format invalid.' } };
}
