import { directionOf, directions, lower } from './book-axis.ts';
import { levelFactor } from './margin.ts';
import type { Contract, MarginRules, Side } from './market-data.ts';
import { effectiveMaintenanceRate } from './tiers.ts';
import type { OpeningWeights } from './weights.ts';

/**
 * What the book needs to know about one market: for each pair (direction x leverage bucket, see
 * `BookLayer`) where the level lies, which share of opens enters it and how funding moves it.
 * Levels and prices are on the book's axis, see `book-axis.ts`.
 */
export type BookModel = {
  readonly contract: Contract;
  readonly leverages: readonly number[];
  /** Level over entry, both on the axis; > 0. */
  readonly factors: Float64Array;
  /** Share of a direction's opens; with `neverShare` they sum to 1. */
  readonly shares: Float64Array;
  readonly fastShares: Float64Array;
  /**
   * By pair, `leverageSteps` values: factor over the bucket's own factor at leverages evenly spaced, in the
   * logarithm, through the bucket. What opens takes one after the other, so that a bucket is no single level.
   */
  readonly levelSpread: Float64Array;
  /** Shift of the level, in units of (funding rate x mark on the axis). */
  readonly fundingShift: Float64Array;
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
/** Leverages into which a bucket is divided. */
export const leverageSteps = 32;
/** Wide buckets reach no further than this from their own factor; they lie beyond every map. */
const widestSpread = 0.1;

/**
 * Resolves weights and margin rules into pairs. Throws RangeError when no bucket can be opened at all, and on
 * weights that make no sense; shares that miss 1 by rounding are made to sum to it.
 */
export function bookModel(input: BookModelInput): BookModel {
  const { contract, weights } = input;
  requireSoundWeights(weights);
  const buckets = weights.buckets.length;
  const model = {
    contract,
    leverages: weights.buckets.map((bucket) => bucket.leverage),
    factors: new Float64Array(buckets * 2).fill(1),
    shares: new Float64Array(buckets * 2),
    fastShares: new Float64Array(buckets * 2),
    levelSpread: new Float64Array(buckets * 2 * leverageSteps).fill(1),
    fundingShift: new Float64Array(buckets * 2),
    neverShare: new Float64Array(2),
    neverFastShare: new Float64Array(2),
    fastHazardRatio: weights.fastHazardRatio,
    churn: weights.churn,
  };
  for (const side of ['long', 'short'] as const) resolveSide(model, input, side);
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
  for (const { leverage, longShare, shortShare, fastShare } of buckets) {
    if (!(Math.min(longShare, shortShare, fastShare) >= 0 && fastShare <= 1)) {
      throw new RangeError(`the shares at ${leverage}x must not be ${longShare}, ${shortShare}, ${fastShare}`);
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

function resolveSide(model: BookModel, input: BookModelInput, side: Side): void {
  const { contract, rules, weights } = input;
  const direction = directionOf(contract, side);
  const buckets = weights.buckets.length;
  const all = shareOf(weights, side);
  let carried = 0;
  let neverFast = 0;
  // From the highest leverage down: what the tiers do not allow is opened at the next lower one they do.
  for (let k = buckets - 1; k >= 0; k--) {
    const bucket = weights.buckets[k]!;
    const share = carried + (side === 'long' ? bucket.longShare : bucket.shortShare) / all;
    const level = levelOf(input, side, bucket.leverage);
    if (level === 'not allowed') {
      carried = share;
      continue;
    }
    carried = 0;
    if (level === 'never') {
      model.neverShare[direction]! += share;
      neverFast += share * bucket.fastShare;
      continue;
    }
    const pair = direction * buckets + k;
    const movesWithFunding = rules.fundingMovesMargin || bucket.leverage < isolatedFrom;
    const paidByLong = contract === 'linear' ? 1 : -1;
    model.factors[pair] = level.factor;
    model.levelSpread.set(spreadOf(input, side, k, level), pair * leverageSteps);
    model.shares[pair] = share;
    model.fastShares[pair] = bucket.fastShare;
    const slope = direction === lower ? 1 - level.rate : 1 + level.rate;
    model.fundingShift[pair] = movesWithFunding ? paidByLong / slope : 0;
  }
  if (carried > 0) throw new RangeError(`margin rules of ${rules.source} allow no leverage for a ${side}`);
  const never = model.neverShare[direction]!;
  model.neverFastShare[direction] = never > 0 ? neverFast / never : 0;
}

/** Factors through a bucket, over its own: leverage from the geometric mean with its neighbour to the next one. */
function spreadOf(
  { contract, weights }: BookModelInput,
  side: Side,
  k: number,
  level: { readonly factor: number; readonly rate: number },
): Float64Array {
  const leverage = weights.buckets[k]!.leverage;
  const from = Math.sqrt(leverage * (weights.buckets[k - 1]?.leverage ?? leverage));
  const to = Math.sqrt(leverage * (weights.buckets[k + 1]?.leverage ?? leverage));
  return Float64Array.from({ length: leverageSteps }, (_, i) => {
    const within = from * (to / from) ** ((i + 0.5) / leverageSteps);
    if (!(1 / within > level.rate)) return 1;
    const factor = levelFactor({ contract, side, leverage: within, rate: level.rate });
    const ratio = (factor ?? level.factor) / level.factor;
    return Math.min(1 + widestSpread, Math.max(1 - widestSpread, ratio));
  });
}

/** Where a bucket's level lies relative to entry; a level on the wrong side of the entry cannot be opened. */
function levelOf(
  { contract, rules, price }: BookModelInput,
  side: Side,
  leverage: number,
): 'never' | 'not allowed' | { factor: number; rate: number } {
  const maintenance = effectiveMaintenanceRate({
    tiers: rules.tiers,
    contract,
    side,
    leverage,
    entryPrice: price,
    feeRate: rules.feeRate,
  });
  if (maintenance === undefined) return 'not allowed';
  const rate = maintenance + rules.feeRate;
  if (!(1 / leverage > rate)) return 'not allowed';
  const factor = levelFactor({ contract, side, leverage, rate });
  return factor === undefined ? 'never' : { factor, rate };
}
