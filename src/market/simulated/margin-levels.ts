import type { MarginTier } from '../../core/market-data.ts';
import { type Ledger, long, short } from './ledger.ts';
import type { MarketSpec } from './specs.ts';

/** Loss per unit of price, relative to size, that leads nowhere below a millionfold price. */
const negligibleSlope = 1e-6;

/** The positions of one account in one coin, long and short; see `ledger.ts` for `y`. */
export type Holding = {
  readonly market: MarketSpec;
  readonly longSize: number;
  readonly longEntryY: number;
  readonly shortSize: number;
  readonly shortEntryY: number;
};

export function holdingOf(ledger: Ledger, account: number, coin: number): Holding {
  const longSlot = ledger.slot(account, coin, long);
  const shortSlot = ledger.slot(account, coin, short);
  const market = ledger.marketOf(longSlot);
  return {
    market,
    longSize: ledger.lots[longSlot]! * market.lot,
    longEntryY: ledger.entryY[longSlot]!,
    shortSize: ledger.lots[shortSlot]! * market.lot,
    shortEntryY: ledger.entryY[shortSlot]!,
  };
}

/** Money that a holding must back at `y`: maintenance margin by tier, and the fee its closing would cost. */
function requirement({ market, longSize, shortSize }: Holding, y: number): number {
  return sideRequirement(market, longSize * y) + sideRequirement(market, shortSize * y);
}

/** Unrealised profit less requirement: what a holding adds to its account's excess at `y`. */
export function surplus(holding: Holding, y: number): number {
  return profitAt(holding, y) - requirement(holding, y);
}

function profitAt(holding: Holding, y: number): number {
  const { market, longSize, longEntryY, shortSize, shortEntryY } = holding;
  return market.direction * (longSize * (y - longEntryY) - shortSize * (y - shortEntryY));
}

/** What an account has beyond its requirements at the marks `ys` (by market); it is liquidated below 0. */
export function excessOf(ledger: Ledger, account: number, ys: Float64Array): number {
  let excess = ledger.wallet[account]!;
  for (let coin = 0; coin < ledger.coins; coin++) {
    if (!holds(ledger, account, coin)) continue;
    const holding = holdingOf(ledger, account, coin);
    excess += surplus(holding, ys[holding.market.index]!);
  }
  return excess;
}

/** Sum of the requirements of all that an account holds, at the marks `ys`. */
export function requirementOf(ledger: Ledger, account: number, ys: Float64Array): number {
  let required = 0;
  for (let coin = 0; coin < ledger.coins; coin++) {
    if (!holds(ledger, account, coin)) continue;
    const holding = holdingOf(ledger, account, coin);
    required += requirement(holding, ys[holding.market.index]!);
  }
  return required;
}

export function holds(ledger: Ledger, account: number, coin: number): boolean {
  return ledger.lots[ledger.slot(account, coin, long)]! + ledger.lots[ledger.slot(account, coin, short)]! > 0;
}

/**
 * The level above 0 below which the holding's surplus is less than `target`; `undefined` if there is none.
 * The surplus at the present mark must not be less.
 *
 * The surplus is concave in y (requirements grow ever faster) and made of straight pieces, so Newton's
 * steps from outside never pass the level and reach it after as many steps as there are pieces.
 */
export function levelBelow(holding: Holding, target: number): number | undefined {
  return surplus(holding, 0) >= target ? undefined : newton(holding, target, 0);
}

/** The level, not below the mark `y`, above which the surplus is less than `target`. */
export function levelAbove(holding: Holding, target: number, y: number): number | undefined {
  const { market, longSize, shortSize } = holding;
  const { maintenanceRate, deduction } = market.rules.tiers.at(-1)!;
  const rate = maintenanceRate + market.rules.feeRate;
  const slope = market.direction * (longSize - shortSize) - rate * (longSize + shortSize);
  // A slope of rounding errors only would put the level beyond all prices, and Newton's steps astray.
  if (slope > -negligibleSlope * (longSize + shortSize)) return undefined;
  // The straight line that the surplus would follow if all of it were in the last tier lies above it.
  const sides = (longSize > 0 ? 1 : 0) + (shortSize > 0 ? 1 : 0);
  const offset = profitAt(holding, 0) + sides * deduction;
  return newton(holding, target, Math.max(y, (target - offset) / slope));
}

function newton(holding: Holding, target: number, start: number): number {
  let y = start;
  for (let step = 0; step < 24; step++) {
    const next = y + (target - surplus(holding, y)) / slopeAt(holding, y);
    if (Math.abs(next - y) <= 1e-11 * next) return next;
    y = next;
  }
  return y;
}

function slopeAt({ market, longSize, shortSize }: Holding, y: number): number {
  const rates =
    longSize * requiredRate(market, longSize * y) + shortSize * requiredRate(market, shortSize * y);
  return market.direction * (longSize - shortSize) - rates;
}

function sideRequirement(market: MarketSpec, value: number): number {
  if (value === 0) return 0;
  const { maintenanceRate, deduction } = tierAt(market, value);
  return (maintenanceRate + market.rules.feeRate) * value - deduction;
}

function requiredRate(market: MarketSpec, value: number): number {
  return tierAt(market, value).maintenanceRate + market.rules.feeRate;
}

/** As `core/tiers.ts` has it, without its checks: this is asked some million times. */
export function tierAt(market: MarketSpec, value: number): MarginTier {
  const { tiers } = market.rules;
  let index = 0;
  while (index + 1 < tiers.length && tiers[index + 1]!.floor <= value) index++;
  return tiers[index]!;
}
