import type { Spread, Uncertainty } from '../core/ensemble.ts';
import { ensembleMembers, ensembleSize, leverageBand, leverageBands } from '../core/ensemble.ts';
import { usdBand } from '../core/ensemble-band.ts';
import { mixture } from '../core/fit/multipliers.ts';
import { dayOf } from '../core/fit/train.ts';
import type { Side } from '../core/market-data.ts';
import { scoreBins } from '../core/score/measures.ts';
import { wideWeights } from '../core/weights.ts';
import type { FitMarket, FittedSet } from '../fitting.ts';
import type { Snapshot } from '../scoring/snapshots.ts';
import { mean, median, variance } from './statistics.ts';

const sides = ['long', 'short'] as const;

/**
 * Bins of the windows that bands are calibrated on: 1.5, 3 and 6 % of price, about a cluster and more. In a
 * single bin of 0.5 % nine times in ten nothing is real, and every band that begins at zero holds that.
 */
const calibratedBins = [3, 6, 12];
const factors = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1];
const dispersions = [1, 1.5, 2, 2.5, 3];
const called = 0.8;

/** A part of what stood within 30 % of a mark: what was predicted, how surely, what was real; shares of the side. */
type Window = {
  readonly day: number;
  readonly mean: number;
  readonly deviation: number;
  readonly real: number;
  readonly positionShare: number;
};

/** How often bands held what was real, by width of the windows looked at. */
export type Coverage = {
  readonly widthPct: number;
  readonly held: number;
  readonly empty: number;
  readonly windows: number;
};

/** The bootstrap's spread as far as it must be widened, and the size of positions that count. */
export type Calibrated = {
  readonly factor: number;
  readonly dispersion: number;
  readonly uncertainty: Uncertainty;
};

/**
 * Finds by how much to widen the spread, and how large the positions that count are, as a part of the mean
 * position by value (sum of squares over sum): so that bands called 80 % hold 80 % of windows of every width.
 */
export function calibrate(markets: readonly FitMarket[], set: FittedSet, bootstrapped: Spread): Calibrated {
  const tried = dispersions.flatMap((dispersion) => {
    const spread = widened(bootstrapped, dispersion);
    const byWidth = calibratedBins.map((bins) => windowsOf(markets, set, { spread, bins }));
    return factors.map((factor) => ({
      factor,
      dispersion,
      spread,
      off: mean(byWidth.map((windows) => Math.abs(heldShare(windows, factor) - called))),
    }));
  });
  const { factor, dispersion, spread } = tried.reduce((a, b) => (b.off < a.off ? b : a));
  const shares = markets.flatMap(({ input, snapshots }) =>
    snapshots.flatMap((snapshot) => {
      const openInterest = input.openInterest.findLast(({ timeMs }) => timeMs <= snapshot.timeMs);
      if (!openInterest) return [];
      const whole = openInterest.size * snapshot.markUsd;
      return sides.map((side) => (meanPositionUsd(snapshot, side) / whole) * factor);
    }),
  );
  const positionShare = Number(median(shares).toPrecision(2));
  return { factor, dispersion, uncertainty: { spread, positionShare } };
}

function widened({ long, short }: Spread, by: number): Spread {
  const times = (deviations: readonly number[]) => deviations.map((one) => Number((one * by).toFixed(3)));
  return { long: times(long), short: times(short) };
}

/** Checks bands on the snapshots that are in `set.seen`; its weights may have been fitted to others. */
export function coverageOf(
  markets: readonly FitMarket[],
  set: FittedSet,
  { factor, uncertainty: { spread } }: Calibrated,
): Coverage[] {
  return [1, 3, 6, 12].map((bins) => {
    const windows = windowsOf(markets, set, { spread, bins });
    return {
      widthPct: bins / 2,
      held: heldShare(windows, factor),
      empty: windows.filter(({ real }) => real === 0).length / windows.length,
      windows: windows.length,
    };
  });
}

function windowsOf(
  markets: readonly FitMarket[],
  set: FittedSet,
  { spread, bins }: { readonly spread: Spread; readonly bins: number },
): Window[] {
  const members = ensembleMembers(spread);
  return markets.flatMap((market) => {
    const snapshots = new Map(market.snapshots.map((snapshot) => [snapshot.timeMs, snapshot]));
    const multipliers = set.trained.coins.get(market.coin)!;
    return set.seen.get(market.coin)!.flatMap(({ timeMs, components, real }) =>
      sides.flatMap((side) => {
        const snapshot = snapshots.get(timeMs);
        const own = real[side];
        if (!own || !snapshot) return [];
        const many = Array.from({ length: ensembleSize }, (_, member) =>
          mixture(components[side], memberOf(multipliers[side], members[side], member)),
        );
        const expected = mixture(components[side], multipliers[side]);
        const whole = totalUsd(snapshot, side);
        return Array.from({ length: scoreBins / bins }, (_, i): Window => {
          const sum = (shares: Float64Array) =>
            shares.subarray(i * bins, (i + 1) * bins).reduce((a, b) => a + b, 0);
          return {
            day: dayOf(timeMs),
            mean: sum(expected),
            deviation: Math.sqrt(variance(many.map(sum))),
            real: sum(own.dollars),
            positionShare: meanPositionUsd(snapshot, side) / whole,
          };
        });
      }),
    );
  });
}

function memberOf(multipliers: Float64Array, members: Float64Array, member: number): Float64Array {
  return multipliers.map((one, row) => {
    const { leverage } = wideWeights.buckets[row >> 1]!;
    return one * members[member * leverageBands + leverageBand(leverage)]!;
  });
}

/** Share of windows inside their bands, every day counting the same. */
function heldShare(windows: readonly Window[], factor: number): number {
  const days = new Map<number, { held: number; all: number }>();
  for (const { day, mean: expected, deviation, real, positionShare } of windows) {
    const { low, high } = usdBand({ mean: expected, deviation, positionUsd: positionShare * factor });
    const sums = days.get(day) ?? { held: 0, all: 0 };
    sums.all++;
    if (real >= low - 1e-9 && real <= high) sums.held++;
    days.set(day, sums);
  }
  return mean([...days.values()].map(({ held, all }) => held / all));
}

/** Mean position of a side by value. */
function meanPositionUsd({ positions }: Snapshot, of: Side): number {
  const usd = positions.filter(({ side }) => side === of).map(({ valueUsd }) => valueUsd);
  const whole = usd.reduce((sum, one) => sum + one, 0);
  return whole > 0 ? usd.reduce((sum, one) => sum + one * one, 0) / whole : 0;
}

function totalUsd({ positions }: Snapshot, of: Side): number {
  return positions.reduce((sum, { side, valueUsd }) => sum + (side === of ? valueUsd : 0), 0);
}
