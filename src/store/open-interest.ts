import type { OpenInterestPoint } from '../core/market-data.ts';
import type { Timeframe } from '../market/source.ts';
import type { Database } from './database.ts';
import { lastPerTime, type TimeRecords, timeRecords } from './time-records.ts';

/**
 * Open interest of one market: the venue's own history at a step it was asked for, or what we have `seen` it to be at
 * one moment and another.
 */
export type OpenInterestKey = {
  readonly venue: string;
  readonly symbol: string;
  readonly from: Timeframe | 'seen';
};

export type OpenInterestRecords = TimeRecords<OpenInterestKey, OpenInterestPoint>;

export function openInterestRecords(db: Database): OpenInterestRecords {
  return timeRecords<OpenInterestKey, OpenInterestPoint, Stored>(db, {
    series: ({ venue, symbol, from }) => ({ venue, symbol, kind: `open-interest/${from}` }),
    timeOf: ({ timeMs }) => timeMs,
    numbers: ({ size }) => [size],
    toStored: (rows) => lastPerTime(rows, ({ timeMs }) => timeMs).map(stored),

    async select(db, seriesId, { fromMs, toMs }) {
      const rows = await db
        .selectFrom('open_interest')
        .select(['time_ms', 'size'])
        .where('series_id', '=', seriesId)
        .where('time_ms', '>=', fromMs)
        .where('time_ms', '<', toMs)
        .orderBy('time_ms')
        .execute();
      return rows.map(({ time_ms, size }) => ({ timeMs: time_ms, size }));
    },

    upsert: (tx, batch, replaceFromMs) =>
      tx
        .insertInto('open_interest')
        .values(batch)
        .onConflict((conflict) =>
          conflict
            .columns(['series_id', 'time_ms'])
            .doUpdateSet(({ ref }) => ({ size: ref('excluded.size') }))
            .where('open_interest.time_ms', '>=', replaceFromMs),
        )
        .execute(),
  });
}

function stored({ timeMs, size }: OpenInterestPoint) {
  return { time_ms: timeMs, size };
}

type Stored = ReturnType<typeof stored>;
