import { z } from 'zod';
import { dayMs } from '../../../core/durations.ts';
import type { Candle } from '../../../core/market-data.ts';
import { type CandleQuery, type Timeframe, timeframeMs } from '../../source.ts';
import { type Listing, listContract, type Venue, type VenueContext } from '../listing.ts';
import { MarketError } from '../market-error.ts';
import { followBack, gatherBack } from '../pages.ts';
import { numeric, readPayload, rowsOf, sameMarket } from '../payload.ts';
import { tierLadder } from '../tier-ladder.ts';

/**
 * Bitget perpetuals in USDT, USDC and coin. Sizes are base units; of coin-margined contracts they are coins at the
 * price of the moment, which is turned into USD with the mark price or the level's own.
 */

const name = 'bitget';

/** `candles` gives 1000 rows within 90 days; `history-candles` the 200 before `endTime`, and ignores `startTime`. */
const recentLimit = 1000;
const recentSpanMs = 90 * dayMs;
const historyLimit = 200;
const fundingPage = 100;

export function createBitget({ client, nowMs }: VenueContext): Venue {
  const bitget = client('bitget');

  async function ask<Schema extends z.ZodType>(
    listing: Listing,
    endpoint: string,
    options: { readonly data: Schema; readonly params?: Record<string, unknown> },
  ): Promise<z.output<Schema>> {
    const params = { symbol: listing.id, productType: productType(listing), ...options.params };
    const answer = await bitget.call(`publicMixGetV2MixMarket${endpoint}`, params);
    const { data } = readPayload(envelope, answer, name);
    return readPayload(options.data, data, `${name} ${endpoint}`);
  }

  async function price(listing: Listing) {
    const [row] = await ask(listing, 'SymbolPrice', { data: prices });
    sameMarket(listing.id, row.symbol, `${name} price`);
    return { timeMs: row.ts, mark: row.markPrice, last: row.price };
  }

  async function candlePage(
    listing: Listing,
    query: CandleQuery,
    endpoint: { readonly name: string; readonly limit: number; readonly kLineType?: string },
  ): Promise<Candle[]> {
    const { name: path, limit, ...kind } = endpoint;
    const rows = await ask(listing, path, {
      data: rowsOf(candleRow),
      params: {
        granularity: granularities[query.timeframe],
        startTime: query.fromMs,
        endTime: query.toMs,
        limit,
        ...kind,
      },
    });
    // Volume in base comes before turnover in quote; a turnover in USD is the face value of inverse contracts.
    const column = listing.market.contract === 'linear' ? 5 : 6;
    return rows.map((row) => {
      const [openMs, open, high, low, close] = row;
      return { openMs, open, high, low, close, volume: query.price === 'mark' ? 0 : row[column] };
    });
  }

  return {
    name,

    listings: async () =>
      (await bitget.contracts()).map((row) => listContract(row, { venue: name, client: bitget })),

    async candles(listing, query) {
      const { timeframe, fromMs, toMs } = query;
      const stepMs = timeframeMs[timeframe];
      const mark = query.price === 'mark';
      const recentMs = Math.min(toMs, nowMs() - (recentDays[timeframe] - 1) * dayMs);
      const recent = await gatherBack(
        { fromMs: Math.max(fromMs, recentMs), toMs },
        Math.min(recentLimit * stepMs, recentSpanMs),
        (window) =>
          candlePage(
            listing,
            { ...query, ...window },
            {
              name: 'Candles',
              limit: recentLimit,
              ...(mark && { kLineType: 'mark' }),
            },
          ),
      );
      const older = await gatherBack({ fromMs, toMs: recentMs }, historyLimit * stepMs, (window) =>
        candlePage(
          listing,
          { ...query, ...window },
          {
            name: mark ? 'HistoryMarkCandles' : 'HistoryCandles',
            limit: historyLimit,
          },
        ),
      );
      return [...recent, ...older];
    },

    async openInterest(listing) {
      const { openInterestList, ts } = await ask(listing, 'OpenInterest', { data: openInterestData });
      const [row] = openInterestList;
      sameMarket(listing.id, row.symbol, `${name} open interest`);
      if (listing.market.contract === 'linear') return { timeMs: ts, size: row.size };
      return { timeMs: ts, size: row.size * (await price(listing)).mark };
    },

    // There is none.
    openInterestHistory: async () => undefined,

    /** Pages of 100 from the newest; a range in time cannot be asked for. */
    funding: (listing, range) =>
      followBack(range, async (_beforeMs, page) => {
        const rows = await ask(listing, 'HistoryFundRate', {
          data: rowsOf(fundingRow),
          params: { pageSize: fundingPage, pageNo: page },
        });
        return rows.map((row) => {
          sameMarket(listing.id, row.symbol, `${name} funding`);
          return { timeMs: row.fundingTime, rate: row.fundingRate };
        });
      }),

    async marginRules(listing) {
      const rows = await ask(listing, 'QueryPositionLever', { data: rowsOf(tierRow) });
      return {
        tiers: tierLadder(
          rows.map(({ symbol, ...row }) => {
            sameMarket(listing.id, symbol, `${name} tiers`);
            return { cap: row.endUnit, maintenanceRate: row.keepMarginRate, maxLeverage: row.leverage };
          }),
        ),
        feeRate: takerFeeRate,
        // No document says whether funding is taken from the position: the cautious answer.
        fundingMovesMargin: true,
        source: 'Bitget position tiers, live (whether funding moves margin is assumed)',
      };
    },

    price,

    async orderBook(listing) {
      const { ts, bids, asks } = await ask(listing, 'MergeDepth', {
        data: book,
        params: { precision: 'scale0', limit: 'max' },
      });
      const inverse = listing.market.contract === 'inverse';
      const sized = (side: typeof bids) =>
        side.map(([at, size]) => [at, inverse ? size * at : size] as const);
      return { timeMs: ts, bids: sized(bids), asks: sized(asks) };
    },

    liquidations: async () => undefined,
  };
}

/** The fee counted in Bitget's formula for the liquidation price. */
const takerFeeRate = 0.0006;

export function productType({ market }: Listing): string {
  if (market.contract === 'inverse') return 'COIN-FUTURES';
  if (market.settle === 'USDT' || market.settle === 'USDC') return `${market.settle}-FUTURES`;
  throw new MarketError('refused', `${name}: no product is settled in ${market.settle}`);
}

/** Bars of a day open at midnight in Hong Kong unless named `utc`. */
const granularities: Readonly<Record<Timeframe, string>> = {
  '1m': '1m',
  '5m': '5m',
  '15m': '15m',
  '1h': '1H',
  '4h': '4H',
  '1d': '1Dutc',
};

/** How far back `candles` reaches (found by trial by ccxt: bitget.js, maxRecentDaysPerTimeframe). */
const recentDays: Readonly<Record<Timeframe, number>> = {
  '1m': 30,
  '5m': 30,
  '15m': 30,
  '1h': 60,
  '4h': 240,
  '1d': 1440,
};

const envelope = z.object({ data: z.unknown() });
const candleRow = z.tuple([numeric, numeric, numeric, numeric, numeric, numeric, numeric], z.unknown());
const openInterestData = z.object({
  ts: numeric,
  openInterestList: z.tuple([z.object({ symbol: z.string(), size: numeric })]),
});
const fundingRow = z.object({ symbol: z.string(), fundingTime: numeric, fundingRate: numeric });
const tierRow = z.object({
  symbol: z.string(),
  endUnit: numeric,
  keepMarginRate: numeric,
  leverage: numeric,
});
const prices = z.tuple([z.object({ symbol: z.string(), price: numeric, markPrice: numeric, ts: numeric })]);
const level = z.tuple([numeric, numeric]);
const book = z.object({ ts: numeric, bids: z.array(level), asks: z.array(level) });
