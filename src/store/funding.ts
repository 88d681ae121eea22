import type { FundingPoint } from '../core/market-data.ts';
import type { Database } from './database.ts';
import { lastPerTime, type TimeRecords, timeRecords } from './time-records.ts';

export type FundingKey = { readonly venue: string; readonly symbol: string };

/** Settled funding rates. */
export type FundingRecords = TimeRecords<FundingKey, FundingPoint>;

export function fundingRecords(db: Database): FundingRecords {
  return timeRecords<FundingKey, FundingPoint, Stored>(db, {
    series: ({ venue, symbol }) => ({ venue, symbol, kind: 'funding' }),
    timeOf: ({ timeMs }) => timeMs,
    numbers: ({ rate }) => [rate],
    toStored: (rows) => lastPerTime(rows, ({ timeMs }) => timeMs).map(stored),

    async select(db, seriesId, { fromMs, toMs }) {
      const rows = await db
        .selectFrom('funding')
        .select(['time_ms', 'rate'])
        .where('series_id', '=', seriesId)
        .where('time_ms', '>=', fromMs)
        .where('time_ms', '<', toMs)
        .orderBy('time_ms')
        .execute();
      return rows.map(({ time_ms, rate }) => ({ timeMs: time_ms, rate }));
    },

    upsert: (tx, batch, replaceFromMs) =>
      tx
        .insertInto('funding')
        .values(batch)
        .onConflict((conflict) =>
          conflict
            .columns(['series_id', 'time_ms'])
            .doUpdateSet(({ ref }) => ({ rate: ref('excluded.rate') }))
            .where('funding.time_ms', '>=', replaceFromMs),
        )
        .execute(),
  });
}

function stored({ timeMs, rate }: FundingPoint) {
  return { time_ms: timeMs, rate };
}

type Stored = ReturnType<typeof stored>;
