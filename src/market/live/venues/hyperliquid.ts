import { z } from 'zod';
import { hourMs } from '../../../core/durations.ts';
import { timeframeMs } from '../../source.ts';
import { type Listing, listContract, type Venue, type VenueContext } from '../listing.ts';
import { MarketError } from '../market-error.ts';
import { gatherBack } from '../pages.ts';
import { numeric, readPayload, rowsOf, sameMarket } from '../payload.ts';
import { remembered } from '../remembered.ts';
import { settlementMs } from '../settlement-time.ts';
import { tierLadder } from '../tier-ladder.ts';
import { hyperliquidAccounts } from './hyperliquid-accounts.ts';

/**
 * Hyperliquid's own perpetuals, in USDC; sizes are base units of the coin as named (`kPEPE` is 1000 PEPE). Contracts of
 * other builders (HIP-3) are left out. Everything is asked by a POST of `{type, ...}`.
 */

const name = 'hyperliquid';

/** "Only the most recent 5000 candles are available"; funding comes in pages of 500 hours. */
const candleLimit = 5000;
const fundingLimit = 500;
const fundingStepMs = hourMs;

/** One answer holds open interest, prices and tiers of all coins and costs 20 of 1,200 weight a minute. */
const snapshotTtlMs = 5_000;

export function createHyperliquid({ client, nowMs }: VenueContext): Venue {
  const hyperliquid = client('hyperliquid');

  async function ask<Schema extends z.ZodType>(
    question: { readonly type: string; readonly [key: string]: unknown },
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const answer = await hyperliquid.call('publicPostInfo', question);
    return readPayload(schema, answer, `${name} ${question.type}`);
  }

  const snapshot = remembered(
    async () => {
      const [meta, contexts] = await ask({ type: 'metaAndAssetCtxs' }, metaAndContexts);
      return { ...meta, contexts, timeMs: nowMs() };
    },
    { ttlMs: snapshotTtlMs, nowMs },
  );

  /** The coin's places in the snapshot. It bears no time of its own, so the time of asking stands for it. */
  async function coinOf(listing: Listing) {
    const { universe, marginTables, contexts, timeMs } = await snapshot();
    const own = nameOf(listing);
    const index = universe.findIndex((coin) => coin.name === own);
    const [coin, context] = [universe[index], contexts[index]];
    if (!coin || !context) throw new MarketError('bad-answer', `${name}: no ${own} in the universe`);
    return { coin, context, marginTables, timeMs };
  }

  return {
    name,

    listings: async () =>
      (await hyperliquid.contracts()).map((row) => {
        return listContract(row, { venue: name, client: hyperliquid, ownBase: ownName(row.row) });
      }),

    async candles(listing, { fromMs, toMs, timeframe, price }) {
      if (price === 'mark') return undefined;
      const coin = nameOf(listing);
      return gatherBack({ fromMs, toMs }, candleLimit * timeframeMs[timeframe], async (window) => {
        const req = {
          coin,
          interval: timeframe,
          startTime: window.fromMs,
          endTime: window.toMs - 1,
        };
        const rows = await ask({ type: 'candleSnapshot', req }, rowsOf(candleRow));
        return rows.map(({ s, t, o, h, l, c, v }) => {
          sameMarket(coin, s, `${name} candles`);
          return { openMs: t, open: o, high: h, low: l, close: c, volume: v };
        });
      });
    },

    async openInterest(listing) {
      const { context, timeMs } = await coinOf(listing);
      return { timeMs, size: context.openInterest };
    },

    // There is none; the daemon records its own.
    openInterestHistory: async () => undefined,

    funding: (listing, range) =>
      gatherBack(range, fundingLimit * fundingStepMs, async ({ fromMs, toMs }) => {
        const question = {
          type: 'fundingHistory',
          coin: nameOf(listing),
          startTime: fromMs,
          endTime: toMs - 1,
        };
        return (await ask(question, rowsOf(fundingRow))).map((row) => {
          sameMarket(question.coin, row.coin, `${name} funding`);
          return { timeMs: settlementMs(row.time), rate: row.fundingRate };
        });
      }),

    async marginRules(listing) {
      const { coin, marginTables } = await coinOf(listing);
      const found = marginTables.find(([id]) => id === coin.marginTableId);
      const tiers = found?.[1].marginTiers ?? [{ lowerBound: 0, maxLeverage: coin.maxLeverage }];
      return {
        tiers: tierLadder(tiers.map((tier, index) => ({ ...maintenance(tier), cap: capOf(tiers, index) }))),
        feeRate: 0,
        fundingMovesMargin: true,
        source: 'Hyperliquid margin tables, live',
      };
    },

    async price(listing) {
      const { context, timeMs } = await coinOf(listing);
      return { timeMs, mark: context.markPx };
    },

    async orderBook(listing) {
      // Twenty levels a side: at full precision hundredths of a percent deep, at three figures some percent.
      const question = { type: 'l2Book', coin: nameOf(listing), nSigFigs: 3 };
      const { coin, time, levels } = await ask(question, bookAnswer);
      sameMarket(nameOf(listing), coin, `${name} order book`);
      const [bids, asks] = levels;
      return { timeMs: time, bids, asks };
    },

    // No feed of them without an address to ask for.
    liquidations: async () => undefined,

    accounts: hyperliquidAccounts(hyperliquid, nameOf),
  };
}

/** The coin as Hyperliquid spells it: `kPEPE`. */
export function nameOf(listing: Listing): string {
  return ownName(listing.row);
}

function ownName(row: unknown): string {
  return readPayload(listedRow, row, `${name} listing`).name;
}

/** Half the initial margin at the tier's highest leverage: docs, "Margining". */
function maintenance({ maxLeverage }: MarginTierRow) {
  return { maxLeverage, maintenanceRate: 1 / (2 * maxLeverage) };
}

/** The last tier has no end. */
function capOf(tiers: readonly MarginTierRow[], index: number): number {
  return tiers[index + 1]?.lowerBound ?? Number.POSITIVE_INFINITY;
}

type MarginTierRow = z.output<typeof marginTier>;

const listedRow = z.object({ name: z.string() });
const marginTier = z.object({ lowerBound: numeric, maxLeverage: numeric });
const marginTable = z.tuple([numeric, z.object({ marginTiers: z.array(marginTier).nonempty() })]);
const metaAndContexts = z.tuple([
  z.object({
    universe: z.array(z.object({ name: z.string(), maxLeverage: numeric, marginTableId: numeric })),
    /** Ids below 50 are not in it: they are a single tier of the coin's highest leverage. */
    marginTables: z.array(marginTable),
  }),
  z.array(z.object({ openInterest: numeric, markPx: numeric })),
]);
const candleRow = z.object({
  s: z.string(),
  t: numeric,
  o: numeric,
  h: numeric,
  l: numeric,
  c: numeric,
  v: numeric,
});
const fundingRow = z.object({ coin: z.string(), time: numeric, fundingRate: numeric });
const level = z.object({ px: numeric, sz: numeric }).transform(({ px, sz }) => [px, sz] as const);
const bookAnswer = z.object({
  coin: z.string(),
  time: numeric,
  levels: z.tuple([z.array(level), z.array(level)]),
});
