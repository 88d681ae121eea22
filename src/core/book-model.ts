import { directionOf, directions, lower } from './book-axis.ts';
import { levelFactor } from './margin.ts';
import type { Contract, MarginRules, Side } from './market-data.ts';
import { effectiveMaintenanceRate, maxLeverage } from './tiers.ts';
import type { OpeningWeights } from './weights.ts';

/**
 * What the book needs to know about one market: for each pair (direction x leverage, see `BookLayer`) where
 * the level lies, which share of opens enters it and how funding moves it. A bucket of the weights stands
 * for all leverages up to its neighbours, so it becomes several pairs, dense enough that none shows as a
 * peak. Levels and prices are on the book's axis, see `book-axis.ts`.
 */
export type BookModel = {
  readonly contract: Contract;
  /** Of the pairs of one direction, ascending. */
  readonly leverages: readonly number[];
  /** Level over entry, both on the axis; > 0. */
  readonly factors: Float64Array;
  /** Share of a direction's opens; with `neverShare` they sum to 1. */
  readonly shares: Float64Array;
  readonly fastShares: Float64Array;
  /** Shift of the level, in units of (funding rate x mark on the axis). */
  readonly fundingShift: Float64Array;
  /** Bucket of the weights that each of `leverages` stands for. */
  readonly bucketOf: readonly number[];
  /** By direction x buckets of the weights: share of a direction's opens that no price can liquidate. */
  readonly neverByBucket: Float64Array;
  /** By direction: share of opens that no price can liquidate, and its fast part. */
  readonly neverShare: Float64Array;
  readonly neverFastShare: Float64Array;
  readonly fastHazardRatio: number;
  readonly churn: number;
};

export type BookModelInput = {
  readonly contract: Contract;
  readonly rules: MarginRules;
  readonly weights: OpeningWeights;
  /** A price of the market, to tell tiers in coins from USD. */
  readonly price: number;
};

/**
 * From this effective leverage up, margin is taken to be isolated, so that funding moves the level only
 * where the venue debits the position's own margin; below it the account's margin pays.
 */
const isolatedFrom = 10;

/** How far the shares of a side may miss 1. */
const roundingOfShares = 1e-6;
/**
 * Whose level is less than this part of the entry, on the book's axis, counts as out of reach of any price.
 */
const leastFactor = 0.05;
/**
 * Distance between the levels of neighbouring pairs, as a fraction of the entry, where a bucket is not too
 * wide.
 */
const levelDistance = 0.0075;
/** A bucket becomes no more pairs than this. */
const mostPairs = 20;
/** Nor than this where its levels lie beyond every map: a long without debt, a short at twice its entry. */
const mostFarPairs = 3;
const farLeverage = 1.2;

/**
 * Resolves weights and margin rules into pairs. Throws RangeError when no bucket can be opened at all, and on
 * weights that make no sense; shares that miss 1 by rounding are made to sum to it.
 */
export function bookModel(input: BookModelInput): BookModel {
  const { contract, weights } = input;
  requireSoundWeights(weights);
  const within = weights.buckets.map((_, k) => leveragesWithin(weights, k));
  const leverages = within.flat();
  const pairs = leverages.length * 2;
  const model = {
    contract,
    leverages,
    factors: new Float64Array(pairs).fill(1),
    shares: new Float64Array(pairs),
    fastShares: new Float64Array(pairs),
    fundingShift: new Float64Array(pairs),
    bucketOf: within.flatMap((ofBucket, k) => ofBucket.map(() => k)),
    neverByBucket: new Float64Array(2 * within.length),
    neverShare: new Float64Array(2),
    neverFastShare: new Float64Array(2),
    fastHazardRatio: weights.fastHazardRatio,
    churn: weights.churn,
  };
  for (const side of ['long', 'short'] as const) resolveSide(model, { ...input, within }, side);
  return model;
}

/** Share of the fast class in open interest that opens and closes at a steady pace. */
export function restingFastShare({
  shares,
  fastShares,
  neverShare,
  neverFastShare,
  fastHazardRatio,
}: BookModel): number {
  let fast = 0;
  for (let p = 0; p < shares.length; p++) fast += (shares[p]! * fastShares[p]!) / 2;
  for (const direction of directions) fast += (neverShare[direction]! * neverFastShare[direction]!) / 2;
  const standing = fast / fastHazardRatio;
  return standing / (standing + 1 - fast);
}

/** By pair x 2 + holding class: share of a direction's opens that goes there. */
export function sharesByClass({ shares, fastShares }: BookModel): Float64Array {
  return Float64Array.from({ length: shares.length * 2 }, (_, slot) => {
    const fast = fastShares[slot >> 1]!;
    return shares[slot >> 1]! * (slot % 2 === 0 ? fast : 1 - fast);
  });
}

function requireSoundWeights(weights: OpeningWeights): void {
  const { buckets, churn, fastHazardRatio } = weights;
  for (const side of ['long', 'short'] as const) {
    const all = shareOf(weights, side);
    if (!(Math.abs(all - 1) < roundingOfShares)) {
      throw new RangeError(`shares of a ${side} must sum to 1, not ${all}: ${weights.source}`);
    }
  }
  for (const { leverage, ...shares } of buckets) {
    const { longShare, shortShare, longFastShare, shortFastShare } = shares;
    if (
      !(Math.min(longShare, shortShare, longFastShare, shortFastShare) >= 0) ||
      !(Math.max(longFastShare, shortFastShare) <= 1)
    ) {
      throw new RangeError(`the shares at ${leverage}x must not be ${Object.values(shares).join(', ')}`);
    }
  }
  if (!(churn >= 0 && churn <= 1)) throw new RangeError(`churn ${churn} must be in [0, 1]`);
  if (!(fastHazardRatio >= 1 && fastHazardRatio < Infinity)) {
    throw new RangeError(`ratio of hazards ${fastHazardRatio} must be >= 1`);
  }
}

function shareOf({ buckets }: OpeningWeights, side: Side): number {
  return buckets.reduce((sum, bucket) => sum + (side === 'long' ? bucket.longShare : bucket.shortShare), 0);
}

type Resolving = BookModelInput & { readonly within: readonly (readonly number[])[] };

function resolveSide(model: BookModel, input: Resolving, side: Side): void {
  const { contract, rules, weights, within } = input;
  const direction = directionOf(contract, side);
  const all = shareOf(weights, side);
  const highest = maxLeverage(rules.tiers);
  let carried = 0;
  let neverFast = 0;
  let end = (direction + 1) * model.leverages.length;
  // From the highest leverage down: what the tiers do not allow is opened in the next lower bucket they do.
  for (let k = weights.buckets.length - 1; k >= 0; k--) {
    const bucket = weights.buckets[k]!;
    const begin = end - within[k]!.length;
    end = begin;
    const share = carried + (side === 'long' ? bucket.longShare : bucket.shortShare) / all;
    const fastShare = side === 'long' ? bucket.longFastShare : bucket.shortFastShare;
    const rate = rateOf(input, side, bucket.leverage);
    const open = within[k]!.map(
      (leverage) => rate !== undefined && leverage <= highest && 1 / leverage > rate,
    );
    const count = open.filter((isOpen) => isOpen).length;
    carried = count === 0 ? share : 0;
    if (rate === undefined || count === 0) continue;
    for (const [i, leverage] of within[k]!.entries()) {
      if (!open[i]) continue;
      const factor = levelFactor({ contract, side, leverage, rate });
      if (factor === undefined || factor < leastFactor) {
        model.neverShare[direction]! += share / count;
        model.neverByBucket[direction * weights.buckets.length + k]! += share / count;
        neverFast += (share / count) * fastShare;
        continue;
      }
      const movesWithFunding = rules.fundingMovesMargin || leverage < isolatedFrom;
      const paidByLong = contract === 'linear' ? 1 : -1;
      const slope = direction === lower ? 1 - rate : 1 + rate;
      model.factors[begin + i] = factor;
      model.shares[begin + i] = share / count;
      model.fastShares[begin + i] = fastShare;
      model.fundingShift[begin + i] = movesWithFunding ? paidByLong / slope : 0;
    }
  }
  if (carried > 0) throw new RangeError(`margin rules of ${rules.source} allow no leverage for a ${side}`);
  const never = model.neverShare[direction]!;
  model.neverFastShare[direction] = never > 0 ? neverFast / never : 0;
}

/**
 * Leverages evenly spaced, in the logarithm, from the geometric mean with the bucket below to that with the
 * one above.
 */
function leveragesWithin({ buckets }: OpeningWeights, k: number): number[] {
  const { leverage } = buckets[k]!;
  const from = Math.sqrt(leverage * (buckets[k - 1]?.leverage ?? leverage));
  const to = Math.sqrt(leverage * (buckets[k + 1]?.leverage ?? leverage));
  const width = 1 / from - 1 / to;
  const most = leverage < farLeverage ? mostFarPairs : mostPairs;
  const count = Math.min(most, Math.max(1, Math.ceil(width / levelDistance)));
  return Array.from({ length: count }, (_, i) => from * (to / from) ** ((i + 0.5) / count));
}

/**
 * Maintenance rate and fee of a bucket; undefined where the tiers do not allow its leverage, or its level
 * would lie on the wrong side of the entry.
 */
function rateOf({ contract, rules, price }: Resolving, side: Side, leverage: number): number | undefined {
  const maintenance = effectiveMaintenanceRate({
    tiers: rules.tiers,
    contract,
    side,
    leverage,
    entryPrice: price,
    feeRate: rules.feeRate,
  });
  if (maintenance === undefined) return undefined;
  const rate = maintenance + rules.feeRate;
  return 1 / leverage > rate ? rate : undefined;
}
