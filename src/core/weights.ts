import type { Uncertainty } from './ensemble.ts';

/**
 * At which effective leverage positions are opened, and how long they are held: the prior of the book.
 * Effective leverage is position value over the margin that really stands behind it (isolated margin, or
 * the account's share in cross margin), so it is wider and lower than the leverage setting.
 */
export type LeverageBucket = {
  readonly leverage: number;
  /** Share of what is opened on the side; the shares of a side sum to 1. */
  readonly longShare: number;
  readonly shortShare: number;
  /** Share of what is opened in the bucket that belongs to the fast holding class, by side. */
  readonly longFastShare: number;
  readonly shortFastShare: number;
};

export type OpeningWeights = {
  /** Name and origin, printed with the map. */
  readonly source: string;
  /** How maps made with them did on positions they were not fitted to; undefined where they were not scored. */
  readonly score?: string;
  /** How far they may be off; undefined where nothing tells. */
  readonly uncertainty?: Uncertainty;
  /** Ascending leverage. */
  readonly buckets: readonly LeverageBucket[];
  /** Hazard of closing of the fast holding class over that of the slow one. */
  readonly fastHazardRatio: number;
  /** Share of traded volume that opens and closes within a step. */
  readonly churn: number;
};

/** Leverage settings people choose, and the low effective leverage that shared margin gives. */
export const bucketLeverages = [
  0.35, 0.5, 0.7, 1, 1.4, 2, 2.5, 3, 4, 5, 6, 8, 10, 12.5, 15, 20, 25, 33, 50, 75, 100,
];

/**
 * The wide prior used where nothing is fitted: log-normal, median 4x, log-standard deviation 1.1, the same
 * on both sides. That is 10 % at 1x or less (a long without debt cannot be liquidated), half between 2x and
 * 8x, a fifth above 10x, 1 % above 50x. Half of what opens is held ten times shorter than the rest; 85 % of
 * volume is churn. Chosen beforehand from the width seen in real accounts, not fitted.
 */
export const wideWeights: OpeningWeights = logNormalWeights({ median: 4, logSd: 1.1 });

/** Buckets at human leverages, each with the probability between the geometric means to its neighbours. */
function logNormalWeights(shape: { readonly median: number; readonly logSd: number }): OpeningWeights {
  const { median, logSd } = shape;
  if (!(median > 0) || !(logSd > 0)) throw new RangeError(`median ${median} and logSd ${logSd} must be > 0`);
  const below = (leverage: number) => normalCdf(Math.log(leverage / median) / logSd);
  const buckets = bucketLeverages.map((leverage, i) => {
    const previous = bucketLeverages[i - 1];
    const next = bucketLeverages[i + 1];
    const upper = next === undefined ? 1 : below(Math.sqrt(leverage * next));
    const lower = previous === undefined ? 0 : below(Math.sqrt(leverage * previous));
    const share = upper - lower;
    return { leverage, longShare: share, shortShare: share, longFastShare: 0.5, shortFastShare: 0.5 };
  });
  return {
    source: `log-normal prior (median ${median}x, log-sd ${logSd}), not fitted`,
    buckets,
    fastHazardRatio: 10,
    churn: 0.85,
  };
}

/**
 * Between two sets of weights over the same buckets: `part` of the second, the rest of the first. Throws
 * RangeError when their buckets differ.
 */
export function blendedWeights(first: OpeningWeights, second: OpeningWeights, part: number): OpeningWeights {
  const mixed = (a: number, b: number) => (1 - part) * a + part * b;
  const buckets = first.buckets.map((one, k) => {
    const other = second.buckets[k];
    if (other?.leverage !== one.leverage)
      throw new RangeError(`no bucket of ${one.leverage}x in ${second.source}`);
    const longShare = mixed(one.longShare, other.longShare);
    const shortShare = mixed(one.shortShare, other.shortShare);
    const longFast = mixed(one.longShare * one.longFastShare, other.longShare * other.longFastShare);
    const shortFast = mixed(one.shortShare * one.shortFastShare, other.shortShare * other.shortFastShare);
    return {
      leverage: one.leverage,
      longShare,
      shortShare,
      longFastShare: longShare > 0 ? longFast / longShare : 0,
      shortFastShare: shortShare > 0 ? shortFast / shortShare : 0,
    };
  });
  return {
    source: `${first.source}; ${second.source}`,
    buckets,
    fastHazardRatio: mixed(first.fastHazardRatio, second.fastHazardRatio),
    churn: mixed(first.churn, second.churn),
  };
}

/** Abramowitz & Stegun 7.1.26, absolute error below 1.5e-7: far finer than the prior deserves. */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const upper = (poly * Math.exp(-x * x)) / 2;
  return z < 0 ? upper : 1 - upper;
}
