import type { TimeRange } from '../market/source.ts';
import { addCoverage, coverageOf, findSeries, lockSeries, type SeriesName } from './coverage.ts';
import { type Database, reading, writing } from './database.ts';
import { clip } from './ranges.ts';

/** Rows of a range, ascending, and the spans of it of which all rows are held. */
export type Held<Row> = { readonly rows: readonly Row[]; readonly covered: readonly TimeRange[] };

export type WriteOptions = {
  /** Span of which these are all the rows there are; nothing is claimed if absent. */
  readonly covers?: TimeRange;
  /** Rows held since this time are replaced by those given, older ones stay as they are; all stay if absent. */
  readonly replaceFromMs?: number;
};

/** Rows over time, in series that `Key` names. Writing the same rows again changes nothing. */
export interface TimeRecords<Key, Row> {
  /** @throws RangeError for a range that is not whole milliseconds */
  read(key: Key, range: TimeRange): Promise<Held<Row>>;
  /** All rows or none. @throws RangeError for a row with a number that is none */
  write(key: Key, rows: readonly Row[], options?: WriteOptions): Promise<void>;
}

/** What a table of rows over time has to say of itself. `Stored` is a row of SQL without its `series_id`. */
export type RecordTable<Key, Row, Stored> = {
  series(key: Key): SeriesName;
  timeOf(row: Row): number;
  /** Every number in the row. */
  numbers(row: Row): readonly number[];
  /** No two with the same primary key. */
  toStored(rows: readonly Row[]): readonly Stored[];
  select(db: Database, seriesId: number, range: TimeRange): Promise<readonly Row[]>;
  /** Writes a batch; a row that is there already is replaced if its time is at or after `replaceFromMs`. */
  upsert(
    tx: Database,
    batch: readonly (Stored & { readonly series_id: number })[],
    replaceFromMs: number,
  ): Promise<unknown>;
};

/** Rows of one statement: the databases take 32,766 and 65,535 values, and from here on more gains nothing. */
const batchRows = 500;

/** Reads and writes rows of one table, each series with its coverage. */
export function timeRecords<Key, Row, Stored>(
  db: Database,
  table: RecordTable<Key, Row, Stored>,
): TimeRecords<Key, Row> {
  return {
    async read(key, range) {
      checkRange(range);
      return reading(db, async (tx) => {
        const id = await findSeries(tx, table.series(key));
        if (id === undefined) return { rows: [], covered: [] };
        const covered = clip(await coverageOf(tx, id, range), range);
        return { rows: await table.select(tx, id, range), covered };
      });
    },

    async write(key, rows, { covers, replaceFromMs = Number.MAX_SAFE_INTEGER } = {}) {
      for (const row of rows) checkRow(row, table);
      if (covers) checkRange(covers);
      if (rows.length === 0 && !covers) return;
      const stored = table.toStored(rows);
      await writing(db, async (tx) => {
        const id = await lockSeries(tx, table.series(key));
        for (let first = 0; first < stored.length; first += batchRows) {
          const batch = stored.slice(first, first + batchRows);
          await table.upsert(
            tx,
            batch.map((row) => ({ ...row, series_id: id })),
            replaceFromMs,
          );
        }
        if (covers && covers.fromMs < covers.toMs) await addCoverage(tx, id, covers);
      });
    },
  };
}

/** Of rows with the same time, the last. */
export function lastPerTime<Row>(rows: readonly Row[], timeOf: (row: Row) => number): readonly Row[] {
  return [...new Map(rows.map((row) => [timeOf(row), row])).values()];
}

function checkRange({ fromMs, toMs }: TimeRange): void {
  if (Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs)) return;
  throw new RangeError(`a range goes from one whole millisecond to another, not from ${fromMs} to ${toMs}`);
}

function checkRow<Row>(
  row: Row,
  { timeOf, numbers }: Pick<RecordTable<never, Row, never>, 'timeOf' | 'numbers'>,
): void {
  if (Number.isSafeInteger(timeOf(row)) && numbers(row).every(Number.isFinite)) return;
  throw new RangeError(`not a row of whole milliseconds and finite numbers: ${JSON.stringify(row)}`);
}
