import { hourMs } from '../../core/durations.ts';
import type { Candle, FundingPoint, Liquidation, OpenInterestPoint } from '../../core/market-data.ts';
import { readCandles } from './candles.ts';
import { readFunding } from './funding.ts';
import { readLiquidations } from './liquidations.ts';
import { candleStepMs } from './merge-candles.ts';
import { type RecordedOpenInterest, readOpenInterest } from './open-interest.ts';
import type { Selection } from './selection.ts';

/** Paths of CSV files (`.gz` or plain), one per kind of data; the columns are told where each is read. */
export type RecordedFiles = {
  readonly candles?: string;
  readonly openInterest?: string;
  readonly funding?: string;
  readonly liquidations?: string;
};

/** All that was recorded of one coin on one venue, ascending in time. */
export type Recording = {
  readonly candles: readonly Candle[];
  /** Length of a candle. */
  readonly candleMs: number;
  readonly openInterest?: readonly OpenInterestPoint[];
  readonly funding?: readonly FundingPoint[];
  readonly liquidations?: readonly Liquidation[];
};

/** Reads the files that there are. @throws UserError if one of them is unfit or lacks the coin and venue */
export async function readRecording(files: RecordedFiles, selection: Selection): Promise<Recording> {
  const [candles, openInterest, funding, liquidations] = await Promise.all([
    files.candles === undefined ? [] : readCandles(files.candles, selection),
    files.openInterest === undefined ? undefined : readOpenInterest(files.openInterest, selection),
    files.funding === undefined ? undefined : readFunding(files.funding, selection),
    files.liquidations === undefined ? undefined : readLiquidations(files.liquidations, selection),
  ]);
  const candleMs = candleStepMs(candles) ?? hourMs;
  return {
    candles,
    candleMs,
    ...(openInterest && { openInterest: baseUnits(openInterest, candles, candleMs) }),
    ...(funding && { funding }),
    ...(liquidations && { liquidations }),
  };
}

/** USD divided by the close of the last candle that had closed; points before the first close are left out. */
function baseUnits(
  recorded: RecordedOpenInterest,
  candles: readonly Candle[],
  candleMs: number,
): readonly OpenInterestPoint[] {
  if (recorded.unit === 'base') return recorded.points;
  const points: OpenInterestPoint[] = [];
  let closed = 0;
  for (const { timeMs, usd } of recorded.points) {
    while (closed < candles.length && candles[closed]!.openMs + candleMs <= timeMs) closed++;
    if (closed > 0) points.push({ timeMs, size: usd / candles[closed - 1]!.close });
  }
  return points;
}
