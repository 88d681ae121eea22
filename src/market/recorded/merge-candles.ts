import type { Candle } from '../../core/market-data.ts';

/** Length of the candles: the smallest distance between two that follow each other; `undefined` for fewer than two. */
export function candleStepMs(candles: readonly Candle[]): number | undefined {
  let smallest: number | undefined;
  for (let i = 1; i < candles.length; i++) {
    const step = candles[i]!.openMs - candles[i - 1]!.openMs;
    if (smallest === undefined || step < smallest) smallest = step;
  }
  return smallest;
}

/**
 * Coarser candles of `stepMs`, opening at its multiples, made of ascending candles of `partMs` (which
 * divides it). One of which a part is missing is left out.
 */
export function mergeCandles(candles: readonly Candle[], partMs: number, stepMs: number): Candle[] {
  const groups: Candle[][] = [];
  for (const candle of candles) {
    const openMs = Math.floor(candle.openMs / stepMs) * stepMs;
    const group = groups.at(-1);
    if (group && Math.floor(group[0]!.openMs / stepMs) * stepMs === openMs) group.push(candle);
    else groups.push([candle]);
  }
  return groups.filter((group) => group.length === stepMs / partMs).map(merged);
}

function merged(parts: readonly Candle[]): Candle {
  return {
    openMs: parts[0]!.openMs,
    open: parts[0]!.open,
    high: Math.max(...parts.map(({ high }) => high)),
    low: Math.min(...parts.map(({ low }) => low)),
    close: parts.at(-1)!.close,
    volume: parts.reduce((sum, { volume }) => sum + volume, 0),
  };
}
