import type { Candle } from '../../../../src/core/market-data.ts';
import {
  type Answer,
  candlesSoFar,
  dayOf,
  fundingTimes,
  ok,
  Refusal,
  type Venue,
  type VenueRequest,
  type VenueView,
} from '../venue.ts';
import { decimal, wholeNumber } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import { bitgetContract, bitgetSpot } from './bitget-contracts.ts';

/**
 * `api.bitget.com` v2 mix: candles ascending, funding newest first, sizes in base units; coin-margined sizes in
 * coins at the price of the moment. No history of open interest. Shapes: the venue's API documents as ccxt
 * 4.5.84 bitget.js quotes them, and answers recorded live on 2026-09-25 (BitgetPayloads.cs of
 * Bytex.Adapters.Tests).
 */
export const bitget: Venue = (request, view) => {
  if (request.method !== 'GET') return undefined;
  const data = answers[request.path]?.(request, view);
  return data === undefined ? undefined : envelope(data, view);
};

const mix = '/api/v2/mix/market';

const answers: Readonly<Record<string, (request: VenueRequest, view: VenueView) => unknown>> = {
  '/api/v2/spot/public/coins': () => [
    { coinId: '1', coin: 'BTC', transfer: 'true', chains: [] },
    { coinId: '2', coin: 'USDT', transfer: 'true', chains: [] },
  ],
  '/api/v2/spot/public/symbols': () => [bitgetSpot],
  '/api/v2/margin/currencies': () => [],
  [`${mix}/contracts`]: (request, view) => ofProduct(request, view).map(bitgetContract),
  [`${mix}/candles`]: recentCandles,
  [`${mix}/history-candles`]: (request, view) => oldCandles(request, view, 'last'),
  [`${mix}/history-mark-candles`]: (request, view) => oldCandles(request, view, 'mark'),
  [`${mix}/open-interest`]: openInterest,
  [`${mix}/current-fund-rate`]: currentFundRate,
  [`${mix}/history-fund-rate`]: historyFundRate,
  [`${mix}/ticker`]: (request, view) => [ticker(marketOf(request, view), view)],
  [`${mix}/tickers`]: (request, view) => ofProduct(request, view).map((market) => ticker(market, view)),
  [`${mix}/symbol-price`]: symbolPrice,
  [`${mix}/merge-depth`]: mergeDepth,
  [`${mix}/query-position-lever`]: positionLever,
};

function envelope(data: unknown, view: VenueView): Answer {
  return ok({ code: '00000', msg: 'success', requestTime: view.nowMs, data });
}

function refusal(code: string, msg: string, view: VenueView): Refusal {
  return new Refusal({ status: 400, json: { code, msg, requestTime: view.nowMs, data: null } });
}

const products = ['USDT-FUTURES', 'USDC-FUTURES', 'COIN-FUTURES'];
const demoProducts = ['SUSDT-FUTURES', 'SUSDC-FUTURES', 'SCOIN-FUTURES'];

function productOf(market: WorldMarket): string {
  return market.contract === 'inverse' ? 'COIN-FUTURES' : `${market.settle}-FUTURES`;
}

function ofProduct(request: VenueRequest, view: VenueView): readonly WorldMarket[] {
  const product = request.query['productType']?.toUpperCase() ?? '';
  if (demoProducts.includes(product)) return [];
  if (!products.includes(product)) {
    throw refusal('40019', `Parameter ${product || 'productType'} cannot be empty`, view);
  }
  return view.markets.filter((market) => productOf(market) === product);
}

/** Measured: 40034 with status 400, on every endpoint that takes a symbol. */
function marketOf(request: VenueRequest, view: VenueView): WorldMarket {
  const { symbol = '' } = request.query;
  const listed = ofProduct(request, view).find((market) => market.id === symbol.toUpperCase());
  const market = listed && view.find(listed.id);
  if (market === undefined) throw refusal('40034', `Parameter ${symbol} does not exist`, view);
  return market;
}

function limitOf(
  request: VenueRequest,
  view: VenueView,
  bounds: { readonly name: string; readonly default: number; readonly max: number },
): number {
  const limit = wholeNumber(request.query[bounds.name]);
  if (limit === undefined) return bounds.default;
  if (limit >= 1 && limit <= bounds.max) return limit;
  throw refusal('40017', `Parameter verification failed ${bounds.name}`, view);
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Length, shift of the opening times, and how many days back `candles` reaches (ccxt: "after testing"). */
const granularities: Readonly<Record<string, readonly [stepMs: number, offsetMs: number, days: number]>> = {
  '1m': [60_000, 0, 30],
  '3m': [180_000, 0, 30],
  '5m': [300_000, 0, 30],
  '15m': [900_000, 0, 30],
  '30m': [1_800_000, 0, 30],
  '1H': [hourMs, 0, 60],
  '2H': [2 * hourMs, 0, 120],
  '4H': [4 * hourMs, 0, 240],
  '6H': [6 * hourMs, -8 * hourMs, 360],
  '12H': [12 * hourMs, -8 * hourMs, 720],
  '1D': [24 * hourMs, -8 * hourMs, 1440],
  '6Hutc': [6 * hourMs, 0, 360],
  '12Hutc': [12 * hourMs, 0, 720],
  '1Dutc': [24 * hourMs, 0, 1440],
};

function granularityOf(request: VenueRequest, view: VenueView) {
  const { granularity = '' } = request.query;
  const found = granularities[granularity];
  if (found === undefined) throw refusal('40034', `Parameter ${granularity} does not exist`, view);
  const [stepMs, offsetMs, days] = found;
  return { stepMs, offsetMs, days };
}

/** The last 1000 at most before `endTime`, no further back than `startTime`; `kLineType` says which price. */
function recentCandles(request: VenueRequest, view: VenueView): unknown {
  const market = marketOf(request, view);
  const { stepMs, offsetMs, days } = granularityOf(request, view);
  const limit = limitOf(request, view, { name: 'limit', default: 100, max: 1000 });
  const endMs = wholeNumber(request.query['endTime']) ?? view.nowMs + 1;
  const startMs = wholeNumber(request.query['startTime']) ?? 0;
  if (startMs > 0 && endMs - startMs > 90 * dayMs) {
    throw refusal('00001', 'startTime and endTime interval cannot be greater than 90 day', view);
  }
  const fromMs = Math.max(startMs, view.nowMs - days * dayMs, endMs - (limit + 1) * stepMs);
  const price = request.query['kLineType']?.toLowerCase() === 'mark' ? 'mark' : 'last';
  const rows = candlesSoFar(view, market, { price, stepMs, offsetMs, fromMs, toMs: endMs - 1 });
  return rows.slice(-limit).map((candle) => candleRow(candle, market));
}

/** The last 200 at most before `endTime`; `startTime` is not heeded (ccxt 4.5.84 fetchOHLCV). */
function oldCandles(request: VenueRequest, view: VenueView, price: 'last' | 'mark'): unknown {
  const market = marketOf(request, view);
  const { stepMs, offsetMs } = granularityOf(request, view);
  const limit = limitOf(request, view, { name: 'limit', default: 100, max: 200 });
  const endMs = Math.min(wholeNumber(request.query['endTime']) ?? view.nowMs + 1, view.nowMs + 1);
  const fromMs = endMs - (limit + 1) * stepMs;
  const rows = candlesSoFar(view, market, { price, stepMs, offsetMs, fromMs, toMs: endMs - 1 });
  return rows.slice(-limit).map((candle) => candleRow(candle, market));
}

/** [open time, open, high, low, close, volume in base units or coins, turnover in quote]; "0" twice for marks. */
function candleRow(candle: Candle, market: WorldMarket): readonly string[] {
  const middle = (candle.open + candle.close) / 2;
  const inverse = market.contract === 'inverse';
  const base = inverse ? candle.volume / middle : candle.volume;
  const quote = inverse ? candle.volume : candle.volume * middle;
  const { open, high, low, close } = candle;
  return [String(candle.openMs), ...[open, high, low, close, base, quote].map(decimal)];
}

/** In base units; in coins at the mark price for coin-margined contracts. */
function openInterestOf(market: WorldMarket, view: VenueView): number {
  const size = market.series.openInterest(view.nowMs);
  return market.contract === 'inverse' ? size / market.series.price(view.nowMs).mark : size;
}

function openInterest(request: VenueRequest, view: VenueView): unknown {
  const market = marketOf(request, view);
  return {
    openInterestList: [{ symbol: market.id, size: decimal(openInterestOf(market, view)) }],
    ts: String(view.nowMs),
  };
}

function nextFunding(market: WorldMarket, view: VenueView): number {
  const step = market.fundingIntervalMs ?? 8 * hourMs;
  return (Math.floor(view.nowMs / step) + 1) * step;
}

function currentFundRate(request: VenueRequest, view: VenueView): unknown {
  const market = marketOf(request, view);
  const next = nextFunding(market, view);
  return [
    {
      symbol: market.id,
      fundingRate: decimal(market.series.fundingRate(next)),
      fundingRateInterval: String((market.fundingIntervalMs ?? 0) / hourMs),
      nextUpdate: String(next),
      minFundingRate: '-0.003',
      maxFundingRate: '0.003',
    },
  ];
}

/** Pages from the newest: 20 rows by default, 100 at most. There is no range in time. */
function historyFundRate(request: VenueRequest, view: VenueView): unknown {
  const market = marketOf(request, view);
  const pageSize = limitOf(request, view, { name: 'pageSize', default: 20, max: 100 });
  const pageNo = wholeNumber(request.query['pageNo']) ?? 1;
  const newestFirst = [...fundingTimes(view, market, { fromMs: 0, toMs: view.nowMs })].reverse();
  return newestFirst.slice((pageNo - 1) * pageSize, pageNo * pageSize).map((timeMs) => ({
    symbol: market.id,
    fundingRate: decimal(market.series.fundingRate(timeMs)),
    fundingTime: String(timeMs),
  }));
}

function ticker(market: WorldMarket, view: VenueView): unknown {
  const { mark, last, index } = market.series.price(view.nowMs);
  const day = dayOf(view, market);
  const book = market.series.orderBook(view.nowMs);
  const row = candleRow(day, market);
  return {
    symbol: market.id,
    lastPr: decimal(last),
    askPr: decimal(book.asks[0]?.[0] ?? last),
    bidPr: decimal(book.bids[0]?.[0] ?? last),
    bidSz: decimal(book.bids[0]?.[1] ?? 0),
    askSz: decimal(book.asks[0]?.[1] ?? 0),
    high24h: decimal(day.high),
    low24h: decimal(day.low),
    ts: String(view.nowMs),
    change24h: decimal(last / day.open - 1),
    baseVolume: row[5],
    quoteVolume: row[6],
    usdtVolume: row[6],
    openUtc: decimal(day.open),
    changeUtc24h: decimal(last / day.open - 1),
    indexPrice: decimal(index),
    fundingRate: decimal(market.series.fundingRate(nextFunding(market, view))),
    holdingAmount: decimal(openInterestOf(market, view)),
    deliveryStartTime: null,
    deliveryTime: null,
    deliveryStatus: '',
    open24h: decimal(day.open),
    markPrice: decimal(mark),
  };
}

function symbolPrice(request: VenueRequest, view: VenueView): unknown {
  const market = marketOf(request, view);
  const { mark, last, index } = market.series.price(view.nowMs);
  return [
    {
      symbol: market.id,
      price: decimal(last),
      indexPrice: decimal(index),
      markPrice: decimal(mark),
      ts: String(view.nowMs),
    },
  ];
}

const depths: Readonly<Record<string, number>> = { '1': 1, '5': 5, '15': 15, '50': 50, max: 500 };

/** 100 levels by default; other depths only as listed. Numbers, not texts: the venue's Get Merge Market Depth. */
function mergeDepth(request: VenueRequest, view: VenueView): unknown {
  const market = marketOf(request, view);
  const { limit } = request.query;
  const depth = limit === undefined ? 100 : depths[limit];
  if (depth === undefined) throw refusal('40017', 'Parameter verification failed limit', view);
  const book = market.series.orderBook(view.nowMs);
  const levels = (side: typeof book.bids) =>
    side.slice(0, depth).map(([price, size]) => [price, market.contract === 'inverse' ? size / price : size]);
  return {
    asks: levels(book.asks),
    bids: levels(book.bids),
    ts: String(view.nowMs),
    scale: decimal(market.tickUsd),
    precision: 'scale0',
    isMaxPrecision: 'NO',
  };
}

/** Recorded 2026-09-25: no deduction is published. */
function positionLever(request: VenueRequest, view: VenueView): unknown {
  const market = marketOf(request, view);
  return market.tiers.map((tier, index) => ({
    symbol: market.id,
    level: String(index + 1),
    startUnit: decimal(tier.floor),
    endUnit: decimal(tier.cap),
    leverage: decimal(tier.maxLeverage),
    keepMarginRate: tier.maintenanceRate.toFixed(4),
  }));
}
