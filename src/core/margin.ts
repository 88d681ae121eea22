/**
 * Where one position is closed by force.
 *
 * A venue closes a position when its equity, valued at the mark price p, falls to what it must hold:
 *
 *     margin + profit(p) = maintenanceRate x value(p) - deduction + feeRate x value(p)
 *
 * With s = +1 for a long and -1 for a short, and r = maintenanceRate + feeRate:
 *
 *     linear   value(p) = size p    profit(p) = s size (p - entry)
 *              p = (size entry - s (margin + deduction)) / (size (1 - s r))
 *     inverse  value(p) = size / p  profit(p) = s size (1 / entry - 1 / p)
 *              p = size (1 + s r) / (size / entry + s (margin + deduction))
 *
 * Venues differ in the parameters only. Linear: https://www.binance.com/en/support/faq/b3c689c1f50a44cabb3a84e663b81d93,
 * inverse: https://www.kbybit.com/en/help-center/article/Liquidation-Price-Calculation-under-Isolated-Mode-Unified-Trading-Account.
 */
import type { Contract, Side } from './market-data.ts';

export type Position = {
  readonly contract: Contract;
  readonly side: Side;
  /** Base units for a linear contract, USD face value for an inverse one. */
  readonly size: number;
  readonly entry: number;
  /**
   * Settle currency, without unrealised profit. With margin shared by the account: its balance, less the maintenance
   * margin and plus the unrealised profit of the other positions; this may be zero or less.
   */
  readonly margin: number;
};

export type MarginRequirement = {
  /** Margin to be held, as a fraction of value at the mark price. */
  readonly maintenanceRate: number;
  /** Settle currency, subtracted from the maintenance margin; 0 when absent. */
  readonly deduction?: number;
  /** Fee counted in the trigger, as a fraction of value at the mark price; 0 when absent. */
  readonly feeRate?: number;
};

/**
 * The mark price at which the position is closed by force, or `undefined` when no price above zero is the border: it
 * cannot be liquidated (or its margin is so far below zero that every price would do it). With a margin below the
 * requirement at entry, the price lies on the other side of the entry.
 *
 * @throws RangeError when a number is not finite, size or entry is not above zero, a rate is negative, or the two rates
 * reach 1 together.
 */
export function liquidationPrice(position: Position & MarginRequirement): number | undefined {
  const { maintenanceRate, deduction = 0, feeRate = 0 } = position;
  checkPosition(position);
  checkRate('maintenanceRate', maintenanceRate);
  checkRate('feeRate', feeRate);
  checkRate('maintenanceRate + feeRate', maintenanceRate + feeRate);
  checkFinite('deduction', deduction);
  return priceWhereEquityIs(position, { rate: maintenanceRate + feeRate, deduction });
}

/**
 * The price at which the position's equity is zero, fees aside: what Bybit and OKX print in their liquidation feeds.
 * `undefined` and errors as for `liquidationPrice`.
 */
export function bankruptcyPrice(position: Position): number | undefined {
  checkPosition(position);
  return priceWhereEquityIs(position, { rate: 0, deduction: 0 });
}

/** Margin, in the settle currency, of a position opened in isolation at a leverage: its value at entry / leverage. */
export function isolatedMargin(
  position: Omit<Position, 'side' | 'margin'> & { readonly leverage: number },
): number {
  checkPositive('leverage', position.leverage);
  return valueAt(position, position.entry) / position.leverage;
}

/** Value of a position at a price, in the settle currency: USD for a linear contract, coins for an inverse one. */
export function valueAt({ contract, size }: Pick<Position, 'contract' | 'size'>, price: number): number {
  checkPositive('size', size);
  checkPositive('price', price);
  return contract === 'linear' ? size * price : size / price;
}

/**
 * The liquidation price of a position opened in isolation, whatever its size and entry, as one factor c:
 * linear level = entry x c, inverse 1 / level = c / entry. `rate` is maintenance rate + fee, with the deduction (as
 * a fraction of value at the level) already subtracted. `undefined` when such a position cannot be liquidated.
 *
 * @throws RangeError when leverage is not above zero and finite, or the rate is not in [0, 1).
 */
export function levelFactor(bucket: {
  readonly contract: Contract;
  readonly side: Side;
  readonly leverage: number;
  readonly rate: number;
}): number | undefined {
  checkPositive('leverage', bucket.leverage);
  checkRate('rate', bucket.rate);
  const sign = bucket.side === 'long' ? 1 : -1;
  const marginSign = bucket.contract === 'linear' ? -sign : sign;
  const factor = (1 + marginSign / bucket.leverage) / (1 + marginSign * bucket.rate);
  return factor > 0 ? factor : undefined;
}

function priceWhereEquityIs(
  { contract, side, size, entry, margin }: Position,
  required: { readonly rate: number; readonly deduction: number },
): number | undefined {
  const sign = side === 'long' ? 1 : -1;
  const cushion = sign * (margin + required.deduction);
  const price =
    contract === 'linear'
      ? (size * entry - cushion) / (size * (1 - sign * required.rate))
      : (size * (1 + sign * required.rate)) / (size / entry + cushion);
  // An inverse contract without a border divides by zero or less.
  return price > 0 && Number.isFinite(price) ? price : undefined;
}

function checkPosition({ size, entry, margin }: Position): void {
  checkPositive('size', size);
  checkPositive('entry', entry);
  checkFinite('margin', margin);
}

function checkPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity))
    throw new RangeError(`${name} must be above zero and finite, not ${value}`);
}

function checkFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be finite, not ${value}`);
}

/** Margin of the whole value or more has no border for a long: the value falls no faster than the requirement. */
function checkRate(name: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw new RangeError(`${name} must be in [0, 1), not ${value}`);
}
