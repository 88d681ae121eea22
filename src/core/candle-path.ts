import type { Candle } from './market-data.ts';

/** Prices of one candle on a book's axis (price, or 1 / price for inverse contracts). */
export type AxisCandle = {
  readonly open: number;
  readonly low: number;
  readonly high: number;
  readonly close: number;
};

/** The candle on the axis of 1 / price, where its high is the low. */
export function reciprocal(candle: Candle): AxisCandle {
  return { open: 1 / candle.open, low: 1 / candle.high, high: 1 / candle.low, close: 1 / candle.close };
}

/**
 * Whether price is taken to have visited the low before the high: the extreme nearer to the open (by ratio,
 * so that the answer mirrors on the axis of 1 / price) comes first.
 */
export function visitsLowFirst({ open, low, high }: AxisCandle): boolean {
  return open * open <= low * high;
}

/**
 * Lowest and highest price from the end of each of the three legs (open to first extreme, to second extreme,
 * to close) until the close. What opens on a leg meets this rest of the path: 3 values each.
 */
export function restOfPath(candle: AxisCandle, lowFirst: boolean): { lows: number[]; highs: number[] } {
  const { low, high, close } = candle;
  return lowFirst
    ? { lows: [low, close, close], highs: [high, high, close] }
    : { lows: [low, low, close], highs: [high, close, close] };
}
