/**
 * Margin tiers: the larger a position, the more margin it must hold. A position is judged by the tier of its value at
 * the price that liquidates it, not at entry: https://www.binance.com/es/support/faq/ceccfcfb4e3a45e3b48b0b1bb1a8ae46.
 *
 * Every function here takes tiers as `orderedTiers` or `withDeductions` return them: ascending, the first from 0.
 */
import { isolatedMargin, liquidationPrice, type Position, valueAt } from './margin.ts';
import type { Contract, MarginTier, Side } from './market-data.ts';

/** Sorts a venue's tiers. @throws RangeError when they are no gapless ladder from 0, or a number makes no sense. */
export function orderedTiers<Row extends Omit<MarginTier, 'deduction'>>(rows: readonly Row[]): Row[] {
  const tiers = rows.toSorted((a, b) => a.floor - b.floor);
  if (tiers.length === 0) throw new RangeError('there must be at least one margin tier');
  tiers.forEach((tier, i) => {
    const start = tiers[i - 1]?.cap ?? 0;
    if (tier.floor !== start) throw new RangeError(`a margin tier must start at ${start}, not ${tier.floor}`);
    checkTier(tier);
  });
  return tiers;
}

/**
 * Sorts tiers and gives each the deduction that keeps the maintenance margin continuous where one tier ends and the
 * next begins: what venues publish as "maintenance amount", for those that publish only rates.
 * Same rule: Binance (as above), https://hyperliquid.gitbook.io/hyperliquid-docs/trading/margin-tiers.
 */
export function withDeductions(rows: readonly Omit<MarginTier, 'deduction'>[]): MarginTier[] {
  let deduction = 0;
  let rateBefore = 0;
  return orderedTiers(rows).map((tier) => {
    deduction += tier.floor * (tier.maintenanceRate - rateBefore);
    rateBefore = tier.maintenanceRate;
    return { ...tier, deduction };
  });
}

/** The tier of a position value (settle currency); values beyond the last cap belong to the last tier. */
export function tierOf(tiers: readonly MarginTier[], value: number): MarginTier {
  const tier = tiers.findLast(({ floor }) => floor <= value);
  if (tier === undefined) throw new RangeError(`no margin tier holds a value of ${value}`);
  return tier;
}

/** Margin that a position of this value must hold, in the settle currency. */
export function maintenanceMargin(tiers: readonly MarginTier[], value: number): number {
  const { maintenanceRate, deduction } = tierOf(tiers, value);
  return maintenanceRate * value - deduction;
}

/** Highest leverage of a position of this value; `undefined` when the venue allows none so large. */
export function maxLeverageFor(tiers: readonly MarginTier[], value: number): number | undefined {
  const tier = tierOf(tiers, value);
  return value <= tier.cap ? tier.maxLeverage : undefined;
}

/** Highest leverage of any position. */
export function maxLeverage(tiers: readonly MarginTier[]): number {
  return Math.max(...tiers.map((tier) => tier.maxLeverage));
}

export type TieredPosition = Position & { readonly tiers: readonly MarginTier[]; readonly feeRate?: number };

/** `liquidationPrice` in the tier that holds at that price. */
export function liquidationPriceTiered(position: TieredPosition): number | undefined {
  return tieredLiquidation(position).price;
}

/**
 * The price and the tier it was judged by. With deductions exactly one tier fits its own price. Where the margin jumps
 * between tiers (deduction 0, as on OKX), two may fit, of which the price that comes first counts, or none: then, and
 * when there is no price, the tier at entry is taken.
 */
export function tieredLiquidation(position: TieredPosition): {
  readonly price: number | undefined;
  readonly tier: MarginTier;
} {
  const { tiers, side } = position;
  let first: { readonly price: number; readonly tier: MarginTier } | undefined;
  for (const [i, tier] of tiers.entries()) {
    const price = priceIn(position, tier);
    if (price === undefined) continue;
    if (!within(valueAt(position, price), tier.floor, tiers[i + 1]?.floor ?? Infinity)) continue;
    if (!first || (side === 'long' ? price > first.price : price < first.price)) first = { price, tier };
  }
  if (first) return first;
  const entryTier = tierOf(tiers, valueAt(position, position.entry));
  return { tier: entryTier, price: priceIn(position, entryTier) };
}

/** Shares of open interest held in positions of about these values; they need not sum to 1. */
export type SizePrior = readonly { readonly notionalUsd: number; readonly share: number }[];

/**
 * How open interest is spread over position sizes, before anything is known about a market: a prior, not a
 * measurement. A bell over the logarithm of size, centred on 300,000 USD with a spread of a factor of ten, cut at
 * 1,000 and 10,000,000 USD. Real positions of profit leaders on Hyperliquid (February 2026) are larger, 10,000,000 in
 * the middle; accounts of retail venues are smaller.
 */
export const defaultSizePrior: SizePrior = [
  { notionalUsd: 1e3, share: 0.02 },
  { notionalUsd: 3e3, share: 0.06 },
  { notionalUsd: 1e4, share: 0.1 },
  { notionalUsd: 3e4, share: 0.14 },
  { notionalUsd: 1e5, share: 0.18 },
  { notionalUsd: 3e5, share: 0.18 },
  { notionalUsd: 1e6, share: 0.15 },
  { notionalUsd: 3e6, share: 0.11 },
  { notionalUsd: 1e7, share: 0.06 },
];

export type TieredBucket = {
  readonly tiers: readonly MarginTier[];
  readonly contract: Contract;
  readonly side: Side;
  readonly leverage: number;
  /** Tells tiers in coins from USD (inverse); a rough price will do. */
  readonly entryPrice: number;
  /** `defaultSizePrior` when absent. */
  readonly sizePrior?: SizePrior;
  /** Counted in the trigger, so it moves the price at which the tier is taken; 0 when absent. */
  readonly feeRate?: number;
};

/**
 * ONE maintenance rate for all positions of a leverage: the mean, over the sizes that may use it, of maintenance margin
 * as a fraction of value at the liquidation price (deduction included, fee not). Positions that cannot be liquidated
 * count with their rate at entry. `undefined` when no size may use that leverage.
 */
export function effectiveMaintenanceRate(bucket: TieredBucket): number | undefined {
  let weighted = 0;
  let total = 0;
  for (const { notionalUsd, share } of bucket.sizePrior ?? defaultSizePrior) {
    if (!(share >= 0 && share < Infinity))
      throw new RangeError(`a share of open interest must not be ${share}`);
    const rate = rateOfSize(bucket, notionalUsd);
    if (rate === undefined) continue;
    weighted += share * rate;
    total += share;
  }
  return total > 0 ? weighted / total : undefined;
}

function rateOfSize(bucket: TieredBucket, notionalUsd: number): number | undefined {
  const { tiers, contract, side, leverage, entryPrice, feeRate = 0 } = bucket;
  const size = contract === 'linear' ? notionalUsd / entryPrice : notionalUsd;
  const held = { contract, side, size, entry: entryPrice };
  if (leverage > (maxLeverageFor(tiers, valueAt(held, entryPrice)) ?? 0)) return undefined;
  const margin = isolatedMargin({ ...held, leverage });
  const { price = entryPrice, tier } = tieredLiquidation({ ...held, margin, tiers, feeRate });
  return tier.maintenanceRate - tier.deduction / valueAt(held, price);
}

/** Asked thousands of times for one book, where a copy by `...` takes twice as long as all else. */
function priceIn(position: TieredPosition, tier: MarginTier): number | undefined {
  const { contract, side, size, entry, margin, feeRate = 0 } = position;
  const { maintenanceRate, deduction } = tier;
  return liquidationPrice({ contract, side, size, entry, margin, feeRate, maintenanceRate, deduction });
}

/** With room for rounding: a price just on a bound must not fall between its two tiers. */
function within(value: number, floor: number, end: number): boolean {
  return value >= floor * (1 - 1e-9) && value <= end * (1 + 1e-9);
}

function checkTier({ floor, cap, maintenanceRate, maxLeverage }: Omit<MarginTier, 'deduction'>): void {
  if (!(cap > floor)) throw new RangeError(`a margin tier must end above ${floor}, not at ${cap}`);
  if (!(maintenanceRate > 0 && maintenanceRate < 1)) {
    throw new RangeError(`a maintenance rate must be in (0, 1), not ${maintenanceRate}`);
  }
  if (!(maxLeverage > 0 && maxLeverage < Infinity)) {
    throw new RangeError(`a highest leverage must be above zero and finite, not ${maxLeverage}`);
  }
}
