import { dayMs } from '../core/durations.ts';
import { timeframeMs } from '../market/source.ts';
import { lastMergeMs, mergeOldCandles } from './candle-compaction.ts';
import { lockSeries, removeCoverage, type SeriesName } from './coverage.ts';
import { type Database, sql, writing } from './database.ts';

/** Of older points of open interest only the first of each step is kept. */
const openInterestAges = [
  { stepMs: timeframeMs['5m'], afterMs: 7 * dayMs },
  { stepMs: timeframeMs['1h'], afterMs: 45 * dayMs },
];

/** Where no checkpoint is left, a book is folded anew, from the candles of 90 days: a fold of before goes on no more. */
const checkpointAgeMs = 90 * dayMs;

/** No map draws positions that were seen so long ago. */
const unseenMs = dayMs;

export type CompactionOptions = {
  readonly nowMs: number;
  /** What is older is deleted, alerts included. */
  readonly keepMs: number;
  /** Ends it early, between two transactions, when aborted. */
  readonly signal?: AbortSignal;
};

/** How many rows were merged into others, left out as too close to others, and deleted. */
export type CompactionReport = {
  readonly merged: number;
  readonly thinned: number;
  readonly deleted: number;
};

/**
 * Makes old rows fewer. In small transactions that each leave everything whole: it may be cut off and begun again at any
 * point, and a second run finds nothing to do. Meant to run about once a day.
 *
 * @throws RangeError if `keepMs` would delete what is not even due to be merged
 */
export async function compact(db: Database, options: CompactionOptions): Promise<CompactionReport> {
  const { keepMs, signal } = options;
  const nowMs = Math.floor(options.nowMs);
  if (!(keepMs >= lastMergeMs)) throw new RangeError(`keepMs must be at least ${lastMergeMs}, not ${keepMs}`);
  const beforeMs = Math.floor(nowMs - keepMs);
  let [merged, thinned, deleted] = [0, 0, 0];
  for (const series of await db.selectFrom('series').selectAll().orderBy('id').execute()) {
    if (signal?.aborted) break;
    merged += await mergeOldCandles(db, series, { nowMs, signal });
    if (tableOf(series) === 'open_interest') thinned += await thinOpenInterest(db, series.id, nowMs);
    deleted += await deleteRows(db, series, beforeMs);
    // An SQLite file does all of this without letting go of the thread; now others get their turn.
    await new Promise(setImmediate);
  }
  if (signal?.aborted) return { merged, thinned, deleted };
  deleted += count(await db.deleteFrom('alerts').where('created_ms', '<', beforeMs).executeTakeFirst());
  deleted += count(await db.deleteFrom('fragility').where('hour_ms', '<', beforeMs).executeTakeFirst());
  const unseen = db.deleteFrom('measured_positions').where('time_ms', '<', nowMs - unseenMs);
  deleted += count(await unseen.executeTakeFirst());
  deleted += count(await db.deleteFrom('sweep_list').where('expires_ms', '<', nowMs).executeTakeFirst());
  const stale = db.deleteFrom('book_checkpoints').where('time_ms', '<', nowMs - checkpointAgeMs);
  deleted += count(await stale.executeTakeFirst());
  return { merged, thinned, deleted };
}

async function thinOpenInterest(db: Database, seriesId: number, nowMs: number): Promise<number> {
  let thinned = 0;
  for (const { stepMs, afterMs } of openInterestAges) {
    const beforeMs = Math.floor((nowMs - afterMs) / stepMs) * stepMs;
    const result = await sql`
      delete from open_interest
      where series_id = ${seriesId} and time_ms < ${beforeMs} and exists (
        select 1 from open_interest as earlier
        where earlier.series_id = open_interest.series_id
          and earlier.time_ms < open_interest.time_ms
          and earlier.time_ms >= open_interest.time_ms - open_interest.time_ms % ${sql.lit(stepMs)})`.execute(
      db,
    );
    thinned += Number(result.numAffectedRows);
  }
  return thinned;
}

function deleteRows(db: Database, series: SeriesName, beforeMs: number): Promise<number> {
  const table = tableOf(series);
  const time = sql.ref(table === 'candles' ? 'open_ms' : 'time_ms');
  const { venue, symbol, kind } = series;
  return writing(db, async (tx) => {
    const id = await lockSeries(tx, { venue, symbol, kind });
    const old = sql`delete from ${sql.table(table)} where series_id = ${id} and ${time} < ${beforeMs}`;
    const { numAffectedRows } = await old.execute(tx);
    await removeCoverage(tx, id, { fromMs: 0, toMs: beforeMs });
    return Number(numAffectedRows);
  });
}

/** A kind begins with the name of its table: `open-interest/5m` lies in `open_interest`. */
function tableOf({ kind }: SeriesName): string {
  return kind.slice(0, kind.search(/\/|$/)).replace('-', '_');
}

function count({ numDeletedRows }: { readonly numDeletedRows: bigint }): number {
  return Number(numDeletedRows);
}
