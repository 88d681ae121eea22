import { dayMs } from '../durations.ts';
import type { Side } from '../market-data.ts';
import { categories } from './categories.ts';
import type { Components } from './components.ts';
import type { FitCase } from './multipliers.ts';
import { fitMultipliers } from './multipliers.ts';
import type { SideMultipliers } from './reweighted.ts';

/** What was real of a side: shares by category as they are to count, and in dollars. */
export type RealSide = {
  readonly counted: Float64Array;
  readonly dollars: Float64Array;
  /** Positions within the range that maps are scored on. */
  readonly near: number;
};

/** One snapshot of one coin: what the book held, and what was real; undefined where a side held nothing. */
export type FitSnapshot = {
  readonly timeMs: number;
  readonly components: Components;
  /** How much it counts among those of its day; 1 unless told. */
  readonly weight?: number;
  readonly real: Readonly<Record<Side, RealSide | undefined>>;
};

/** How much is believed beforehand, in days of snapshots. */
export type Shrinkage = {
  /** The prior, against the days of all coins together. */
  readonly priorDays: number;
  /** The fit of all coins together, against the days of one coin. */
  readonly pooledDays: number;
};

/** Multipliers on the prior's shares, for all coins together and for each. */
export type Trained = {
  readonly pooled: SideMultipliers;
  readonly coins: ReadonlyMap<string, SideMultipliers>;
};

/**
 * Fits all coins together, shrunk to the prior, then each coin, shrunk to the fit of all: what a coin's few
 * large traders do is believed as far as its days outweigh what the others do.
 */
export function train(coins: ReadonlyMap<string, readonly FitSnapshot[]>, shrinkage: Shrinkage): Trained {
  const long = trainSide('long', coins, shrinkage);
  const short = trainSide('short', coins, shrinkage);
  return {
    pooled: { long: long.pooled, short: short.pooled },
    coins: new Map(
      [...coins.keys()].map((coin) => [coin, { long: long.coins.get(coin)!, short: short.coins.get(coin)! }]),
    ),
  };
}

function trainSide(
  side: Side,
  coins: ReadonlyMap<string, readonly FitSnapshot[]>,
  { priorDays, pooledDays }: Shrinkage,
): { readonly pooled: Float64Array; readonly coins: ReadonlyMap<string, Float64Array> } {
  const cases = new Map([...coins].map(([coin, snapshots]) => [coin, casesOf(snapshots, side)]));
  const all = [...cases.values()].flat();
  if (all.length === 0) throw new RangeError(`no ${side} positions to fit to`);
  const prior = new Float64Array(all[0]!.components.length / categories).fill(1);
  const pooled = fitMultipliers(all, { multipliers: prior, weight: priorDays });
  const own = (of: readonly FitCase[]) => fitMultipliers(of, { multipliers: pooled, weight: pooledDays });
  return { pooled, coins: new Map([...cases].map(([coin, of]) => [coin, own(of)])) };
}

/** Every day counts 1, however many snapshots it has: those of one day show the same positions again. */
function casesOf(snapshots: readonly FitSnapshot[], side: Side): FitCase[] {
  const perDay = new Map<number, number>();
  for (const { timeMs } of snapshots) perDay.set(dayOf(timeMs), (perDay.get(dayOf(timeMs)) ?? 0) + 1);
  return snapshots.flatMap(({ timeMs, components, real, weight = 1 }) => {
    const own = real[side];
    return own
      ? [{ components: components[side], real: own.counted, weight: weight / perDay.get(dayOf(timeMs))! }]
      : [];
  });
}

export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / dayMs);
}
