import { dayMs } from './durations.ts';
import type { Candle, OpenInterestPoint } from './market-data.ts';

/**
 * Daily volume over one-sided open interest that a perpetual market is assumed to have when only its candles
 * are known. Binance's BTC, ETH and SOL had 1.9, 2.3 and 2.7 from December 2025 to March 2026.
 */
const usualDailyTurnover = 2.2;
const memoryMs = 7 * dayMs;

/** Candles with volume as it would be on another venue, and the factor used on each. */
export type ScaledCandles = { readonly candles: readonly Candle[]; readonly scales: readonly number[] };

/**
 * Scales the volume of candles borrowed from another venue by the ratio of open interest, candle by candle
 * and from what was known then. Where the other venue's open interest is not given, it is taken as its volume
 * per day, over the last 7 days, divided by a usual turnover.
 * @param options candles of `candleMs`, ascending; open interest of the venue the candles stand in for, and of
 * the one they come from
 */
export function scaleBorrowedVolume(options: {
  readonly candles: readonly Candle[];
  readonly candleMs: number;
  readonly openInterest: readonly OpenInterestPoint[];
  readonly candleOpenInterest?: readonly OpenInterestPoint[];
}): ScaledCandles {
  const { candles, candleMs, openInterest, candleOpenInterest } = options;
  const own = lastKnown(openInterest);
  const lender = candleOpenInterest ? lastKnown(candleOpenInterest) : undefined;
  const turnover = trailingDailyVolume(candles, candleMs);
  let scale = 1;
  const scales = candles.map((candle, i) => {
    const closeMs = candle.openMs + candleMs;
    const ownSize = own(closeMs) ?? openInterest[0]?.size;
    const lenderSize = lender?.(closeMs) ?? turnover[i]! / usualDailyTurnover;
    if (ownSize !== undefined && lenderSize > 0) scale = ownSize / lenderSize;
    return scale;
  });
  return { candles: candles.map((candle, i) => ({ ...candle, volume: candle.volume * scales[i]! })), scales };
}

/** Reader of the last size stamped at or before a time; times must be asked in ascending order. */
function lastKnown(points: readonly OpenInterestPoint[]): (timeMs: number) => number | undefined {
  let next = 0;
  return (timeMs) => {
    while (next < points.length && points[next]!.timeMs <= timeMs) next++;
    return points[next - 1]?.size;
  };
}

function trailingDailyVolume(candles: readonly Candle[], candleMs: number): number[] {
  let first = 0;
  let sum = 0;
  return candles.map((candle, i) => {
    sum += candle.volume;
    while (candle.openMs - candles[first]!.openMs >= memoryMs) sum -= candles[first++]!.volume;
    return (sum / ((i - first + 1) * candleMs)) * dayMs;
  });
}
