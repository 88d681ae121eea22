import { dayMs } from './durations.ts';
import type { Candle } from './market-data.ts';

const days = 14;

/**
 * Average true range of the last 14 spans of 24 hours that end with the last candle, in % of the last close.
 * True range: highest to lowest, with the close before the span. Undefined with less than 24 hours.
 * @param candles ascending, of length `candleMs`
 */
export function atrPct(candles: readonly Candle[], candleMs: number): number | undefined {
  const last = candles.at(-1);
  if (!last) return undefined;
  const endMs = last.openMs + candleMs;
  const spans = Array.from({ length: days }, () => ({ low: Infinity, high: 0, count: 0 }));
  const closeBefore: (number | undefined)[] = [];
  for (const candle of candles) {
    const age = Math.floor((endMs - candle.openMs - 1) / dayMs);
    if (age > 0 && age <= days) closeBefore[age - 1] = candle.close;
    const span = spans[age];
    if (!span) continue;
    span.low = Math.min(span.low, candle.low);
    span.high = Math.max(span.high, candle.high);
    span.count++;
  }
  const ranges = spans
    .map(({ low, high, count }, age) => ({ low, high, count, before: closeBefore[age] ?? high }))
    .filter(({ count }) => count * candleMs >= dayMs * 0.9)
    .map(({ low, high, before }) => Math.max(high, before) - Math.min(low, before));
  if (ranges.length === 0) return undefined;
  return (ranges.reduce((sum, range) => sum + range, 0) / ranges.length / last.close) * 100;
}
