import { z } from 'zod';
import type { Liquidation } from '../core/market-data.ts';
import type { Database } from './database.ts';
import { type TimeRecords, timeRecords } from './time-records.ts';

/** Forced closings of one market: from the venue's own history, or as we have `seen` them stream by. */
export type LiquidationKey = {
  readonly venue: string;
  readonly symbol: string;
  readonly from: 'history' | 'seen';
};

/**
 * Two alike in time, side, price and size in one call are two; the same two in a later call are those again. Of what
 * is held nothing is ever replaced.
 */
export type LiquidationRecords = TimeRecords<LiquidationKey, Liquidation>;

export function liquidationRecords(db: Database): LiquidationRecords {
  return timeRecords<LiquidationKey, Liquidation, Stored>(db, {
    series: ({ venue, symbol, from }) => ({ venue, symbol, kind: `liquidations/${from}` }),
    timeOf: ({ timeMs }) => timeMs,
    numbers: ({ price, size, usd }) => [price, size, usd],
    toStored: withOccurrence,

    async select(db, seriesId, { fromMs, toMs }) {
      const rows = await db
        .selectFrom('liquidations')
        .select(['time_ms', 'side', 'price', 'size', 'price_kind', 'usd'])
        .where('series_id', '=', seriesId)
        .where('time_ms', '>=', fromMs)
        .where('time_ms', '<', toMs)
        .orderBy('time_ms')
        .orderBy('side')
        .orderBy('price')
        .orderBy('size')
        .orderBy('occurrence')
        .execute();
      return rows.map(({ time_ms, side, price_kind, ...amounts }) => ({
        timeMs: time_ms,
        liquidatedSide: sides.parse(side),
        priceKind: priceKinds.parse(price_kind),
        ...amounts,
      }));
    },

    upsert: (tx, batch) =>
      tx
        .insertInto('liquidations')
        .values(batch)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
  });
}

const sides = z.enum(['long', 'short']);
const priceKinds = z.enum(['bankruptcy', 'limit', 'fill']);

/** Numbers those that are alike, so that each has a key of its own. */
function withOccurrence(rows: readonly Liquidation[]): Stored[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const alike = [row.timeMs, row.liquidatedSide, row.price, row.size].join();
    const occurrence = seen.get(alike) ?? 0;
    seen.set(alike, occurrence + 1);
    return stored(row, occurrence);
  });
}

function stored({ timeMs, liquidatedSide, priceKind, price, size, usd }: Liquidation, occurrence: number) {
  return { time_ms: timeMs, side: liquidatedSide, price_kind: priceKind, price, size, usd, occurrence };
}

type Stored = ReturnType<typeof stored>;
