import type { FundingPoint } from '../../core/market-data.ts';
import { ascending, readSelected, type Selection } from './selection.ts';

/**
 * Funding payments from a CSV file with the columns `time_ms, coin, funding_rate` and, for several venues
 * in one file, `venue`. A rate is what was paid AT its time, as a fraction of position value: one row per
 * 8 hours on Binance and Bybit; on Hyperliquid one row per hour, which holds the hour's own payment (an
 * eighth of the 8-hour rate), so hourly rows are summed as they are and never divided again. Ascending.
 *
 * @throws UserError if the file, its header or a row is unfit, or if no row is of that coin and venue
 */
export async function readFunding(path: string, selection: Selection): Promise<FundingPoint[]> {
  const points = await readSelected(path, selection, {
    columns: ['time_ms', 'funding_rate'],
    read: (row) => ({ timeMs: row.timeMs('time_ms'), rate: row.number('funding_rate') }),
  });
  return ascending(path, points, (point) => point.timeMs);
}
