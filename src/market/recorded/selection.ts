import { UserError } from '../../errors.ts';
import { readTable, type TableReading } from './table.ts';

/** Which rows of a file are wanted. `venue` may be left out where the file holds one venue only. */
export type Selection = { readonly coin: string; readonly venue?: string };

/**
 * The values of the rows that belong to a coin and venue. A file without a `venue` column holds one venue
 * and fits whichever is asked.
 *
 * @throws UserError as `readTable` does; also if no row fits, or if several venues do and none was named
 */
export async function readSelected<T>(
  path: string,
  selection: Selection,
  { columns, read }: TableReading<T>,
): Promise<T[]> {
  const coin = selection.coin.toUpperCase();
  const venue = selection.venue?.toLowerCase();
  const coins = new Set<string>();
  const venues = new Set<string>();
  const values = await readTable(path, {
    columns: ['coin', ...columns],
    read: (row) => {
      coins.add(row.text('coin').toUpperCase());
      if (row.text('coin').toUpperCase() !== coin) return undefined;
      if (!row.has('venue')) return read(row);
      venues.add(row.text('venue'));
      return venue === undefined || row.text('venue').toLowerCase() === venue ? read(row) : undefined;
    },
  });
  if (venue === undefined && venues.size > 1) {
    throw new UserError(`${path} holds the venues ${list(venues)}. Name one of them.`);
  }
  if (values.length > 0) return values;
  throw new UserError(
    venues.size > 0
      ? `${path} has no ${coin} rows of venue ${selection.venue}; it has ${list(venues)}.`
      : `${path} has no rows of ${coin}; it has ${list(coins) || 'no rows at all'}.`,
  );
}

/**
 * Rows by ascending time.
 *
 * @throws UserError if two rows have the same time
 */
export function ascending<T>(path: string, rows: readonly T[], timeOf: (row: T) => number): T[] {
  const sorted = rows.toSorted((a, b) => timeOf(a) - timeOf(b));
  const twin = sorted.find((row, index) => index > 0 && timeOf(sorted[index - 1]!) === timeOf(row));
  if (twin === undefined) return sorted;
  throw new UserError(`${path} has two rows for the time ${timeOf(twin)}. Keep one of them.`);
}

function list(names: ReadonlySet<string>): string {
  return [...names].sort().slice(0, 20).join(', ');
}
