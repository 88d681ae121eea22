import type { AxisCandle } from './candle-path.ts';
import { reciprocal } from './candle-path.ts';
import type { Candle, Contract, Side } from './market-data.ts';

/**
 * A book works on an axis x on which size is fixed: x = price for linear contracts, 1 / price for inverse
 * ones. On that axis an inverse long behaves as a linear short does.
 *
 * A direction names where on the axis the levels of a side lie: lower ones are crossed when x falls, upper
 * ones when it rises.
 */
export const lower = 0;
export const upper = 1;
export type Direction = typeof lower | typeof upper;
export const directions: readonly Direction[] = [lower, upper];

/** Where on the axis the levels of a side lie. */
export function directionOf(contract: Contract, side: Side): Direction {
  return (side === 'long') === (contract === 'linear') ? lower : upper;
}

/** From a price to the axis, or back: the way is the same. */
export function axisOf(contract: Contract, price: number): number {
  return contract === 'linear' ? price : 1 / price;
}

export function candleOnAxis(contract: Contract, candle: Candle): AxisCandle {
  return contract === 'linear' ? candle : reciprocal(candle);
}
