import { z } from 'zod';
import { dayMs, hourMs } from '../../../core/durations.ts';
import type { Liquidation } from '../../../core/market-data.ts';
import { type Timeframe, type TimeRange, timeframeMs } from '../../source.ts';
import { type Listing, listContract, type Venue, type VenueContext } from '../listing.ts';
import { gatherBack, gatherEvents } from '../pages.ts';
import { numeric, optionalNumeric, readPayload, rowsOf, sameMarket } from '../payload.ts';
import { tierLadder } from '../tier-ladder.ts';

/**
 * Gate perpetuals (settled in USDT or BTC) and dated contracts. Times are seconds, sizes contracts: of
 * `quanto_multiplier` base units (linear) or 1 USD (BTC_USD, where the multiplier reads 0).
 */

const name = 'gate';

/**
 * "Maximum 2000 data points are allowed per request", "Maximum 10000 points recently are allowed"; one less of each,
 * for the candle in progress.
 */
const candleLimit = 1999;
const candleDepth = 9_999;
const statsLimit = 100;
const fundingLimit = 1000;
const fundingStepMs = hourMs;
/** "from time exceeds 180-day limit", of statistics and funding. */
const historyDepthMs = 180 * dayMs - hourMs;
/** "range from/to must in 1 hour"; 90 days back. */
const liquidationSpanMs = hourMs;
const liquidationLimit = 1000;
const liquidationDepthMs = 90 * dayMs - hourMs;

/**
 * `contract_stats.open_interest` counts longs and shorts together: for BTC_USDT on one day it came to 4,756,345,776 USD
 * beside 2,379,137,289 by the contract's `position_size`, "current total long position size" (GateAPI docs).
 */
const sidesCounted = 2;

export function createGate({ client, nowMs }: VenueContext): Venue {
  const gate = client('gate');

  async function ask<Schema extends z.ZodType>(
    listing: Listing,
    endpoint: string,
    options: { readonly row: Schema; readonly params?: Record<string, unknown> },
  ): Promise<z.output<Schema>[]> {
    const { market, id } = listing;
    const board = market.kind === 'perpetual' ? 'Futures' : 'Delivery';
    const params = { settle: market.settle.toLowerCase(), contract: id, ...options.params };
    const answer = await gate.call(`public${board}GetSettle${endpoint}`, params);
    return readPayload(rowsOf(options.row), answer, `${name} ${endpoint}`);
  }

  const openInterestRows = async (listing: Listing, params: Record<string, unknown>) => {
    const rows = await ask(listing, 'ContractStats', { row: statsRow, params });
    return rows.map(({ time, open_interest }) => ({
      timeMs: time * 1000,
      size: (open_interest / sidesCounted) * listing.contractSize,
    }));
  };

  async function liquidationsIn(listing: Listing, window: TimeRange): Promise<readonly Liquidation[]> {
    const params = { ...seconds(window), limit: liquidationLimit };
    const rows = await ask(listing, 'LiqOrders', { row: liquidationRow, params });
    const middleMs = Math.floor((window.fromMs + window.toMs) / 2000) * 1000;
    // A full page is cut short; halves of the span have room for the rest.
    if (rows.length < liquidationLimit || middleMs <= window.fromMs) {
      return rows.map((row) => liquidation(listing, row));
    }
    const halves = await Promise.all([
      liquidationsIn(listing, { fromMs: window.fromMs, toMs: middleMs }),
      liquidationsIn(listing, { fromMs: middleMs, toMs: window.toMs }),
    ]);
    return halves.flat();
  }

  return {
    name,

    listings: async () =>
      (await gate.contracts()).map((row) => listContract(row, { venue: name, client: gate })),

    candles(listing, { fromMs, toMs, timeframe, price }) {
      const stepMs = timeframeMs[timeframe];
      const range = { fromMs: Math.max(fromMs, nowMs() - candleDepth * stepMs), toMs };
      return gatherBack(range, candleLimit * stepMs, async (window) => {
        // No limit: "`limit` is conflicted with `from` and `to`".
        const params = {
          contract: price === 'mark' ? `mark_${listing.id}` : listing.id,
          interval: timeframe,
          ...seconds(window),
        };
        const rows = await ask(listing, 'Candlesticks', {
          row: price === 'mark' ? markRow : candleRow,
          params,
        });
        return rows.map(({ t, o, h, l, c, v }) => ({
          openMs: t * 1000,
          open: o,
          high: h,
          low: l,
          close: c,
          volume: v * listing.contractSize,
        }));
      });
    },

    async openInterest(listing) {
      if (listing.market.kind === 'future') return undefined;
      return (await openInterestRows(listing, { interval: '5m', limit: 1 })).at(-1);
    },

    async openInterestHistory(listing, { fromMs, toMs, timeframe }) {
      if (listing.market.kind === 'future') return undefined;
      const interval = statsIntervals[timeframe];
      const range = { fromMs: Math.max(fromMs, nowMs() - historyDepthMs), toMs };
      return gatherBack(range, statsLimit * timeframeMs[interval], (window) =>
        openInterestRows(listing, { interval, from: seconds(window).from, limit: statsLimit }),
      );
    },

    async funding(listing, { fromMs, toMs }) {
      if (listing.market.kind === 'future') return undefined;
      const range = { fromMs: Math.max(fromMs, nowMs() - historyDepthMs), toMs };
      return gatherBack(range, fundingLimit * fundingStepMs, async (window) => {
        const params = { ...seconds(window), limit: fundingLimit };
        const rows = await ask(listing, 'FundingRate', { row: fundingRow, params });
        return rows.map(({ t, r }) => ({ timeMs: t * 1000, rate: r }));
      });
    },

    async marginRules(listing) {
      const rows = await ask(listing, 'RiskLimitTiers', { row: tierRow });
      return {
        // Marginal since 2025-07-29; the deduction that says so is published as of API v4.100.
        tiers: tierLadder(
          rows.map((row) => ({
            cap: row.risk_limit,
            maintenanceRate: row.maintenance_rate,
            maxLeverage: row.leverage_max,
            deduction: row.deduction,
          })),
        ),
        feeRate: takerFeeRate,
        // No document says whether funding is taken from the position: the cautious answer.
        fundingMovesMargin: true,
        source: 'Gate risk limit tiers, live (whether funding moves margin is assumed)',
      };
    },

    async price(listing) {
      const [row] = await ask(listing, 'Tickers', { row: tickerRow });
      sameMarket(listing.id, row?.contract, `${name} price`);
      // Tickers bear no time; they are of the moment of asking.
      return row && { timeMs: nowMs(), mark: row.mark_price, last: row.last };
    },

    async orderBook(listing) {
      const { market, id } = listing;
      const board = market.kind === 'perpetual' ? 'Futures' : 'Delivery';
      const params = { settle: market.settle.toLowerCase(), contract: id, limit: 300 };
      const answer = await gate.call(`public${board}GetSettleOrderBook`, params);
      const { current, bids, asks } = readPayload(book, answer, `${name} order book`);
      const sized = (side: typeof bids) => side.map(({ p, s }) => [p, s * listing.contractSize] as const);
      return { timeMs: Math.round(current * 1000), bids: sized(bids), asks: sized(asks) };
    },

    async liquidations(listing, { fromMs, toMs }) {
      if (listing.market.kind === 'future') return undefined;
      const range = { fromMs: Math.max(fromMs, nowMs() - liquidationDepthMs), toMs };
      return gatherEvents(range, liquidationSpanMs, (window) => liquidationsIn(listing, window));
    },
  };
}

/** The taker fee counted in Gate's formula for the liquidation price. */
const takerFeeRate = 0.00075;

/** Both ends included, in whole seconds. (ccxt's fetchLiquidations sends milliseconds: nothing is found.) */
function seconds({ fromMs, toMs }: TimeRange): { readonly from: number; readonly to: number } {
  return { from: Math.ceil(fromMs / 1000), to: Math.ceil(toMs / 1000) - 1 };
}

/**
 * `size` is the position's: above zero a long was closed (GateAPI docs: "User position size"; a short's -165 contracts
 * were bought back with a limit of 28,225 above the fill of 28,070). `left` is what found no buyer.
 */
function liquidation(listing: Listing, row: z.output<typeof liquidationRow>): Liquidation {
  sameMarket(listing.id, row.contract, `${name} liquidations`);
  const size = (Math.abs(row.size) - Math.abs(row.left)) * listing.contractSize;
  return {
    timeMs: row.time * 1000,
    liquidatedSide: row.size > 0 ? 'long' : 'short',
    price: row.fill_price,
    priceKind: 'fill',
    size,
    usd: listing.market.contract === 'linear' ? size * row.fill_price : size,
  };
}

/** The finest step within the timeframe; statistics begin at 5 minutes. */
const statsIntervals: Readonly<Record<Timeframe, Timeframe>> = {
  '1m': '5m',
  '5m': '5m',
  '15m': '15m',
  '1h': '1h',
  '4h': '4h',
  '1d': '1d',
};

const prices = { t: numeric, o: numeric, h: numeric, l: numeric, c: numeric };
const candleRow = z.object({ ...prices, v: numeric });
const markRow = z.object(prices).transform((row) => ({ ...row, v: 0 }));
const statsRow = z.object({ time: numeric, open_interest: numeric });
const fundingRow = z.object({ t: numeric, r: numeric });
const tierRow = z.object({
  risk_limit: numeric,
  maintenance_rate: numeric,
  leverage_max: numeric,
  deduction: optionalNumeric,
});
const tickerRow = z.object({ contract: z.string(), last: numeric, mark_price: numeric });
const level = z.object({ p: numeric, s: numeric });
const book = z.object({ current: numeric, bids: z.array(level), asks: z.array(level) });
const liquidationRow = z.object({
  time: numeric,
  contract: z.string(),
  size: numeric,
  fill_price: numeric,
  left: numeric,
});
