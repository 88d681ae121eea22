import type { Side } from '../market-data.ts';
import { distanceOf } from '../score/distances.ts';

/**
 * Where a position can be liquidated, in the categories that weights are fitted on: bins of 0.5 % of the mark
 * up to 60 % of it, beyond them, and never.
 */
const bins = 120;
export const binWidth = 0.005;
export const beyond = bins;
export const never = bins + 1;
export const categories = bins + 2;

/** Positions count with this power of their value: less than all dollars, as those of one whale move together. */
export const countedPower = 0.75;

/** A real position; without a liquidation price it can never be liquidated by this coin's price alone. */
export type FitPosition = {
  readonly side: Side;
  readonly valueUsd: number;
  readonly liquidationPrice?: number;
};

/**
 * Share of a side's positions by category, or undefined where there are none. Each counts with the given power
 * of its value: 1 counts dollars, 0 heads. A level on the wrong side of the mark is left out.
 */
export function realShares(
  positions: readonly FitPosition[],
  of: { readonly side: Side; readonly markUsd: number; readonly power: number },
): Float64Array | undefined {
  const shares = new Float64Array(categories);
  let sum = 0;
  for (const { side, valueUsd, liquidationPrice } of positions) {
    const category = side === of.side ? categoryOf(side, liquidationPrice, of.markUsd) : undefined;
    if (category === undefined) continue;
    const weight = valueUsd ** of.power;
    shares[category]! += weight;
    sum += weight;
  }
  return sum > 0 ? shares.map((share) => share / sum) : undefined;
}

function categoryOf(side: Side, price: number | undefined, markUsd: number): number | undefined {
  if (price === undefined) return never;
  const distance = distanceOf(side, price, markUsd);
  return distance < 0 ? undefined : Math.min(beyond, Math.floor(distance / binWidth));
}

/** Spreads an amount evenly over distances from `near` to `far`; what has come too near counts as nearest. */
export function addDistances(
  shares: Float64Array,
  span: { readonly near: number; readonly far: number; readonly amount: number },
): void {
  const from = Math.max(0, span.near / binWidth);
  const to = Math.max(from, span.far / binWidth);
  const density = to > from ? span.amount / (to - from) : 0;
  if (density === 0 || from >= bins) {
    shares[Math.min(beyond, Math.floor(from))]! += span.amount;
    return;
  }
  for (let bin = Math.floor(from); bin < Math.min(bins, to); bin++) {
    shares[bin]! += density * (Math.min(to, bin + 1) - Math.max(from, bin));
  }
  shares[beyond]! += density * Math.max(0, to - bins);
}
