import { z } from 'zod';
import { dayMs, hourMs } from '../../../core/durations.ts';
import type { Candle } from '../../../core/market-data.ts';
import type { Timeframe } from '../../source.ts';
import { timeframeMs } from '../../source.ts';
import type { CcxtClient } from '../ccxt-client.ts';
import { type Listing, listContract, type Venue, type VenueContext } from '../listing.ts';
import { gatherBack } from '../pages.ts';
import { numeric, readPayload, rowsOf, sameMarket } from '../payload.ts';
import { settlementMs } from '../settlement-time.ts';
import { createBinanceBrackets } from './binance-brackets.ts';

/**
 * Binance USD-M (`fapi`) and COIN-M (`dapi`) as one venue. Their interfaces mirror each other; sizes do not: USD-M
 * counts base units, COIN-M contracts of 10 or 100 USD.
 */

const name = 'binance';

/** Rows a call may ask for. `dapi` refuses spans of more than 200 days whatever the limit. */
const candleLimit = 1000;
const candleSpanMs = 199 * dayMs;
const fundingLimit = 1000;
const openInterestLimit = 500;

/** "Only the data of the latest 1 month is available"; a start beyond it is refused, so keep an hour away. */
const openInterestDepthMs = 30 * dayMs - hourMs;

/** Shortest funding interval there is; some symbols settle every hour. */
const fundingStepMs = hourMs;

export function createBinance(context: VenueContext): Venue {
  const usdM = context.client('binanceusdm');
  const coinM = context.client('binancecoinm');
  const brackets = createBinanceBrackets({ usdM, coinM, nowMs: context.nowMs });

  return {
    name,

    async listings() {
      const listed = await Promise.all([listOf(usdM), listOf(coinM)]);
      return listed.flat();
    },

    async volumes() {
      const answer = await usdM.call('fapiPublicGetTicker24hr');
      const rows = readPayload(rowsOf(tickerRow), answer, `${name} volumes`);
      return new Map(rows.map(({ symbol, quoteVolume }) => [symbol, quoteVolume]));
    },

    candles: (listing, { fromMs, toMs, timeframe, price }) =>
      gatherBack(
        { fromMs, toMs },
        Math.min(candleLimit * timeframeMs[timeframe], candleSpanMs),
        async (window) => {
          const endpoint = price === 'mark' ? 'GetMarkPriceKlines' : 'GetKlines';
          const answer = await ask(listing, `Public${endpoint}`, {
            symbol: listing.id,
            interval: timeframe,
            startTime: window.fromMs,
            endTime: window.toMs - 1,
            limit: candleLimit,
          });
          return readPayload(rowsOf(kline), answer, `${name} candles`).map((row) =>
            candle(listing, price, row),
          );
        },
      ),

    async openInterest(listing) {
      const answer = await ask(listing, 'PublicGetOpenInterest', { symbol: listing.id });
      const { symbol, time, openInterest } = readPayload(openInterestNow, answer, `${name} open interest`);
      sameMarket(listing.id, symbol, `${name} open interest`);
      return { timeMs: time, size: openInterest * listing.contractSize };
    },

    openInterestHistory(listing, { fromMs, toMs, timeframe }) {
      const period = openInterestPeriods[timeframe];
      const range = { fromMs: Math.max(fromMs, context.nowMs() - openInterestDepthMs), toMs };
      return gatherBack(range, openInterestLimit * timeframeMs[period], async (window) => {
        const answer = await ask(listing, 'DataGetOpenInterestHist', {
          ...openInterestKey(listing),
          period,
          startTime: window.fromMs,
          endTime: window.toMs - 1,
          limit: openInterestLimit,
        });
        const rows = readPayload(rowsOf(openInterestRow), answer, `${name} open interest history`);
        return rows.map(({ timestamp, sumOpenInterest }) => ({
          timeMs: timestamp,
          size: sumOpenInterest * listing.contractSize,
        }));
      });
    },

    async funding(listing, range) {
      if (listing.market.kind === 'future') return undefined;
      return gatherBack(range, fundingLimit * fundingStepMs, async ({ fromMs, toMs }) => {
        const answer = await ask(listing, 'PublicGetFundingRate', {
          symbol: listing.id,
          startTime: fromMs,
          endTime: toMs - 1,
          limit: fundingLimit,
        });
        return readPayload(rowsOf(fundingRow), answer, `${name} funding`).map((row) => {
          sameMarket(listing.id, row.symbol, `${name} funding`);
          return { timeMs: settlementMs(row.fundingTime), rate: row.fundingRate };
        });
      });
    },

    marginRules: (listing) => brackets.rulesOf(listing),

    async price(listing) {
      const answer = await ask(listing, 'PublicGetPremiumIndex', { symbol: listing.id });
      // COIN-M wraps the one row in a list.
      const { symbol, markPrice, time } = readPayload(
        markRow,
        Array.isArray(answer) ? answer[0] : answer,
        `${name} price`,
      );
      sameMarket(listing.id, symbol, `${name} price`);
      return { timeMs: time, mark: markPrice };
    },

    async orderBook(listing) {
      const answer = await ask(listing, 'PublicGetDepth', { symbol: listing.id, limit: 1000 });
      const { T, bids, asks } = readPayload(depth, answer, `${name} order book`);
      const sized = (side: typeof bids) =>
        side.map(([price, contracts]) => [price, contracts * listing.contractSize] as const);
      return { timeMs: T, bids: sized(bids), asks: sized(asks) };
    },

    // The REST history of forced orders was withdrawn in 2021; only the stream is left.
    liquidations: async () => undefined,
  };
}

async function listOf(client: CcxtClient): Promise<Listing[]> {
  const rows = await client.contracts();
  return rows.map((row) => listContract(row, { venue: name, client }));
}

function ask({ client }: Listing, endpoint: string, params: Record<string, unknown>): Promise<unknown> {
  return client.call(`${client.id === 'binanceusdm' ? 'fapi' : 'dapi'}${endpoint}`, params);
}

type Kline = z.output<typeof kline>;

/** The sixth field is volume in base on USD-M and in contracts on COIN-M (the eighth is base there). */
function candle({ contractSize }: Listing, price: 'last' | 'mark', row: Kline): Candle {
  const [openMs, open, high, low, close, volume] = row;
  return { openMs, open, high, low, close, volume: price === 'mark' ? 0 : volume * contractSize };
}

/** The finest step within the timeframe; there is none below 5 minutes. */
const openInterestPeriods = {
  '1m': '5m',
  '5m': '5m',
  '15m': '15m',
  '1h': '1h',
  '4h': '4h',
  '1d': '1d',
} as const satisfies Record<Timeframe, Timeframe>;

/**
 * COIN-M wants the pair and the kind of contract. ccxt 4.5.84 sends `pair=ETHUSD_PERP&contractType=CURRENT_QUARTER`,
 * which is another market or none (binance.js, fetchOpenInterestHistory). Sizes there are contracts; the column called
 * value is in coin: 284,391 contracts stand beside 2,451.46 BTC in a recorded answer.
 */
function openInterestKey({ id, client, row }: Listing): Record<string, string> {
  if (client.id === 'binanceusdm') return { symbol: id };
  const { pair, contractType } = readPayload(coinMRow, row, `${name} listing of ${id}`);
  return { pair, contractType };
}

const kline = z.tuple([numeric, numeric, numeric, numeric, numeric, numeric], z.unknown());
const tickerRow = z.object({ symbol: z.string(), quoteVolume: numeric });
const openInterestNow = z.object({ symbol: z.string(), time: numeric, openInterest: numeric });
const openInterestRow = z.object({ timestamp: numeric, sumOpenInterest: numeric });
const fundingRow = z.object({ symbol: z.string(), fundingTime: numeric, fundingRate: numeric });
const markRow = z.object({ symbol: z.string(), markPrice: numeric, time: numeric });
const level = z.tuple([numeric, numeric], z.unknown());
const depth = z.object({ T: numeric, bids: z.array(level), asks: z.array(level) });
const coinMRow = z.object({ pair: z.string(), contractType: z.string() });
