import { z } from 'zod';
import { hourMs } from '../../../core/durations.ts';
import type { Timeframe } from '../../source.ts';
import { timeframeMs } from '../../source.ts';
import { type Listing, listContract, type Venue, type VenueContext } from '../listing.ts';
import { MarketError } from '../market-error.ts';
import { gatherBack } from '../pages.ts';
import { numeric, optionalNumeric, readPayload, sameMarket } from '../payload.ts';
import { tierLadder } from '../tier-ladder.ts';

/**
 * Bybit linear (USDT, USDC) and inverse. Sizes are base units on linear and USD on inverse contracts, in every
 * endpoint; of a candle that is the sixth field (docs/v5/market/kline.mdx prints a BTCUSD hour near 17,060 USD with
 * volume 268,611 and turnover 15.74; ccxt's parseOHLCV takes the turnover, in base, for inverse ones).
 */

const name = 'bybit';

const candleLimit = 1000;
const openInterestLimit = 200;
const fundingLimit = 200;

/** Shortest funding interval there is. */
const fundingStepMs = hourMs;

export function createBybit({ client }: VenueContext): Venue {
  const bybit = client('bybit');

  /** One request about one market; the answer's `result` and time. */
  async function ask<Schema extends z.ZodType>(
    listing: Listing,
    endpoint: string,
    options: { readonly result: Schema; readonly params?: Record<string, unknown> },
  ): Promise<{ readonly result: z.output<Schema>; readonly timeMs: number }> {
    const { market, id } = listing;
    const params = { category: market.contract, symbol: id, ...options.params };
    const answer = await bybit.call(`publicGetV5Market${endpoint}`, params);
    const { result, time } = readPayload(envelope, answer, name);
    const what = `${name} ${endpoint}`;
    sameMarket(id, readPayload(namedResult, result, what)?.symbol, what);
    return { result: readPayload(options.result, result, what), timeMs: time };
  }

  return {
    name,

    listings: async () =>
      (await bybit.contracts()).map((row) => listContract(row, { venue: name, client: bybit })),

    async volumes() {
      const answer = await bybit.call('publicGetV5MarketTickers', { category: 'linear' });
      const { result } = readPayload(turnovers, answer, `${name} volumes`);
      return new Map(result.list.map(({ symbol, turnover24h }) => [symbol, turnover24h]));
    },

    candles: (listing, { fromMs, toMs, timeframe, price }) =>
      gatherBack({ fromMs, toMs }, candleLimit * timeframeMs[timeframe], async (window) => {
        const { result } = await ask(listing, price === 'mark' ? 'MarkPriceKline' : 'Kline', {
          result: price === 'mark' ? markKlines : klines,
          params: {
            interval: candleIntervals[timeframe],
            start: window.fromMs,
            end: window.toMs - 1,
            limit: candleLimit,
          },
        });
        return result.list.map(([openMs, open, high, low, close, volume = 0]) => ({
          ...{ openMs, open, high, low, close },
          volume,
        }));
      }),

    async openInterest(listing) {
      const { result } = await ask(listing, 'OpenInterest', {
        result: openInterestList,
        params: { intervalTime: '5min', limit: 1 },
      });
      return result.list.map(oneSide)[0];
    },

    openInterestHistory: (listing, { fromMs, toMs, timeframe }) =>
      gatherBack({ fromMs, toMs }, openInterestLimit * openInterestStepMs(timeframe), async (window) => {
        const { result } = await ask(listing, 'OpenInterest', {
          result: openInterestList,
          params: {
            intervalTime: openInterestIntervals[timeframe],
            startTime: window.fromMs,
            endTime: window.toMs - 1,
            limit: openInterestLimit,
          },
        });
        return result.list.map(oneSide);
      }),

    async funding(listing, range) {
      if (listing.market.kind === 'future') return undefined;
      return gatherBack(range, fundingLimit * fundingStepMs, async ({ fromMs, toMs }) => {
        // "Passing startTime only, it returns error": both or none.
        const { result } = await ask(listing, 'FundingHistory', {
          result: fundingRates,
          params: { startTime: fromMs, endTime: toMs - 1, limit: fundingLimit },
        });
        return result.list.map((row) => {
          sameMarket(listing.id, row.symbol, `${name} funding`);
          return { timeMs: row.fundingRateTimestamp, rate: row.fundingRate };
        });
      });
    },

    async marginRules(listing) {
      const { result } = await ask(listing, 'RiskLimit', { result: riskLimits });
      return {
        tiers: tierLadder(result.list.map((row) => tier(listing, row))),
        // The fee to close is held on top of both initial and maintenance margin, so it cancels out of the trigger.
        feeRate: 0,
        // Taken from the available balance first; only what is missing there is taken from the position.
        fundingMovesMargin: false,
        source: 'Bybit risk limits, live',
      };
    },

    async price(listing) {
      const { result, timeMs } = await ask(listing, 'Tickers', { result: oneTicker });
      const [{ symbol, markPrice, lastPrice }] = result.list;
      sameMarket(listing.id, symbol, `${name} price`);
      return { timeMs, mark: markPrice, last: lastPrice };
    },

    async orderBook(listing) {
      const { result } = await ask(listing, 'Orderbook', { result: book, params: { limit: 500 } });
      sameMarket(listing.id, result.s, `${name} order book`);
      return { timeMs: result.ts, bids: result.b, asks: result.a };
    },

    // Only the stream `allLiquidation` has them.
    liquidations: async () => undefined,
  };
}

type OpenInterestRow = z.output<typeof openInterestList>['list'][number];

/**
 * `openInterest` counts longs and shorts together, `singleOpenInterest` (since 2026-06-11, docs changelog) one side;
 * a captured answer: 52664.642 and 26332.321. Answers without the new field are halved.
 */
function oneSide({ timestamp, openInterest, singleOpenInterest }: OpenInterestRow) {
  return { timeMs: timestamp, size: singleOpenInterest ?? openInterest / 2 };
}

type RiskRow = z.output<typeof riskRow>;

/**
 * The documents print rates in percent ("0.5" beside "100.00" times), live answers are fractions ("0.005"): the initial
 * margin rate times the leverage it allows is 1 for fractions and 100 for percents. Deductions of the lowest tier, and
 * of all tiers of some markets, are empty.
 */
function tier(listing: Listing, row: RiskRow) {
  sameMarket(listing.id, row.symbol, `${name} risk limits`);
  const unit = row.initialMargin * row.maxLeverage;
  if (!(unit > 0.5 && unit < 2) && !(unit > 50 && unit < 200)) {
    throw new MarketError(
      'bad-answer',
      `${name} risk limits: initial margin ${row.initialMargin}, ${row.maxLeverage}x`,
    );
  }
  return {
    cap: row.riskLimitValue,
    maintenanceRate: row.maintenanceMargin / (unit < 2 ? 1 : 100),
    maxLeverage: row.maxLeverage,
    deduction: row.mmDeduction,
  };
}

function openInterestStepMs(timeframe: Timeframe): number {
  return Math.max(timeframeMs[timeframe], timeframeMs['5m']);
}

const candleIntervals: Readonly<Record<Timeframe, string>> = {
  '1m': '1',
  '5m': '5',
  '15m': '15',
  '1h': '60',
  '4h': '240',
  '1d': 'D',
};

/** The finest step within the timeframe; there is none below 5 minutes. */
const openInterestIntervals: Readonly<Record<Timeframe, string>> = {
  '1m': '5min',
  '5m': '5min',
  '15m': '15min',
  '1h': '1h',
  '4h': '4h',
  '1d': '1d',
};

const envelope = z.object({ result: z.unknown(), time: numeric });
const namedResult = z.object({ symbol: z.string().optional() });
const klines = listed(z.tuple([numeric, numeric, numeric, numeric, numeric, numeric], z.unknown()));
const markKlines = listed(z.tuple([numeric, numeric, numeric, numeric, numeric]));
const openInterestList = listed(
  z.object({ timestamp: numeric, openInterest: numeric, singleOpenInterest: optionalNumeric }),
);
const fundingRates = listed(
  z.object({ symbol: z.string(), fundingRateTimestamp: numeric, fundingRate: numeric }),
);
const riskRow = z.object({
  symbol: z.string(),
  riskLimitValue: numeric,
  maintenanceMargin: numeric,
  initialMargin: numeric,
  maxLeverage: numeric,
  mmDeduction: optionalNumeric,
});
const riskLimits = listed(riskRow);
const turnovers = z.object({ result: listed(z.object({ symbol: z.string(), turnover24h: numeric })) });
const oneTicker = z.object({
  list: z.tuple([z.object({ symbol: z.string(), markPrice: numeric, lastPrice: numeric })]),
});
const level = z.tuple([numeric, numeric]);
const book = z.object({ s: z.string(), ts: numeric, b: z.array(level), a: z.array(level) });

function listed<Row extends z.ZodType>(row: Row) {
  return z.object({ list: z.array(row) });
}
