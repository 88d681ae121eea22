import type { Candle } from '../../core/market-data.ts';
import { ascending, readSelected, type Selection } from './selection.ts';
import type { Row } from './table.ts';

/**
 * Candles from a CSV file with the columns `open_ms, coin, open, high, low, close, volume_base` and, for
 * several venues in one file, `venue`. Ascending; gaps in the file stay gaps.
 *
 * @throws UserError if the file, its header or a row is unfit, or if no row is of that coin and venue
 */
export async function readCandles(path: string, selection: Selection): Promise<Candle[]> {
  const candles = await readSelected(path, selection, {
    columns: ['open_ms', 'open', 'high', 'low', 'close', 'volume_base'],
    read: readCandle,
  });
  return ascending(path, candles, (candle) => candle.openMs);
}

function readCandle(row: Row): Candle {
  const open = row.positive('open');
  const high = row.positive('high');
  const low = row.positive('low');
  const close = row.positive('close');
  if (high < Math.max(open, close)) row.refuse('high', 'no less than open and close');
  if (low > Math.min(open, close)) row.refuse('low', 'no more than open and close');
  return { openMs: row.timeMs('open_ms'), open, high, low, close, volume: row.notNegative('volume_base') };
}
