import type { Side } from '../market-data.ts';
import { measure, scoreBins } from '../score/measures.ts';
import { categories } from './categories.ts';
import { mixture } from './multipliers.ts';
import type { SideMultipliers } from './reweighted.ts';
import type { FitSnapshot, Shrinkage } from './train.ts';
import { dayOf, train } from './train.ts';

/** Means over days, coins and sides, each counting the same. */
export type ChainScore = {
  /** Log-likelihood gain over a flat line over all categories, in nats: also of what lies far off or nowhere. */
  readonly logGain: number;
  /** As maps are scored, within the range. */
  readonly p10: number;
  readonly emdPct: number;
  readonly nearLogGain: number;
};

const flatPart = 0.1;
/** Fewest positions within the range for a side of a snapshot to be measured there. */
const fewestPositions = 5;

/** Predicts the positions of each day by what is fitted to the days before it. */
export function forwardChain(
  coins: ReadonlyMap<string, readonly FitSnapshot[]>,
  shrinkage: Shrinkage,
): ChainScore {
  const days = [...new Set([...coins.values()].flat().map(({ timeMs }) => dayOf(timeMs)))].sort(
    (a, b) => a - b,
  );
  const cells: ChainScore[] = [];
  for (const day of days.slice(1)) {
    const before = new Map(
      [...coins].map(([coin, snapshots]) => [coin, snapshots.filter(({ timeMs }) => dayOf(timeMs) < day)]),
    );
    const trained = train(before, shrinkage);
    for (const [coin, snapshots] of coins) {
      const today = snapshots.filter(({ timeMs }) => dayOf(timeMs) === day);
      for (const side of ['long', 'short'] as const)
        cells.push(scoreDay(today, side, trained.coins.get(coin)!));
    }
  }
  return {
    logGain: mean(cells.map(({ logGain }) => logGain)),
    p10: mean(cells.map(({ p10 }) => p10)),
    emdPct: mean(cells.map(({ emdPct }) => emdPct)),
    nearLogGain: mean(cells.map(({ nearLogGain }) => nearLogGain)),
  };
}

function scoreDay(snapshots: readonly FitSnapshot[], side: Side, multipliers: SideMultipliers): ChainScore {
  const logGains: number[] = [];
  const near = snapshots.flatMap(({ components, real }) => {
    const own = real[side];
    if (!own) return [];
    const predicted = mixture(components[side], multipliers[side]);
    logGains.push(logGainOf(predicted, own.dollars));
    if (own.near < fewestPositions) return [];
    return measure(predicted.subarray(0, scoreBins), own.dollars.subarray(0, scoreBins)) ?? [];
  });
  return {
    logGain: mean(logGains),
    p10: mean(near.map(({ p10 }) => p10)),
    emdPct: mean(near.map(({ emdPct }) => emdPct)),
    nearLogGain: mean(near.map(({ logGain }) => logGain)),
  };
}

function logGainOf(predicted: Float64Array, real: Float64Array): number {
  return real.reduce(
    (sum, share, i) => sum + share * Math.log((1 - flatPart) * predicted[i]! * categories + flatPart),
    0,
  );
}

/** Of those that are numbers: a day without enough positions has none. */
function mean(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
