import type { Candle } from '../core/market-data.ts';

/**
 * One candle of `stepMs` for each that holds any of the finer ascending ones. Where nothing traded a venue gives no
 * candle, so a part that is missing does not make the whole unknown.
 */
export function coarserCandles(candles: readonly Candle[], stepMs: number): Candle[] {
  const groups = new Map<number, Candle[]>();
  for (const candle of candles) {
    const openMs = Math.floor(candle.openMs / stepMs) * stepMs;
    const group = groups.get(openMs);
    if (group) group.push(candle);
    else groups.set(openMs, [candle]);
  }
  return [...groups].map(([openMs, parts]) => ({
    openMs,
    open: parts[0]!.open,
    high: Math.max(...parts.map(({ high }) => high)),
    low: Math.min(...parts.map(({ low }) => low)),
    close: parts.at(-1)!.close,
    volume: parts.reduce((sum, { volume }) => sum + volume, 0),
  }));
}
