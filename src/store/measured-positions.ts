import { z } from 'zod';
import { type MeasuredPosition, positionStandings } from '../core/measured/measured-position.ts';
import { type Database, writing } from './database.ts';

/** All positions that one account was seen with. Its name is a keyed hash: see `position-sweep/trader-names.ts`. */
export type SeenAccount = {
  readonly trader: string;
  readonly positions: readonly (MeasuredPosition & { readonly symbol: string })[];
};

/** What was seen of one side of a market. */
export type SeenSum = { readonly symbol: string; readonly side: string; readonly size: number };

/** Real positions as they were seen last, by account and market. */
export interface MeasuredPositions {
  /** In the place of all that these accounts were seen with before. */
  replace(venue: string, accounts: readonly SeenAccount[]): Promise<void>;
  /** Those of a market that were seen at or after a moment. */
  of(
    market: { readonly venue: string; readonly symbol: string },
    sinceMs: number,
  ): Promise<MeasuredPosition[]>;
  /** Sizes by market and side that were seen at or after a moment. */
  sums(venue: string, sinceMs: number): Promise<SeenSum[]>;
}

export function measuredPositions(db: Database): MeasuredPositions {
  return {
    replace: (venue, accounts) =>
      writing(db, async (tx) => {
        for (const { trader, positions } of accounts) {
          await tx
            .deleteFrom('measured_positions')
            .where('venue', '=', venue)
            .where('trader', '=', trader)
            .execute();
          if (positions.length === 0) continue;
          const rows = positions.map((position) => stored(venue, trader, position));
          await tx.insertInto('measured_positions').values(rows).execute();
        }
      }),

    async of({ venue, symbol }, sinceMs) {
      const rows = await db
        .selectFrom('measured_positions')
        .select(['time_ms', 'side', 'size', 'entry_price', 'leverage', 'liquidation_price', 'standing'])
        .where('venue', '=', venue)
        .where('symbol', '=', symbol)
        .where('time_ms', '>=', sinceMs)
        .orderBy('time_ms')
        .execute();
      return rows.map((row) => ({
        timeMs: row.time_ms,
        side: sides.parse(row.side),
        size: row.size,
        entryPrice: row.entry_price,
        leverage: row.leverage,
        ...(row.liquidation_price !== null && { liquidationPrice: row.liquidation_price }),
        standing: standings.parse(row.standing),
      }));
    },

    async sums(venue, sinceMs) {
      const rows = await db
        .selectFrom('measured_positions')
        .select(({ fn }) => ['symbol', 'side', fn.sum<number | string>('size').as('size')])
        .where('venue', '=', venue)
        .where('time_ms', '>=', sinceMs)
        .groupBy(['symbol', 'side'])
        .execute();
      return rows.map(({ symbol, side, size }) => ({ symbol, side, size: Number(size) }));
    },
  };
}

const sides = z.enum(['long', 'short']);
const standings = z.enum(positionStandings);

function stored(venue: string, trader: string, position: SeenAccount['positions'][number]) {
  const { symbol, timeMs, side, size, entryPrice, leverage, liquidationPrice, standing } = position;
  return {
    venue,
    trader,
    symbol,
    time_ms: timeMs,
    side,
    size,
    entry_price: entryPrice,
    leverage,
    liquidation_price: liquidationPrice ?? null,
    standing,
  };
}
