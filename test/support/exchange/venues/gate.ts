import { type Answer, dayOf, fundingTimes, gridTimes, ok, type Venue, type VenueView } from '../venue.ts';
import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import { gateCandlesticks } from './gate-candles.ts';
import {
  type Asked,
  dayMs,
  gateLimit,
  gateMarket,
  gateRange,
  gateRefusal,
  gateStep,
  hourMs,
} from './gate-common.ts';
import { gateContract, gateSpot, nextFundingSeconds } from './gate-contracts.ts';

/**
 * `api.gateio.ws` v4: seconds, contracts, bare lists. `contract_stats` and the tickers' `total_size` count
 * both sides, `position_size` of a contract one (BTC_USDT: 2 379 137 289 USD by the latter, 4 756 345 776 by
 * the former, on the same day). Shapes: gate/gateapi-python docs, as ccxt 4.5.84 gate.js quotes
 * them, and answers recorded live on 2026-09-25 (GatePayloads.cs of Bytex.Adapters.Tests).
 */
export const gate: Venue = (request, view) => {
  const market = /^\/api\/v4\/(futures|delivery)\/(usdt|btc)\/(\w+)(?:\/(\w+))?$/.exec(request.path);
  if (request.method !== 'GET') return undefined;
  if (market === null) return elsewhere(request.path);
  const [, board = '', settle = '', name = '', id] = market;
  const contracts = view.markets.filter(
    (listed) =>
      listed.settle === settle.toUpperCase() && (listed.kind === 'future') === (board === 'delivery'),
  );
  if (name === 'contracts' && id !== undefined) {
    return ok(gateContract(gateMarket(id, { view, contracts }), view));
  }
  return answers[name]?.({ request, view, contracts });
};

const answers: Readonly<Record<string, (asked: Asked) => Answer>> = {
  contracts: ({ contracts, view }) => ok(contracts.map((market) => gateContract(market, view))),
  candlesticks: gateCandlesticks,
  contract_stats: contractStats,
  funding_rate: fundingRates,
  tickers,
  order_book: orderBook,
  risk_limit_tiers: riskLimitTiers,
  liq_orders: liqOrders,
};

/** What ccxt's loadMarkets asks beside the futures. */
function elsewhere(path: string): Answer | undefined {
  if (path === '/api/v4/spot/currency_pairs') return ok([gateSpot]);
  if (path === '/api/v4/margin/currency_pairs') return ok([]);
  if (path === '/api/v4/options/underlyings') return ok([]);
  if (path !== '/api/v4/spot/currencies') return undefined;
  return ok(['BTC', 'USDT'].map((currency) => ({ currency, name: currency, delisted: false, chains: [] })));
}

/**
 * Open interest of BOTH sides and the liquidations of each step, ascending from `from`; the latest without.
 * 30 rows by default, 100 at most, 180 days back.
 */
function contractStats(asked: Asked): Answer {
  const { request, view } = asked;
  const market = gateMarket(request.query['contract'] ?? '', asked);
  const stepMs = gateStep(request);
  if (stepMs < 300_000) throw gateRefusal('INVALID_PARAM_VALUE', 'Invalid request parameter `interval`');
  const limit = gateLimit(request, { default: 30, max: 100 });
  const { fromMs, toMs = view.nowMs } = gateRange(request);
  notBefore180Days(fromMs, view);
  const times = gridTimes(view, market, { stepMs, fromMs: fromMs ?? 0, toMs });
  const page = fromMs === undefined ? times.slice(-limit) : times.slice(0, limit);
  return ok(page.map((timeMs) => stats(market, timeMs, stepMs)));
}

function notBefore180Days(fromMs: number | undefined, view: VenueView): void {
  if (fromMs === undefined || fromMs >= view.nowMs - 180 * dayMs) return;
  throw gateRefusal('INVALID_PARAM_VALUE', 'from time exceeds 180-day limit');
}

function stats(market: WorldMarket, timeMs: number, stepMs: number): unknown {
  const { mark } = market.series.price(timeMs);
  const bothSides = 2 * market.series.openInterest(timeMs);
  const closed = market.series.liquidations({ fromMs: timeMs - stepMs, toMs: timeMs });
  const sum = (side: 'long' | 'short', value: 'size' | 'usd') =>
    closed.reduce((total, event) => total + (event.liquidatedSide === side ? event[value] : 0), 0);
  return {
    time: timeMs / 1000,
    lsr_taker: 1.04,
    lsr_account: 1.5,
    long_liq_size: sum('long', 'size') / market.contractSize,
    long_liq_amount: sum('long', 'size'),
    long_liq_usd: sum('long', 'usd'),
    short_liq_size: sum('short', 'size') / market.contractSize,
    short_liq_amount: sum('short', 'size'),
    short_liq_usd: sum('short', 'usd'),
    open_interest: bothSides / market.contractSize,
    open_interest_usd: market.contract === 'linear' ? bothSides * mark : bothSides,
    top_lsr_account: 1.2,
    top_lsr_size: 1.25,
    mark_price: mark,
    long_users: 18_268,
    short_users: 15_558,
  };
}

/**
 * Newest first; 100 rows by default, 1000 at most; a lone `from` reaches 30 days on (measured by others).
 */
function fundingRates(asked: Asked): Answer {
  const { request, view } = asked;
  const market = gateMarket(request.query['contract'] ?? '', asked);
  const limit = gateLimit(request, { default: 100, max: 1000 });
  const { fromMs, toMs } = gateRange(request);
  notBefore180Days(fromMs, view);
  const lastMs = toMs ?? (fromMs === undefined ? view.nowMs : fromMs + 30 * dayMs);
  return ok(
    fundingTimes(view, market, { fromMs: fromMs ?? 0, toMs: lastMs })
      .slice(-limit)
      .reverse()
      .map((timeMs) => ({ r: decimal(market.series.fundingRate(timeMs)), t: timeMs / 1000 })),
  );
}

function tickers(asked: Asked): Answer {
  const { request, view, contracts } = asked;
  const { contract } = request.query;
  const markets = contract === undefined ? contracts : [gateMarket(contract, asked)];
  return ok(markets.map((market) => ticker(market, view)));
}

/** `total_size` counts both sides of a perpetual, one of a dated contract: recorded on the same day. */
function ticker(market: WorldMarket, view: VenueView): unknown {
  const { mark, last, index } = market.series.price(view.nowMs);
  const day = dayOf(view, market);
  const book = market.series.orderBook(view.nowMs);
  const dated = market.kind === 'future';
  const oneSide = market.series.openInterest(view.nowMs) / market.contractSize;
  const next = nextFundingSeconds(market, view);
  const rate = next === undefined ? '' : decimal(market.series.fundingRate(next * 1000));
  return {
    contract: market.id,
    last: decimal(last),
    change_percentage: decimal((last / day.open - 1) * 100),
    total_size: decimal(dated ? oneSide : 2 * oneSide),
    volume_24h: decimal(day.volume / market.contractSize),
    volume_24h_base: decimal(market.contract === 'linear' ? day.volume : day.volume / last),
    volume_24h_quote: decimal(market.contract === 'linear' ? day.volume * last : day.volume),
    volume_24h_settle: decimal(market.contract === 'linear' ? day.volume * last : day.volume / last),
    mark_price: decimal(mark),
    funding_rate: rate,
    funding_rate_indicative: rate,
    index_price: decimal(index),
    quanto_base_rate: '',
    low_24h: decimal(day.low),
    high_24h: decimal(day.high),
    lowest_ask: decimal(book.asks[0]?.[0] ?? last),
    highest_bid: decimal(book.bids[0]?.[0] ?? last),
  };
}

/** 10 levels by default, 300 at most; sizes are numbers of contracts, times seconds with a fraction. */
function orderBook(asked: Asked): Answer {
  const { request, view } = asked;
  const market = gateMarket(request.query['contract'] ?? '', asked);
  const limit = gateLimit(request, { default: 10, max: 300 });
  const book = market.series.orderBook(view.nowMs);
  const levels = (side: typeof book.bids) =>
    side.slice(0, limit).map(([price, size]) => ({ s: size / market.contractSize, p: decimal(price) }));
  const id = request.query['with_id'] === 'true' ? { id: 126_203_785_686 } : {};
  return ok({
    ...id,
    current: view.nowMs / 1000,
    asks: levels(book.asks),
    bids: levels(book.bids),
    update: view.nowMs / 1000,
  });
}

/** Recorded 2026-09-25, deduction and all. */
function riskLimitTiers(asked: Asked): Answer {
  const { contract } = asked.request.query;
  const markets = contract === undefined ? asked.contracts : [gateMarket(contract, asked)];
  return ok(
    markets.flatMap((market) =>
      market.tiers.map((tier, index) => ({
        maintenance_rate: decimal(tier.maintenanceRate),
        tier: index + 1,
        initial_rate: decimal(Math.ceil(1e6 / tier.maxLeverage) / 1e6),
        leverage_max: decimal(tier.maxLeverage),
        risk_limit: decimal(tier.cap),
        deduction: decimal(tier.deduction),
        ...(contract === undefined ? { contract: market.id } : {}),
      })),
    ),
  );
}

/**
 * `size` is the position's, so above zero a long was closed; `order_size` is its negative, and the order's limit
 * lies beyond the fill (159 events of August 2026 held against prices). A range is at most an hour, both ends
 * included; a lone `to` reaches an hour back; 1000 rows at most; 90 days back.
 */
function liqOrders(asked: Asked): Answer {
  const { request, view } = asked;
  const market = gateMarket(request.query['contract'] ?? '', asked);
  const limit = gateLimit(request, { default: 100, max: 1000 });
  const range = gateRange(request);
  const toMs = range.toMs ?? (range.fromMs === undefined ? view.nowMs : Math.max(range.fromMs, view.nowMs));
  const fromMs = range.fromMs ?? toMs - hourMs;
  if (toMs - fromMs > hourMs) throw gateRefusal('INVALID_PARAM_VALUE', 'range from/to must in 1 hour');
  const events = market.series.liquidations({
    fromMs: Math.max(fromMs, market.listedMs, view.nowMs - 90 * dayMs),
    toMs: Math.min(toMs, view.nowMs) + 1,
  });
  return ok(
    [...events]
      .reverse()
      .slice(0, limit)
      .map((event) => {
        const long = event.liquidatedSide === 'long';
        const size = (long ? 1 : -1) * (event.size / market.contractSize);
        return {
          time: event.timeMs / 1000,
          contract: market.id,
          size,
          order_size: -size,
          order_price: decimal(event.price * (long ? 0.997 : 1.003)),
          fill_price: decimal(event.price),
          left: 0,
        };
      }),
  );
}
