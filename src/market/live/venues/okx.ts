import { z } from 'zod';
import { type Timeframe, type TimeRange, timeframeMs } from '../../source.ts';
import { type Listing, listContract, type Venue, type VenueContext } from '../listing.ts';
import { followBack, gatherBack } from '../pages.ts';
import { numeric, readPayload, rowsOf, sameMarket } from '../payload.ts';
import { flatTiers } from '../tier-ladder.ts';

/**
 * OKX perpetual and dated contracts. All sizes are contracts: of `ctVal` base units (linear) or USD (inverse). Pages
 * come newest first; `after` and `end` ask for older rows, `before` and `begin` for newer ones, all exclusive.
 */

const name = 'okx';

/** Rows of one call, and how far back the endpoints for recent bars reach; older ones have endpoints of their own. */
const candleLimits = { last: 300, mark: 100 } as const;
const recentBars = 1439;
const openInterestLimit = 100;
const openInterestBars = 1440;

export function createOkx({ client, nowMs }: VenueContext): Venue {
  const okx = client('okx');

  async function ask<Schema extends z.ZodType>(
    endpoint: string,
    params: Record<string, unknown>,
    row: Schema,
  ): Promise<z.output<Schema>[]> {
    const answer = await okx.call(`publicGet${endpoint}`, params);
    const what = `${name} ${endpoint}`;
    return readPayload(rowsOf(row), readPayload(envelope, answer, what).data, what);
  }

  /** One request whose rows name their market. */
  async function askOne<Schema extends z.ZodType<{ instId: string }>>(
    listing: Listing,
    endpoint: string,
    row: Schema,
  ): Promise<z.output<Schema> | undefined> {
    const [first] = await ask(endpoint, { instType: instType(listing), instId: listing.id }, row);
    sameMarket(listing.id, first?.instId, `${name} ${endpoint}`);
    return first;
  }

  async function price(listing: Listing) {
    const row = await askOne(listing, 'PublicMarkPrice', markRow);
    return row && { timeMs: row.ts, mark: row.markPx };
  }

  async function openInterestBarsOf(listing: Listing, period: Timeframe, range: TimeRange) {
    const stepMs = timeframeMs[period];
    return gatherBack(range, openInterestLimit * stepMs, async ({ fromMs, toMs }) => {
      const rows = await ask(
        'RubikStatContractsOpenInterestHistory',
        {
          instId: listing.id,
          period: bars[period],
          begin: fromMs - stepMs - 1,
          end: toMs - stepMs,
          limit: openInterestLimit,
        },
        openInterestBar,
      );
      return rows.map(([openMs, contracts]) => ({
        timeMs: openMs + stepMs,
        size: contracts * listing.contractSize,
      }));
    });
  }

  return {
    name,

    listings: async () =>
      (await okx.contracts()).map((row) => listContract(row, { venue: name, client: okx })),

    candles(listing, { fromMs, toMs, timeframe, price: kind }) {
      const stepMs = timeframeMs[timeframe];
      const limit = candleLimits[kind];
      return gatherBack({ fromMs, toMs }, limit * stepMs, async (window) => {
        const age = window.fromMs < nowMs() - recentBars * stepMs ? 'History' : '';
        const endpoint = `Market${age}${kind === 'mark' ? 'MarkPrice' : ''}Candles`;
        const params = {
          instId: listing.id,
          bar: bars[timeframe],
          before: window.fromMs - 1,
          after: window.toMs,
          limit,
        };
        if (kind === 'mark') {
          const rows = await ask(endpoint, params, markBar);
          return rows.filter(isConfirmed).map(([openMs, open, high, low, close]) => {
            return { openMs, open, high, low, close, volume: 0 };
          });
        }
        const rows = await ask(endpoint, params, bar);
        return rows.filter(isConfirmed).map(([openMs, open, high, low, close, contracts]) => {
          return { openMs, open, high, low, close, volume: contracts * listing.contractSize };
        });
      });
    },

    async openInterest(listing) {
      const row = await askOne(listing, 'PublicOpenInterest', openInterestRow);
      return row && { timeMs: row.ts, size: row.oi * listing.contractSize };
    },

    /**
     * Per instrument; ccxt's fetchOpenInterestHistory adds up all contracts of the coin. Each step is kept for 1,440
     * entries, 5 days of 5 minutes, so what lies before comes from coarser steps.
     *
     * A row carries the time its bar opens and the value at its end (two public collectors found so in 2026, one by
     * watching the row in progress follow live open interest; OKX's guide does not say).
     */
    async openInterestHistory(listing, { fromMs, toMs, timeframe }) {
      const points: { timeMs: number; size: number }[] = [];
      let untilMs = toMs;
      for (const period of openInterestPeriods[timeframe]) {
        const sinceMs = Math.max(fromMs, nowMs() - openInterestBars * timeframeMs[period]);
        if (sinceMs >= untilMs) continue;
        points.push(...(await openInterestBarsOf(listing, period, { fromMs: sinceMs, toMs: untilMs })));
        untilMs = sinceMs;
      }
      return points.filter(({ timeMs }) => timeMs <= nowMs());
    },

    async funding(listing, range) {
      if (listing.market.kind === 'future') return undefined;
      return followBack(range, async (beforeMs) => {
        const params = { instId: listing.id, after: beforeMs };
        const rows = await ask('PublicFundingRateHistory', params, fundingRow);
        return rows.map((row) => {
          sameMarket(listing.id, row.instId, `${name} funding`);
          return { timeMs: row.fundingTime, rate: row.realizedRate };
        });
      });
    },

    async marginRules(listing) {
      const { instFamily } = readPayload(instrumentRow, listing.row, `${name} listing of ${listing.id}`);
      const params = { instType: instType(listing), tdMode: 'isolated', instFamily };
      const rows = await ask('PublicPositionTiers', params, tierRow);
      const mark = (await price(listing))?.mark ?? Number.NaN;
      return {
        // The rate of the tier holds for the whole position, without deduction.
        tiers: flatTiers(rows.map((row) => ({ ...row, cap: settleValue(listing, row.cap, mark) }))),
        capsInContracts: rows.map(({ cap }) => cap).sort((a, b) => a - b),
        feeRate: takerFeeRate,
        // A recorded position paid 7.33 USDT of funding while its margin stayed within 0.03 of where it began.
        fundingMovesMargin: false,
        source: 'OKX position tiers, live (given in contracts, valued at the mark price)',
      };
    },

    price,

    async orderBook(listing) {
      const [book] = await ask('MarketBooks', { instId: listing.id, sz: 400 }, bookRow);
      if (!book) return undefined;
      const sized = (side: typeof book.bids) =>
        side.map(([at, contracts]) => [at, contracts * listing.contractSize] as const);
      return { timeMs: book.ts, bids: sized(book.bids), asks: sized(book.asks) };
    },

    // Only the stream `liquidation-orders` has them.
    liquidations: async () => undefined,
  };
}

/** The trigger counts the user's taker fee; this is the regular user's. */
const takerFeeRate = 0.0005;

function instType({ market }: Listing): string {
  return market.kind === 'perpetual' ? 'SWAP' : 'FUTURES';
}

/** Contracts as USD (linear) or coins (inverse). */
function settleValue({ market, contractSize }: Listing, contracts: number, mark: number): number {
  return contracts * (market.contract === 'linear' ? contractSize * mark : contractSize / mark);
}

/** The last field of a bar: whether it is complete. */
function isConfirmed(row: readonly unknown[]): boolean {
  return row.at(-1) !== '0';
}

/** Bars of a day open at midnight in Hong Kong unless named `utc`. */
const bars: Readonly<Record<Timeframe, string>> = {
  '1m': '1m',
  '5m': '5m',
  '15m': '15m',
  '1h': '1H',
  '4h': '4H',
  '1d': '1Dutc',
};

const openInterestPeriods: Readonly<Record<Timeframe, readonly Timeframe[]>> = {
  '1m': ['5m', '1h', '1d'],
  '5m': ['5m', '1h', '1d'],
  '15m': ['15m', '1h', '1d'],
  '1h': ['1h', '1d'],
  '4h': ['4h', '1d'],
  '1d': ['1d'],
};

const envelope = z.object({ data: z.unknown() });
const bar = z.tuple([numeric, numeric, numeric, numeric, numeric, numeric], z.unknown());
const markBar = z.tuple([numeric, numeric, numeric, numeric, numeric], z.unknown());
const openInterestBar = z.tuple([numeric, numeric], z.unknown());
const openInterestRow = z.object({ instId: z.string(), oi: numeric, ts: numeric });
const fundingRow = z.object({ instId: z.string(), fundingTime: numeric, realizedRate: numeric });
const markRow = z.object({ instId: z.string(), markPx: numeric, ts: numeric });
const instrumentRow = z.object({ instFamily: z.string() });
const tierRow = z
  .object({ maxSz: numeric, mmr: numeric, maxLever: numeric })
  .transform(({ maxSz, mmr, maxLever }) => ({ cap: maxSz, maintenanceRate: mmr, maxLeverage: maxLever }));
const level = z.tuple([numeric, numeric], z.unknown());
const bookRow = z.object({ ts: numeric, bids: z.array(level), asks: z.array(level) });
