/**
 * One position held in isolation: what closes it by force, and what would keep that farther away. Sizes are in the
 * contract's own unit, margin in the settle currency (USD, or coins for inverse contracts).
 */
import { isolatedMargin, type Position, valueAt } from './margin.ts';
import type { MarginRules, Side } from './market-data.ts';
import { liquidationPriceTiered, maintenanceMargin, maxLeverage, maxLeverageFor } from './tiers.ts';

export type OwnPosition = Omit<Position, 'margin'> & { readonly leverage: number };
export type TriggerRules = Pick<MarginRules, 'tiers' | 'feeRate'>;

/** What keeps liquidation at or beyond a price, each with the rest as it is. */
export type Safeguards = {
  /** For the same size; undefined where even 1x is closed before. Never above what the venue allows. */
  readonly leverage?: number;
  /** For the same margin; never above what the venue allows. */
  readonly size: number;
  /** Of a position on the other side, opened at the mark now, whose profit is added as margin; 0 where none is needed. */
  readonly hedgeUsd: number;
};

/** The mark price at which the venue closes it; undefined where no price does. */
export function ownLiquidationPrice(own: OwnPosition, rules: TriggerRules): number | undefined {
  return priceOf({ ...own, margin: isolatedMargin(own) }, rules);
}

/** Highest leverage that the venue allows for a position of this size; undefined for none so large. */
export function leverageLimit(
  own: Omit<OwnPosition, 'leverage'>,
  { tiers }: TriggerRules,
): number | undefined {
  return maxLeverageFor(tiers, valueAt(own, own.entry));
}

/** Unrealised loss at a price, in USD; negative for a profit. */
export function lossUsd({ contract, side, size, entry }: Omit<Position, 'margin'>, price: number): number {
  const sign = side === 'long' ? 1 : -1;
  const lost = contract === 'linear' ? size * (entry - price) : size * (1 / price - 1 / entry) * price;
  return sign * lost;
}

/** Margin in USD, at the price of the entry. */
export function marginUsd(own: OwnPosition): number {
  const margin = isolatedMargin(own);
  return own.contract === 'linear' ? margin : margin * own.entry;
}

/**
 * The largest leverage, the largest size and the least hedge that keep liquidation at `target` or beyond it.
 * Leverage and size by bisection, as tiers may jump.
 *
 * @param markUsd price now; the target must lie on the losing side of it. Throws RangeError otherwise.
 */
export function safeguards(
  own: OwnPosition,
  rules: TriggerRules,
  { target, markUsd }: { readonly target: number; readonly markUsd: number },
): Safeguards {
  if (!(target > 0 && isBeyond(own.side, target, markUsd))) {
    throw new RangeError(`a ${own.side} loses on the other side of ${markUsd}, not at ${target}`);
  }
  const leverage = largestLeverage(own, rules, target);
  return {
    ...(leverage !== undefined && { leverage }),
    size: largestSize(own, rules, target),
    hedgeUsd: leastHedge(own, rules, { target, markUsd }),
  };
}

function largestLeverage(own: OwnPosition, rules: TriggerRules, target: number): number | undefined {
  const limit = leverageLimit(own, rules);
  if (limit === undefined) return undefined;
  const keeps = (leverage: number) =>
    isSafe({ ...own, margin: isolatedMargin({ ...own, leverage }) }, rules, target);
  return keeps(1) ? largest(keeps, 1, Math.max(1, limit)) : undefined;
}

function largestSize(own: OwnPosition, rules: TriggerRules, target: number): number {
  const margin = isolatedMargin(own);
  const sizePerMargin = own.size / valueAt(own, own.entry);
  const most = margin * maxLeverage(rules.tiers) * sizePerMargin;
  return largest(
    (size) => {
      const limit = leverageLimit({ ...own, size }, rules) ?? 0;
      const isAllowed = valueAt({ ...own, size }, own.entry) <= limit * margin * (1 + 1e-9);
      return isAllowed && isSafe({ ...own, size, margin }, rules, target);
    },
    0,
    most,
  );
}

function leastHedge(
  own: OwnPosition,
  { tiers, feeRate }: TriggerRules,
  { target, markUsd }: { readonly target: number; readonly markUsd: number },
): number {
  const value = valueAt(own, target);
  const toUsd = own.contract === 'linear' ? 1 : target;
  const neededUsd = (maintenanceMargin(tiers, value) + feeRate * value) * toUsd + lossUsd(own, target);
  const lacksUsd = neededUsd - isolatedMargin(own) * toUsd;
  return Math.max(0, lacksUsd) / Math.abs(target / markUsd - 1);
}

function isSafe(position: Position, rules: TriggerRules, target: number): boolean {
  const price = priceOf(position, rules);
  return price === undefined || price === target || isBeyond(position.side, price, target);
}

function isBeyond(side: Side, price: number, than: number): boolean {
  return side === 'long' ? price < than : price > than;
}

function priceOf(position: Position, { tiers, feeRate }: TriggerRules): number | undefined {
  return liquidationPriceTiered({ ...position, tiers, feeRate });
}

/** The largest number from low to high that holds, if all below it do; `low` is taken to hold. */
function largest(holds: (value: number) => boolean, low: number, high: number): number {
  if (holds(high)) return high;
  let [held, failed] = [low, high];
  for (let i = 0; i < 60; i++) {
    const middle = (held + failed) / 2;
    if (holds(middle)) held = middle;
    else failed = middle;
  }
  return held;
}
