import type { Spread } from '../core/ensemble.ts';
import { spreadLeverages } from '../core/ensemble.ts';
import { countedPower } from '../core/fit/categories.ts';
import { openedByRow } from '../core/fit/reweighted.ts';
import type { FitSnapshot } from '../core/fit/train.ts';
import { dayOf, train } from '../core/fit/train.ts';
import type { Side } from '../core/market-data.ts';
import type { Random } from '../core/random.ts';
import { createRandom } from '../core/random.ts';
import { wideWeights } from '../core/weights.ts';
import type { FitMarket, FitSettings, FittedSet } from '../fitting.ts';
import { seen } from '../fitting.ts';
import { mean, variance } from './statistics.ts';

const resamplings = 24;

/**
 * How far a fit may be off: it is repeated with days and traders weighted by exponential chance (Bayesian
 * bootstrap), and the logarithm of what is then opened around each of `spreadLeverages` deviates by this much,
 * as a root mean square over the coins.
 */
export function bootstrapSpread(
  markets: readonly FitMarket[],
  set: FittedSet,
  settings: FitSettings,
): Spread {
  const fits = Array.from({ length: resamplings }, (_, i) =>
    train(resampled(markets, set, createRandom(7, i)), settings),
  );
  const spread = (side: Side) =>
    spreadLeverages.map((leverage) => {
      const variances = markets.map(({ coin }) =>
        variance(fits.map((fit) => Math.log(openedAround(leverage, side, fit.coins.get(coin)![side])))),
      );
      return Number(Math.sqrt(mean(variances)).toFixed(3));
    });
  return { long: spread('long'), short: spread('short') };
}

/** The same snapshots, with other weights on days and on what each trader holds. */
function resampled(
  markets: readonly FitMarket[],
  set: FittedSet,
  random: Random,
): Map<string, FitSnapshot[]> {
  const drawn = new Map<string, number>();
  const weightOf = (key: string) => {
    const weight = drawn.get(key) ?? random.exponential();
    drawn.set(key, weight);
    return weight;
  };
  return new Map(
    markets.map(({ coin, snapshots, traderOf }) => {
      // Positions count with a power of their value, so the weight of a trader goes in under that power.
      const weighed = snapshots.map((snapshot) => ({
        ...snapshot,
        positions: snapshot.positions.map((position) => ({
          ...position,
          valueUsd: position.valueUsd * weightOf(`trader ${traderOf(position)}`) ** (1 / countedPower),
        })),
      }));
      const again = seen({ snapshots: weighed }, set.seen.get(coin)!);
      return [coin, again.map((one) => ({ ...one, weight: weightOf(`day ${dayOf(one.timeMs)}`) }))];
    }),
  );
}

/** Share of what is opened in the buckets nearest to a leverage. */
function openedAround(leverage: number, side: Side, multipliers: Float64Array): number {
  return openedByRow(wideWeights, side).reduce((sum, share, row) => {
    const bucket = wideWeights.buckets[row >> 1]!.leverage;
    const nearest = spreadLeverages.reduce((a, b) =>
      Math.abs(Math.log(b / bucket)) < Math.abs(Math.log(a / bucket)) ? b : a,
    );
    return sum + (nearest === leverage ? share * multipliers[row]! : 0);
  }, 0);
}
