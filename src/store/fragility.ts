import { hourMs } from '../core/durations.ts';
import { type Database, sql } from './database.ts';

/** Samples of one kind: a coin's, of maps of one window. */
export type FragilityKey = { readonly symbol: string; readonly window: string };

/** How a value stands among samples. */
export type Standing = {
  readonly samples: number;
  /** How many of them are smaller. */
  readonly below: number;
  readonly sinceMs: number;
};

/** Fragility (fuel over depth) of coins over time, a sample an hour. */
export interface FragilityRecords {
  /** Keeps the value unless its hour has one already. @throws RangeError for a value or time that is none */
  note(key: FragilityKey, sample: { readonly timeMs: number; readonly value: number }): Promise<void>;
  /** How a value stands among the samples since a moment; undefined if there are none. */
  standing(key: FragilityKey, value: number, sinceMs: number): Promise<Standing | undefined>;
}

export function fragilityRecords(db: Database): FragilityRecords {
  return {
    async note({ symbol, window }, { timeMs, value }) {
      if (!Number.isSafeInteger(timeMs) || !(value >= 0 && value < Infinity)) {
        throw new RangeError(`not a sample of fragility: ${value} at ${timeMs}`);
      }
      const hour_ms = Math.floor(timeMs / hourMs) * hourMs;
      await db
        .insertInto('fragility')
        .values({ symbol, map_window: window, hour_ms, value })
        .onConflict((conflict) => conflict.columns(['symbol', 'map_window', 'hour_ms']).doNothing())
        .execute();
    },

    async standing({ symbol, window }, value, sinceMs) {
      const found = await db
        .selectFrom('fragility')
        .select(({ fn }) => [
          fn.countAll().as('samples'),
          fn.sum<number | string | null>(sql`case when value < ${value} then 1 else 0 end`).as('below'),
          fn.min('hour_ms').as('since'),
        ])
        .where('symbol', '=', symbol)
        .where('map_window', '=', window)
        .where('hour_ms', '>=', sinceMs)
        .executeTakeFirst();
      const samples = Number(found?.samples ?? 0);
      if (samples === 0) return undefined;
      return { samples, below: Number(found!.below), sinceMs: Number(found!.since) };
    },
  };
}
