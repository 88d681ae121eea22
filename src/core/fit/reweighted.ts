import type { LeverageBucket, OpeningWeights } from '../weights.ts';

/** Of each side by row, see `Components`. */
export type SideMultipliers = { readonly long: Float64Array; readonly short: Float64Array };

/** So little of what is opened, at least, stays in a bucket: a multiplier could not bring it back from zero. */
const leastShare = 1e-5;

/** Weights whose shares are multiplied and brought back to a sum of 1 by side. */
export function reweighted(weights: OpeningWeights, multipliers: SideMultipliers): OpeningWeights {
  const long = sideShares(weights, 'long', multipliers.long);
  const short = sideShares(weights, 'short', multipliers.short);
  return {
    ...weights,
    buckets: weights.buckets.map(
      ({ leverage }, k): LeverageBucket => ({
        leverage,
        longShare: long.shares[k]!,
        longFastShare: long.fastShares[k]!,
        shortShare: short.shares[k]!,
        shortFastShare: short.fastShares[k]!,
      }),
    ),
  };
}

/** What leads from one set of weights to another over the same buckets; the inverse of `reweighted`. */
export function multipliersBetween(from: OpeningWeights, to: OpeningWeights): SideMultipliers {
  const ofSide = (side: 'long' | 'short') => {
    const wanted = openedByRow(to, side);
    return openedByRow(from, side).map((share, row) => (share > 0 ? wanted[row]! / share : 0));
  };
  return { long: ofSide('long'), short: ofSide('short') };
}

/** Share of a side's opens by row of `Components`. */
export function openedByRow({ buckets }: OpeningWeights, side: 'long' | 'short'): Float64Array {
  return Float64Array.from({ length: buckets.length * 2 }, (_, row) => {
    const bucket = buckets[row >> 1]!;
    const share = side === 'long' ? bucket.longShare : bucket.shortShare;
    const fast = side === 'long' ? bucket.longFastShare : bucket.shortFastShare;
    return share * (row % 2 === 0 ? fast : 1 - fast);
  });
}

function sideShares(weights: OpeningWeights, side: 'long' | 'short', multipliers: Float64Array) {
  const opened = openedByRow(weights, side).map((share, row) =>
    Math.max(leastShare, share * multipliers[row]!),
  );
  const all = opened.reduce((sum, share) => sum + share, 0);
  const pairs = weights.buckets.map((_, k) => opened[2 * k]! + opened[2 * k + 1]!);
  return {
    shares: pairs.map((share) => share / all),
    fastShares: pairs.map((share, k) => opened[2 * k]! / share),
  };
}
