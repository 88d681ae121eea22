import {
  dayOf,
  fundingTimes,
  gridTimes,
  ok,
  type Venue,
  type VenueRequest,
  type VenueView,
} from '../venue.ts';
import { decimal, wholeNumber } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import { okxBars, okxCandles, okxVolumes, old, recent } from './okx-candles.ts';
import { okxLimit, okxMarket, okxRefusal } from './okx-common.ts';
import { okxInstrument, okxInstType, okxSpot } from './okx-instruments.ts';

/**
 * `www.okx.com` v5: everything newest first, sizes in contracts with the coins and USD beside them, tiers in
 * contracts. Shapes: the venue's API guide, as ccxt 4.5.84 okx.js quotes it; the open-interest history as the
 * guide's chapter Trading Statistics, "Get contract open interest history", has it.
 */
export const okx: Venue = (request, view) => {
  if (request.method !== 'GET') return undefined;
  const data = answers[request.path]?.(request, view);
  return data && ok({ code: '0', msg: '', data });
};

type Rows = readonly unknown[];

const hourMs = 3_600_000;

const answers: Readonly<Record<string, (request: VenueRequest, view: VenueView) => Rows>> = {
  '/api/v5/public/instruments': instruments,
  '/api/v5/market/candles': (request, view) =>
    okxCandles(request, view, { ...recent, price: 'last', max: 300 }),
  '/api/v5/market/history-candles': (request, view) =>
    okxCandles(request, view, { ...old, price: 'last', max: 300 }),
  '/api/v5/market/mark-price-candles': (request, view) =>
    okxCandles(request, view, { ...recent, price: 'mark', max: 100 }),
  '/api/v5/market/history-mark-price-candles': (request, view) =>
    okxCandles(request, view, { ...old, price: 'mark', max: 100 }),
  '/api/v5/public/open-interest': openInterest,
  '/api/v5/rubik/stat/contracts/open-interest-history': openInterestHistory,
  '/api/v5/rubik/stat/contracts/open-interest-volume': openInterestVolume,
  '/api/v5/public/funding-rate': fundingRate,
  '/api/v5/public/funding-rate-history': fundingHistory,
  '/api/v5/public/mark-price': markPrice,
  '/api/v5/market/ticker': ticker,
  '/api/v5/market/books': orderBook,
  '/api/v5/public/position-tiers': positionTiers,
};

function instruments(request: VenueRequest, view: VenueView): Rows {
  const { instType, instId } = request.query;
  if (instType === 'SPOT') return [okxSpot];
  if (instType === 'OPTION' || instType === 'MARGIN') return [];
  if (instType !== 'SWAP' && instType !== 'FUTURES') {
    throw okxRefusal('51000', 'Parameter instType error.', 400);
  }
  const ofType = view.markets.filter((market) => okxInstType(market) === instType);
  if (instId === undefined) return ofType.map(okxInstrument);
  return [
    okxInstrument(okxMarket(request, { ...view, find: (id) => ofType.find((market) => market.id === id) })),
  ];
}

/** Open interest in contracts, coins and USD. */
function openInterestAt(timeMs: number, market: WorldMarket): readonly [string, string, string] {
  const size = market.series.openInterest(timeMs);
  const { mark } = market.series.price(timeMs);
  const linear = market.contract === 'linear';
  const coins = linear ? size : size / mark;
  const usd = linear ? size * mark : size;
  return [decimal(size / market.contractSize), decimal(coins), decimal(usd)];
}

function openInterest(request: VenueRequest, view: VenueView): Rows {
  const { instType, instId } = request.query;
  if (!instType) throw okxRefusal('50014', 'Parameter instType can not be empty.', 400);
  const markets = instId === undefined ? view.markets : [okxMarket(request, view)];
  return markets
    .filter((market) => okxInstType(market) === instType)
    .map((market) => {
      const [oi, oiCcy, oiUsd] = openInterestAt(view.nowMs, market);
      return { instId: market.id, instType, oi, oiCcy, oiUsd, ts: String(view.nowMs) };
    });
}

/** The latest 1,440 entries, 100 at most a call: [ts, contracts, coins, USD]. */
function openInterestHistory(request: VenueRequest, view: VenueView): Rows {
  const market = okxMarket(request, view);
  const bar = okxBars[request.query['period'] ?? '5m'];
  if (bar === undefined || bar.stepMs < 300_000) throw okxRefusal('51000', 'Parameter period error.', 400);
  const limit = okxLimit(request, 'limit', { default: 100, max: 100 });
  const end = wholeNumber(request.query['end']) ?? Number.POSITIVE_INFINITY;
  const begin = wholeNumber(request.query['begin']) ?? 0;
  const times = gridTimes(view, market, {
    ...bar,
    fromMs: Math.max(begin + 1, view.nowMs - 1440 * bar.stepMs),
    toMs: end - 1,
  });
  return times
    .slice(-limit)
    .reverse()
    .map((timeMs) => [String(timeMs), ...openInterestAt(timeMs, market)]);
}

const volumeDays: Readonly<Record<string, number>> = { '5m': 2, '1H': 30, '1D': 180 };

/** All contracts of a coin together: [ts, open interest in USD, volume in USD]. */
function openInterestVolume(request: VenueRequest, view: VenueView): Rows {
  const { ccy = 'BTC', period = '5m', begin, end } = request.query;
  const bar = okxBars[period];
  const days = volumeDays[period];
  if (bar === undefined || days === undefined) throw okxRefusal('51000', 'Parameter period error.', 400);
  const markets = view.markets.filter((market) => market.base === ccy);
  const first = markets[0];
  if (first === undefined) throw okxRefusal('51000', 'Parameter ccy error.', 400);
  const times = gridTimes(view, first, {
    ...bar,
    fromMs: Math.max(wholeNumber(begin) ?? 0, view.nowMs - days * 24 * hourMs),
    toMs: wholeNumber(end) ?? view.nowMs,
  });
  return [...times].reverse().map((timeMs) => {
    const usd = markets.map((market) => Number(openInterestAt(timeMs, market)[2]));
    return [String(timeMs), decimal(usd.reduce((sum, part) => sum + part, 0)), '0'];
  });
}

function fundingRate(request: VenueRequest, view: VenueView): Rows {
  const market = okxMarket(request, view);
  const step = market.fundingIntervalMs;
  if (step === undefined) throw okxRefusal('51000', 'Parameter instId error.', 400);
  const next = (Math.floor(view.nowMs / step) + 1) * step;
  return [
    {
      formulaType: 'withRate',
      fundingRate: decimal(market.series.fundingRate(next)),
      fundingTime: String(next),
      instId: market.id,
      instType: 'SWAP',
      maxFundingRate: '0.00375',
      method: 'current_period',
      minFundingRate: '-0.00375',
      nextFundingRate: '',
      nextFundingTime: String(next + step),
      premium: '0.0000013',
      settFundingRate: decimal(market.series.fundingRate(next - step)),
      settState: 'settled',
      ts: String(view.nowMs),
    },
  ];
}

/** Three months back; 400 rows a call, which is the default too. */
function fundingHistory(request: VenueRequest, view: VenueView): Rows {
  const market = okxMarket(request, view);
  const limit = okxLimit(request, 'limit', { default: 400, max: 400 });
  const after = wholeNumber(request.query['after']) ?? Number.POSITIVE_INFINITY;
  const before = wholeNumber(request.query['before']) ?? 0;
  const fromMs = Math.max(before + 1, view.nowMs - 92 * 24 * hourMs);
  return fundingTimes(view, market, { fromMs, toMs: after - 1 })
    .slice(-limit)
    .reverse()
    .map((timeMs) => ({
      formulaType: 'withRate',
      fundingRate: decimal(market.series.fundingRate(timeMs)),
      fundingTime: String(timeMs),
      instId: market.id,
      instType: 'SWAP',
      method: 'current_period',
      realizedRate: decimal(market.series.fundingRate(timeMs)),
    }));
}

function markPrice(request: VenueRequest, view: VenueView): Rows {
  const { instType, instId } = request.query;
  const markets = instId === undefined ? view.markets : [okxMarket(request, view)];
  return markets
    .filter((market) => instType === undefined || okxInstType(market) === instType)
    .map((market) => ({
      instId: market.id,
      instType: okxInstType(market),
      markPx: decimal(market.series.price(view.nowMs).mark),
      ts: String(view.nowMs),
    }));
}

function ticker(request: VenueRequest, view: VenueView): Rows {
  const market = okxMarket(request, view);
  const day = dayOf(view, market);
  const book = market.series.orderBook(view.nowMs);
  const { last } = market.series.price(view.nowMs);
  const [contracts, coins] = okxVolumes(day, market);
  return [
    {
      instType: okxInstType(market),
      instId: market.id,
      last: decimal(last),
      lastSz: '1',
      askPx: decimal(book.asks[0]?.[0] ?? last),
      askSz: decimal((book.asks[0]?.[1] ?? 0) / market.contractSize),
      bidPx: decimal(book.bids[0]?.[0] ?? last),
      bidSz: decimal((book.bids[0]?.[1] ?? 0) / market.contractSize),
      open24h: decimal(day.open),
      high24h: decimal(day.high),
      low24h: decimal(day.low),
      volCcy24h: coins,
      vol24h: contracts,
      ts: String(view.nowMs),
      sodUtc0: decimal(day.open),
      sodUtc8: decimal(day.open),
    },
  ];
}

/** [price, contracts, "0", orders]; one level by default, 400 at most. */
function orderBook(request: VenueRequest, view: VenueView): Rows {
  const market = okxMarket(request, view);
  const depth = okxLimit(request, 'sz', { default: 1, max: 400 });
  const book = market.series.orderBook(view.nowMs);
  const levels = (side: typeof book.bids) =>
    side
      .slice(0, depth)
      .map(([price, size]) => [decimal(price), decimal(size / market.contractSize), '0', '4']);
  return [{ asks: levels(book.asks), bids: levels(book.bids), ts: String(view.nowMs), seqId: 3_235_851_742 }];
}

/**
 * By underlying or family, in contracts. The lower edge of a tier is one lot above the upper edge of the one
 * before ("1000.01" after "1000", recorded 2026-08-31); a family without tiers is a parameter error.
 */
function positionTiers(request: VenueRequest, view: VenueView): Rows {
  const { instType, tdMode, uly, instFamily } = request.query;
  if (tdMode !== 'cross' && tdMode !== 'isolated') throw okxRefusal('51000', 'Parameter tdMode error.', 400);
  const families = (instFamily ?? uly ?? '').split(',');
  const ofFamily = (market: WorldMarket) => {
    const { uly: own, instFamily: family } = okxInstrument(market);
    return families.includes(instFamily === undefined ? own : family);
  };
  const found = view.markets.filter((market) => okxInstType(market) === instType && ofFamily(market));
  if (found.length === 0)
    throw okxRefusal('51000', `Parameter ${instFamily ? 'instFamily' : 'uly'} error`, 400);
  return found.flatMap((asked) => {
    const market = view.find(asked.id) ?? asked;
    const { uly: own, instFamily: family } = okxInstrument(market);
    const lot = market.lotSize / market.contractSize;
    return market.tiers.map((tier, index) => ({
      baseMaxLoan: '',
      imr: decimal(1 / tier.maxLeverage),
      instFamily: family,
      instId: '',
      maxLever: decimal(tier.maxLeverage),
      maxSz: decimal(tier.cap),
      minSz: decimal(index === 0 ? 0 : tier.floor + lot),
      mmr: decimal(tier.maintenanceRate),
      optMgnFactor: '0',
      quoteMaxLoan: '',
      tier: String(index + 1),
      uly: own,
    }));
  });
}
