import type { Candle } from '../../../../src/core/market-data.ts';
import {
  type Answer,
  candlesSoFar,
  fundingTimes,
  gridTimes,
  ok,
  Refusal,
  type Venue,
  type VenueRequest,
  type VenueView,
} from '../venue.ts';
import { decimal, intervalMs, wholeNumber } from '../wire.ts';
import { floorTo, type WorldMarket } from '../world.ts';
import { bybitInstrument, bybitSize, bybitSpot, bybitTicker } from './bybit-contracts.ts';

/**
 * `api.bybit.com` v5: everything newest first, open interest of BOTH sides with the one-sided number beside
 * it, inverse sizes in USD. Shapes: bybit-exchange/docs docs/v5/market/*.mdx, as ccxt 4.5.84 bybit.js quotes
 * them; `singleOpenInterest` since the changelog of 2026-06-11.
 */
export const bybit: Venue = (request, view) => {
  if (request.method !== 'GET') return undefined;
  const result = results[request.path]?.(request, view);
  return result && envelope(result, view);
};

type Result = Readonly<Record<string, unknown>>;

const results: Readonly<Record<string, (request: VenueRequest, view: VenueView) => Result>> = {
  '/v5/market/instruments-info': instruments,
  '/v5/market/kline': kline,
  '/v5/market/mark-price-kline': markKline,
  '/v5/market/open-interest': openInterest,
  '/v5/market/funding/history': fundingHistory,
  '/v5/market/tickers': tickers,
  '/v5/market/orderbook': orderBook,
  '/v5/market/risk-limit': riskLimit,
};

function envelope(result: Result, view: VenueView): Answer {
  return ok({ retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: view.nowMs });
}

/** Refusals come with status 200: docs/v5/error.mdx, 10001 "Request parameter error". */
function refusal(retMsg: string, view: VenueView, result: Result = {}): Refusal {
  return new Refusal(ok({ retCode: 10001, retMsg, result, retExtInfo: {}, time: view.nowMs }));
}

function categoryOf(market: WorldMarket): 'linear' | 'inverse' {
  return market.contract;
}

function ofCategory(request: VenueRequest, view: VenueView): readonly WorldMarket[] {
  const { category } = request.query;
  if (category === 'linear' || category === 'inverse') {
    return view.markets.filter((market) => categoryOf(market) === category);
  }
  if (category === 'spot' || category === 'option') return [];
  throw refusal('params error: category invalid', view);
}

/** The words differ by endpoint; the code does not. Measured 2026-09-25 on instruments-info of both categories. */
function marketOf(request: VenueRequest, view: VenueView): WorldMarket {
  const markets = ofCategory(request, view);
  const asked = markets.find((market) => market.id === request.query['symbol']);
  const market = asked && view.find(asked.id);
  if (market !== undefined) return market;
  throw refusal('params error: symbol invalid', view, { category: '', list: [], nextPageCursor: '' });
}

function limitOf(
  request: VenueRequest,
  view: VenueView,
  bounds: { readonly default: number; readonly max: number },
): number {
  const limit = wholeNumber(request.query['limit']);
  if (limit === undefined) return bounds.default;
  if (limit >= 1 && limit <= bounds.max) return limit;
  throw refusal('params error: limit invalid', view);
}

/** instrument.mdx; the page of options has no contract of this world, the page of spot one pair. */
function instruments(request: VenueRequest, view: VenueView): Result {
  const { category, symbol, status } = request.query;
  if (category === 'spot') return { category, list: [bybitSpot] };
  const named = symbol === undefined ? ofCategory(request, view) : [marketOf(request, view)];
  const listed = status === 'PreLaunch' ? [] : named.filter((market) => market.status === 'trading');
  return { category, list: listed.map(bybitInstrument), nextPageCursor: '' };
}

const klineIntervals: Readonly<Record<string, number | undefined>> = {
  '1': intervalMs['1m'],
  '3': intervalMs['3m'],
  '5': intervalMs['5m'],
  '15': intervalMs['15m'],
  '30': intervalMs['30m'],
  '60': intervalMs['1h'],
  '120': intervalMs['2h'],
  '240': intervalMs['4h'],
  '360': intervalMs['6h'],
  '720': intervalMs['12h'],
  D: intervalMs['1d'],
};

/** kline.mdx: volume in base units or, inverse, USD; turnover in quote or, inverse, coins. */
function kline(request: VenueRequest, view: VenueView): Result {
  const { market, candles } = candlesOf(request, view, 'last');
  return list(request, market, candles, (candle) => {
    const middle = (candle.open + candle.close) / 2;
    const turnover = market.contract === 'linear' ? candle.volume * middle : candle.volume / middle;
    return [decimal(bybitSize(candle.volume, market)), decimal(turnover)];
  });
}

/** mark-kline.mdx: five places, no volume. */
function markKline(request: VenueRequest, view: VenueView): Result {
  const { market, candles } = candlesOf(request, view, 'mark');
  return list(request, market, candles, () => []);
}

function list(
  request: VenueRequest,
  market: WorldMarket,
  candles: readonly Candle[],
  more: (candle: Candle) => readonly string[],
): Result {
  const rows = candles.map((candle) => {
    const prices = [candle.open, candle.high, candle.low, candle.close];
    const texts = prices.map((price) => decimal(price * market.multiplier));
    return [String(candle.openMs), ...texts, ...more(candle)];
  });
  return { symbol: market.id, category: request.query['category'], list: rows.reverse() };
}

/**
 * At most 1000, 200 by default. A lone `start` counts on from the candle that contains it (ccxt issue 26736);
 * of too wide a range the newest are given.
 */
function candlesOf(request: VenueRequest, view: VenueView, price: 'last' | 'mark') {
  const market = marketOf(request, view);
  const stepMs = klineIntervals[request.query['interval'] ?? ''];
  if (stepMs === undefined) throw refusal('params error: interval invalid', view);
  const limit = limitOf(request, view, { default: 200, max: 1000 });
  const start = wholeNumber(request.query['start']);
  const end = wholeNumber(request.query['end']);
  const toMs = Math.min(end ?? view.nowMs, view.nowMs);
  const fromMs = Math.max(floorTo(start ?? toMs - limit * stepMs, stepMs), market.listedMs);
  const wanted = end === undefined && start !== undefined ? Math.min(toMs, fromMs + limit * stepMs) : toMs;
  const candles = candlesSoFar(view, market, { price, stepMs, fromMs, toMs: wanted });
  return {
    market,
    candles: end === undefined && start !== undefined ? candles.slice(0, limit) : candles.slice(-limit),
  };
}

const openInterestIntervals: Readonly<Record<string, number | undefined>> = {
  '5min': intervalMs['5m'],
  '15min': intervalMs['15m'],
  '30min': intervalMs['30m'],
  '1h': intervalMs['1h'],
  '4h': intervalMs['4h'],
  '1d': intervalMs['1d'],
};

/**
 * open-interest.mdx: back to the launch, 50 rows by default, 200 at most, walking back from `endTime`; a lone
 * `startTime` is ignored (ccxt 4.5.84 fetchDerivativesOpenInterestHistory says so); a cursor leads on.
 */
function openInterest(request: VenueRequest, view: VenueView): Result {
  const market = marketOf(request, view);
  const stepMs = openInterestIntervals[request.query['intervalTime'] ?? ''];
  if (stepMs === undefined) throw refusal('params error: intervalTime invalid', view);
  const limit = limitOf(request, view, { default: 50, max: 200 });
  const { startTime, endTime, cursor = '', category } = request.query;
  const end = wholeNumber(endTime);
  const before = wholeNumber(/^before:(\d+)$/.exec(cursor)?.[1]);
  const times = gridTimes(view, market, {
    stepMs,
    fromMs: end === undefined ? 0 : (wholeNumber(startTime) ?? 0),
    toMs: Math.min(end ?? view.nowMs, (before ?? Number.POSITIVE_INFINITY) - 1),
  });
  const page = times.slice(-limit).reverse();
  const more = times.length > limit ? `before:${page.at(-1)}` : '';
  return {
    symbol: market.id,
    category,
    list: page.map((timeMs) => openInterestAt(timeMs, market)),
    nextPageCursor: more,
  };
}

function openInterestAt(timeMs: number, market: WorldMarket): unknown {
  const oneSide = bybitSize(market.series.openInterest(timeMs), market);
  return {
    openInterest: decimal(2 * oneSide),
    singleOpenInterest: decimal(oneSide),
    timestamp: String(timeMs),
  };
}

/** history-fund-rate.mdx: 200 rows; "Passing startTime only, it returns error". */
function fundingHistory(request: VenueRequest, view: VenueView): Result {
  const market = marketOf(request, view);
  const limit = limitOf(request, view, { default: 200, max: 200 });
  const start = wholeNumber(request.query['startTime']);
  const end = wholeNumber(request.query['endTime']);
  if (start !== undefined && end === undefined) throw refusal('params error: endTime required', view);
  const times = fundingTimes(view, market, { fromMs: start ?? 0, toMs: end ?? view.nowMs });
  return {
    category: request.query['category'],
    list: times
      .slice(-limit)
      .reverse()
      .map((timeMs) => ({
        symbol: market.id,
        fundingRate: decimal(market.series.fundingRate(timeMs)),
        fundingRateTimestamp: String(timeMs),
      })),
  };
}

function tickers(request: VenueRequest, view: VenueView): Result {
  const { category, symbol } = request.query;
  const markets = symbol === undefined ? ofCategory(request, view) : [marketOf(request, view)];
  return { category, list: markets.map((market) => bybitTicker(market, view)) };
}

/** orderbook.mdx: 25 levels by default, 500 at most. */
function orderBook(request: VenueRequest, view: VenueView): Result {
  const market = marketOf(request, view);
  const limit = limitOf(request, view, { default: 25, max: 500 });
  const book = market.series.orderBook(view.nowMs);
  const levels = (side: typeof book.bids) =>
    side
      .slice(0, limit)
      .map(([price, size]) => [decimal(price * market.multiplier), decimal(bybitSize(size, market))]);
  return {
    s: market.id,
    b: levels(book.bids),
    a: levels(book.asks),
    ts: view.nowMs,
    u: 5_277_055,
    seq: 7_961_638_724,
    cts: view.nowMs,
  };
}

const symbolsPerPage = 15;

/**
 * risk-limit.mdx: "category=linear returns data set of 15 symbols each request"; all tiers of those, rates as
 * fractions, the first tier's deduction empty.
 */
function riskLimit(request: VenueRequest, view: VenueView): Result {
  const { category, symbol, cursor = '' } = request.query;
  if (symbol !== undefined) {
    return { category, list: tiersOf(marketOf(request, view)), nextPageCursor: '' };
  }
  const markets = ofCategory(request, view).filter((market) => market.kind === 'perpetual');
  const from = wholeNumber(/^symbols:(\d+)$/.exec(cursor)?.[1]) ?? 0;
  const to = category === 'linear' ? from + symbolsPerPage : markets.length;
  return {
    category,
    list: markets.slice(from, to).flatMap(tiersOf),
    nextPageCursor: to < markets.length ? `symbols:${to}` : '',
  };
}

function tiersOf(market: WorldMarket): readonly unknown[] {
  return market.tiers.map((tier, index) => ({
    id: index + 1,
    symbol: market.id,
    riskLimitValue: decimal(tier.cap),
    maintenanceMargin: decimal(tier.maintenanceRate),
    initialMargin: decimal(1 / tier.maxLeverage),
    isLowestRisk: index === 0 ? 1 : 0,
    maxLeverage: tier.maxLeverage.toFixed(2),
    mmDeduction: index === 0 ? '' : decimal(tier.deduction),
  }));
}
