import type { Side } from '../../core/market-data.ts';
import { readTable } from './table.ts';

/** A real position as its venue showed it at `timeMs`. The mark price then was `valueUsd / size`. */
export type RecordedPosition = {
  readonly timeMs: number;
  readonly trader: string;
  readonly coin: string;
  readonly side: Side;
  /** Base units. */
  readonly size: number;
  readonly entry: number;
  /** The leverage the trader has set, which is not the effective one where margin is shared. */
  readonly leverage: number;
  readonly valueUsd: number;
  readonly unrealisedPnlUsd: number;
  /** `undefined` where the venue shows none: the position cannot be liquidated by this coin's price alone. */
  readonly liquidationPrice?: number;
};

/**
 * Snapshots of real positions from a CSV file with the columns `time_ms, trader, coin, side, size, entry,
 * leverage, value_usd, upnl_usd, liq_price`; by ascending time, rows of one snapshot share theirs.
 *
 * @throws UserError if the file, its header or a row is unfit
 */
export async function readPositions(path: string): Promise<RecordedPosition[]> {
  const positions = await readTable(path, {
    columns: 'time_ms,trader,coin,side,size,entry,leverage,value_usd,upnl_usd,liq_price'.split(','),
    read: (row): RecordedPosition => {
      const liquidationPrice = row.optionalPositive('liq_price');
      return {
        timeMs: row.timeMs('time_ms'),
        trader: row.text('trader'),
        coin: row.text('coin').toUpperCase(),
        side: row.side('side'),
        size: row.positive('size'),
        entry: row.positive('entry'),
        leverage: row.positive('leverage'),
        valueUsd: row.positive('value_usd'),
        unrealisedPnlUsd: row.number('upnl_usd'),
        ...(liquidationPrice !== undefined && { liquidationPrice }),
      };
    },
  });
  return positions.toSorted((a, b) => a.timeMs - b.timeMs);
}
