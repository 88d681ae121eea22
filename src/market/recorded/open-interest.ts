import type { OpenInterestPoint } from '../../core/market-data.ts';
import { ascending, readSelected, type Selection } from './selection.ts';

export type OpenInterestUsdPoint = { readonly timeMs: number; readonly usd: number };

/** A file gives open interest in base units or only in USD; who needs base units divides by the price then. */
export type RecordedOpenInterest =
  | { readonly unit: 'base'; readonly points: readonly OpenInterestPoint[] }
  | { readonly unit: 'usd'; readonly points: readonly OpenInterestUsdPoint[] };

/**
 * Open interest of one side from a CSV file with the columns `time_ms, coin` and `oi_base` or `oi_usd`
 * (`oi_base` is taken where both stand) and, for several venues in one file, `venue`. Ascending.
 *
 * @throws UserError if the file, its header or a row is unfit, or if no row is of that coin and venue
 */
export async function readOpenInterest(path: string, selection: Selection): Promise<RecordedOpenInterest> {
  let unit = 'usd' as RecordedOpenInterest['unit'];
  const rows = await readSelected(path, selection, {
    columns: ['time_ms', 'oi_base|oi_usd'],
    read: (row) => {
      unit = row.has('oi_base') ? 'base' : 'usd';
      return { timeMs: row.timeMs('time_ms'), amount: row.positive(`oi_${unit}`) };
    },
  });
  const points = ascending(path, rows, (row) => row.timeMs);
  return unit === 'base'
    ? { unit, points: points.map(({ timeMs, amount }) => ({ timeMs, size: amount })) }
    : { unit, points: points.map(({ timeMs, amount }) => ({ timeMs, usd: amount })) };
}
