import type { TimeRange } from '../market/source.ts';
import type { Database } from './database.ts';
import { contains, union, without } from './ranges.ts';

/** One kind of rows of one market. */
export type SeriesName = { readonly venue: string; readonly symbol: string; readonly kind: string };

/** The id of a series; undefined for one that was never written. */
export async function findSeries(db: Database, name: SeriesName): Promise<number | undefined> {
  const found = await db
    .selectFrom('series')
    .select('id')
    .where('venue', '=', name.venue)
    .where('symbol', '=', name.symbol)
    .where('kind', '=', name.kind)
    .executeTakeFirst();
  return found?.id;
}

/** The series, made if it is not there. Until the transaction ends nobody else changes its rows or coverage. */
export async function lockSeries(tx: Database, name: SeriesName): Promise<number> {
  // An update that changes nothing locks the row in either database.
  const lock = () =>
    tx
      .updateTable('series')
      .set({ kind: name.kind })
      .where('venue', '=', name.venue)
      .where('symbol', '=', name.symbol)
      .where('kind', '=', name.kind)
      .returning('id')
      .executeTakeFirst();
  const found = await lock();
  if (found) return found.id;
  await tx
    .insertInto('series')
    .values(name)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await lock())!.id;
}

/** The spans of the range of which all rows are held. */
export async function coverageOf(db: Database, seriesId: number, range: TimeRange): Promise<TimeRange[]> {
  const rows = await db
    .selectFrom('coverage')
    .select(['from_ms', 'to_ms'])
    .where('series_id', '=', seriesId)
    .where('from_ms', '<=', range.toMs)
    .where('to_ms', '>=', range.fromMs)
    .execute();
  return union(rows.map(({ from_ms, to_ms }) => ({ fromMs: from_ms, toMs: to_ms })));
}

/** The series must be locked. */
export async function addCoverage(tx: Database, seriesId: number, range: TimeRange): Promise<void> {
  const touched = await coverageOf(tx, seriesId, range);
  if (touched.some((held) => contains(held, range))) return;
  await replaceCoverage(tx, seriesId, { range, by: union([...touched, range]) });
}

/** The series must be locked. */
export async function removeCoverage(tx: Database, seriesId: number, range: TimeRange): Promise<void> {
  const touched = await coverageOf(tx, seriesId, range);
  if (touched.length === 0) return;
  await replaceCoverage(tx, seriesId, { range, by: touched.flatMap((held) => without(held, [range])) });
}

/** Puts others in the place of the spans that touch the range. */
async function replaceCoverage(
  tx: Database,
  seriesId: number,
  { range, by }: { readonly range: TimeRange; readonly by: readonly TimeRange[] },
): Promise<void> {
  await tx
    .deleteFrom('coverage')
    .where('series_id', '=', seriesId)
    .where('from_ms', '<=', range.toMs)
    .where('to_ms', '>=', range.fromMs)
    .execute();
  if (by.length === 0) return;
  const rows = by.map(({ fromMs, toMs }) => ({ series_id: seriesId, from_ms: fromMs, to_ms: toMs }));
  await tx.insertInto('coverage').values(rows).execute();
}
