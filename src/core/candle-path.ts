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
 * to close) until the close: what opens on a leg still meets these. Written to `lows` and `highs`, 3 values
 * each; the first of each is the candle's extreme.
 */
export function restOfPath(
  candle: AxisCandle,
  lowFirst: boolean,
  lows: Float64Array,
  highs: Float64Array,
): void {
  const { low, high, close } = candle;
  lows[0] = low;
  lows[1] = lowFirst ? close : low;
  lows[2] = close;
  highs[0] = high;
  highs[1] = lowFirst ? high : close;
  highs[2] = close;
}
