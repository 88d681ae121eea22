import type { Liquidation } from '../../core/market-data.ts';
import { ascending, readSelected, type Selection } from './selection.ts';
import { isTimeMs, type Row } from './table.ts';

const priceColumns = { bankruptcy_px: 'bankruptcy', limit_px: 'limit', fill_px: 'fill' } as const;
const priceColumnNames = Object.keys(priceColumns) as (keyof typeof priceColumns)[];

/**
 * Forced closings from a CSV file with the columns `time_ms, coin, liquidated_side, size_base, size_usd`, a
 * price named after what it is (`bankruptcy_px`, `limit_px` or `fill_px`) and, for several venues in one
 * file, `venue`. By ascending time; several may share a millisecond.
 *
 * @throws UserError if the file, its header or a row is unfit, or if no row is of that coin and venue
 */
export async function readLiquidations(path: string, selection: Selection): Promise<Liquidation[]> {
  const liquidations = await readSelected(path, selection, {
    columns: ['time_ms', 'liquidated_side', 'size_base', 'size_usd', priceColumnNames.join('|')],
    read: readLiquidation,
  });
  return liquidations.toSorted((a, b) => a.timeMs - b.timeMs);
}

function readLiquidation(row: Row): Liquidation {
  const column = priceColumnNames.find((name) => row.has(name)) ?? 'fill_px';
  return {
    timeMs: row.timeMs('time_ms'),
    liquidatedSide: row.side('liquidated_side'),
    price: row.positive(column),
    priceKind: priceColumns[column],
    size: row.positive('size_base'),
    usd: row.positive('size_usd'),
  };
}

/** USD liquidated in the UTC day that begins at `dayMs`. A venue's total need not be the sum of its sides. */
export type DailyLiquidations = {
  readonly dayMs: number;
  readonly totalUsd: number;
  readonly longUsd: number;
  readonly shortUsd: number;
};

/**
 * Daily sums of liquidations from a CSV file with the columns `timestamp, coin, total_usd, long_usd,
 * short_usd`; `timestamp` is a UTC day, alone or with its midnight (`2025-12-07 00:00:00+00`). Ascending.
 *
 * @throws UserError if the file, its header or a row is unfit, or if no row is of that coin and venue
 */
export async function readDailyLiquidations(
  path: string,
  selection: Selection,
): Promise<DailyLiquidations[]> {
  const days = await readSelected(path, selection, {
    columns: ['timestamp', 'total_usd', 'long_usd', 'short_usd'],
    read: (row) => ({
      dayMs: dayMs(row),
      totalUsd: row.notNegative('total_usd'),
      longUsd: row.notNegative('long_usd'),
      shortUsd: row.notNegative('short_usd'),
    }),
  });
  return ascending(path, days, (day) => day.dayMs);
}

const utcMidnight = /^(\d{4}-\d\d-\d\d)([ T]00:00(:00(\.0+)?)?(Z|\+00(:?00)?)?)?$/;

function dayMs(row: Row): number {
  const timeMs = Date.parse(utcMidnight.exec(row.text('timestamp'))?.[1] ?? '');
  return isTimeMs(timeMs) ? timeMs : row.refuse('timestamp', 'a UTC day such as 2025-12-07 00:00:00+00');
}
