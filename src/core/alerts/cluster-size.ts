import type { Cluster } from '../liquidation-map.ts';

/** Smallest cluster that is worth a word; every bound that is given must be met. */
export type SizeRule = {
  readonly minUsd?: number;
  /** Fraction of one-sided open interest. */
  readonly minShareOfOi?: number;
  /** Among what the coin's own large clusters held, in shares of open interest, 0 to 100. */
  readonly minPercentile?: number;
};

/** For who has set none of the bounds: large for the coin, and never dust. */
const usualSize: SizeRule = { minShareOfOi: 0.01, minPercentile: 10 };

/** Clusters of each side that a map labels are candidates; of the rest only those hear who asked for that very one. */
const largestOfSide = 3;
/** Fewer sizes than this are no history: three days of a cluster on either side. In a fall all that a day has seen were larger. */
const leastSizes = 144;

export function isCandidate({ rank, usd }: Pick<Cluster, 'rank' | 'usd'>): boolean {
  return rank <= largestOfSide && usd > 0;
}

/** @param percentile of its size; undefined where the coin has no history, then that bound is left aside */
export function isLarge(
  { usd, shareOfOi }: Pick<Cluster, 'usd' | 'shareOfOi'>,
  rule: SizeRule,
  percentile: number | undefined,
): boolean {
  const hasOwn = rule.minUsd ?? rule.minShareOfOi ?? rule.minPercentile;
  const { minUsd = 0, minShareOfOi = 0, minPercentile = 0 } = hasOwn === undefined ? usualSize : rule;
  return usd >= minUsd && shareOfOi >= minShareOfOi && (percentile ?? 100) >= minPercentile;
}

/**
 * What a coin's large clusters held in the past, in shares of open interest: in USD all would be small after a crash, when
 * they matter most.
 */
export class SizeHistory {
  readonly #sorted: Float64Array;

  /** @param shares in any order */
  constructor(shares: readonly number[]) {
    this.#sorted = Float64Array.from(shares).sort();
  }

  /** Share of the past sizes that were smaller, equal ones counted half, 0 to 100; undefined with too few of them. */
  percentile(shareOfOi: number): number | undefined {
    const sizes = this.#sorted;
    if (sizes.length < leastSizes) return undefined;
    return (
      (50 * (countBelow(sizes, shareOfOi, 'strictly') + countBelow(sizes, shareOfOi, 'or equal'))) /
      sizes.length
    );
  }
}

function countBelow(sorted: Float64Array, value: number, how: 'strictly' | 'or equal'): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const isBelow = how === 'strictly' ? sorted[middle]! < value : sorted[middle]! <= value;
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  return low;
}
