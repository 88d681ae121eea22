import { z } from 'zod';
import type { ListedAccount } from '../../positions.ts';
import type { CcxtClient } from '../ccxt-client.ts';
import type { VenueAccounts } from '../listing.ts';
import { numeric, readPayload } from '../payload.ts';

const what = 'hyperliquid';

/** Undocumented; some 39 MB of 45,000 accounts, now and then refused. Not among the addresses that ccxt knows. */
const leaderboardUrl = 'https://stats-data.hyperliquid.xyz/Mainnet/leaderboard';
const leaderboardMs = 120_000;
/** Of the leaderboard, so many hold what matters: about 12,600 of 45,000. */
const leastAccountUsd = 10_000;

/** HLP: makes markets in every coin and takes over liquidated positions (docs, "Protocol vaults"). */
const venueVaults: ReadonlySet<string> = new Set(['0xdfc24b077bc1425ad1dea75bcb6f8158e10df303']);

/**
 * Positions of public addresses. Weights: docs, "Rate limits and user limits": 1,200 a minute, `clearinghouseState` 2,
 * others 20. 800 leave a third to everything else that asks.
 */
export function hyperliquidAccounts(client: CcxtClient, nameOf: VenueAccounts['nameOf']): VenueAccounts {
  const ask = async <Schema extends z.ZodType>(
    question: { readonly type: string; readonly [key: string]: unknown },
    schema: Schema,
  ): Promise<z.output<Schema>> => {
    const answer = await client.call('publicPostInfo', question, { attempts: 1 });
    return readPayload(schema, answer, `${what} ${question.type}`);
  };
  return {
    weights: { mostPerMinute: 800, account: 2, traders: 20 },
    nameOf,

    async leaders() {
      const answer = await client.get(leaderboardUrl, { attempts: 1, timeoutMs: leaderboardMs });
      const { leaderboardRows } = readPayload(leaderboard, answer, `${what} leaderboard`);
      const rows = leaderboardRows.map((row) => leaderRow.safeParse(row).data);
      return {
        accounts: rows.flatMap((row): ListedAccount[] => {
          if (!row || !(row.accountValue >= leastAccountUsd) || !(monthVolume(row) > 0)) return [];
          return [{ address: row.ethAddress, usd: row.accountValue }];
        }),
        refused: rows.filter((row) => row === undefined).length,
      };
    },

    async traders(listing) {
      const rows = await ask({ type: 'recentTrades', coin: nameOf(listing) }, z.array(z.unknown()));
      const trades = rows.map((row) => tradeRow.safeParse(row).data);
      return {
        accounts: trades.flatMap((trade) =>
          (trade?.users ?? []).map((user) => ({ address: user, usd: trade!.px * trade!.sz })),
        ),
        refused: trades.filter((trade) => trade === undefined).length,
      };
    },

    async account(user) {
      const { assetPositions, time } = await ask({ type: 'clearinghouseState', user }, account);
      const rows = assetPositions.map((row) => positionRow.safeParse(row).data?.position);
      return {
        ...(time > 0 && { timeMs: time }),
        isVenueVault: venueVaults.has(user.toLowerCase()),
        positions: rows.map((row) => row && positionOf(row)),
      };
    },
  };
}

function positionOf({ coin, szi, entryPx, positionValue, liquidationPx, leverage }: PositionRow) {
  return {
    name: coin,
    side: szi < 0 ? ('short' as const) : ('long' as const),
    size: Math.abs(szi),
    entryPrice: entryPx,
    valueUsd: positionValue,
    isCross: leverage.type === 'cross',
    leverage: leverage.value,
    // Null is none; whatever else is no number is a row to be refused.
    ...(liquidationPx !== null && { liquidationPrice: numeric.parse(liquidationPx) }),
  };
}

function monthVolume({ windowPerformances }: z.output<typeof leaderRow>): number {
  return windowPerformances.find(([span]) => span === 'month')?.[1].vlm ?? 0;
}

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const leaderboard = z.object({ leaderboardRows: z.array(z.unknown()) });
const leaderRow = z.object({
  ethAddress: address,
  accountValue: numeric,
  windowPerformances: z.array(z.tuple([z.string(), z.object({ vlm: numeric })])),
});
const tradeRow = z.object({ px: numeric, sz: numeric, users: z.array(address) });
const account = z.object({ assetPositions: z.array(z.unknown()), time: numeric });
type PositionRow = z.output<typeof positionRow>['position'];
const positionRow = z.object({
  position: z.object({
    coin: z.string(),
    szi: numeric,
    entryPx: numeric,
    positionValue: numeric,
    liquidationPx: z.unknown(),
    leverage: z.object({ type: z.enum(['cross', 'isolated']), value: numeric }),
  }),
});
