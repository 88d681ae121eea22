import type { Side } from '../../core/market-data.ts';
import type { Random } from '../../core/random.ts';
import { carry, hedged, isolated, shared } from './ledger.ts';
import { holdsOn, stopsOut, topsUp } from './liquidator.ts';
import type { MarketSpec } from './specs.ts';

/** How long positions are held: exponential, with the mean in minutes and the share of arrivals. */
export const holdingClasses = [
  { meanMinutes: 15, share: 0.25 },
  { meanMinutes: 180, share: 0.3 },
  { meanMinutes: 1440, share: 0.25 },
  { meanMinutes: 8 * 1440, share: 0.19 },
  { meanMinutes: 30 * 1440, share: 0.01 },
] as const;

/** Mean over arrivals. */
export const meanHoldingMinutes = holdingClasses.reduce((sum, c) => sum + c.share * c.meanMinutes, 0);
const arrivalWeights = holdingClasses.map((c) => c.share);
const standingWeights = holdingClasses.map((c) => (c.share * c.meanMinutes) / meanHoldingMinutes);

/** Sizes are log-normal with this deviation of the log; more leverage goes with smaller sizes. */
const sizeDeviation = 1.1;
const sizeByLeverage = -0.35;

/** Positions make up both sides of open interest; makers hold some of it, and losers stay longer than planned. */
const positionSides = 1.65;
/** Traders stay this far below the highest leverage and size that the venue allows. */
const caution = 0.9;
/** Two legs need twice the margin. */
const hedgedLeverage = 15;

export type NewTrader = {
  readonly kind: number;
  readonly side: Side;
  /** Value of the position over the money brought along. */
  readonly leverage: number;
  readonly usd: number;
  readonly holdingClass: number;
  readonly habit: number;
  /** Of the excess that may be lost before the habit acts. */
  readonly alertShare: number;
};

export type Mood = {
  /** Return of the last hours in typical deviations. */
  readonly trend: number;
  /** Traders' longs less shorts, as a share of open interest. */
  readonly imbalance: number;
  /** What one unit of the settle currency is worth. */
  readonly settleUsd: number;
};

/** A new position's owner. */
export function drawTrader(random: Random, market: MarketSpec, mood: Mood): NewTrader {
  const kind = drawKind(random, market);
  const restraint = Math.sqrt(0.025 / market.coin.dailyVolatility);
  const wanted = drawLeverage(random, kind, restraint);
  const leverage = Math.min(wanted, market.rules.tiers[0]!.maxLeverage * caution);
  const meanUsd = (positionSides * market.coin.openInterestUsd * market.venue.share) / market.venue.positions;
  const bell = Math.exp(sizeDeviation * random.normal() - sizeDeviation ** 2 / 2);
  const habits = random.uniform();
  return {
    kind,
    side: kind === carry ? 'short' : drawSide(random, mood),
    leverage,
    usd: Math.min(meanUsd * bell * (leverage / 4) ** sizeByLeverage, largestUsd(market, leverage, mood)),
    holdingClass: kind === carry ? 3 : drawClass(random),
    habit: kind === hedged || habits < 0.45 ? holdsOn : habits < 0.8 ? stopsOut : topsUp,
    alertShare: 0.35 + 0.55 * random.uniform(),
  };
}

/** A holding class in proportion to arrivals. */
export function drawClass(random: Random): number {
  return pick(random, arrivalWeights);
}

/** A holding class in proportion to what stands at any time. */
export function drawStandingClass(random: Random): number {
  return pick(random, standingWeights);
}

function pick(random: Random, weights: readonly number[]): number {
  let rest = random.uniform();
  for (let i = 0; i < weights.length - 1; i++) {
    rest -= weights[i]!;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

function drawKind(random: Random, market: MarketSpec): number {
  if (random.uniform() < market.venue.carryShare) return carry;
  const draw = random.uniform();
  return draw < 0.42 ? isolated : draw < 0.94 ? shared : hedged;
}

/** The venue's cap for this leverage; in the last tier, which has none, a few times its floor. */
function largestUsd({ rules: { tiers } }: MarketSpec, leverage: number, { settleUsd }: Mood): number {
  const { floor, cap } = tiers.findLast((tier) => tier.maxLeverage * caution >= leverage) ?? tiers[0]!;
  return caution * settleUsd * (Number.isFinite(cap) ? cap : 4 * floor);
}

/**
 * Log-normal: isolated around 11x, at least 1x; with shared margin around 3x, a tenth of it below 1x. Less of
 * it (`restraint`) where prices are wilder.
 */
function drawLeverage(random: Random, kind: number, restraint: number): number {
  if (kind === carry) return 1;
  if (kind === isolated) return Math.max(1, restraint * 11 * Math.exp(0.95 * random.normal()));
  const leverage = Math.max(0.2, restraint * 3 * Math.exp(0.85 * random.normal()));
  return kind === hedged ? Math.min(leverage, hedgedLeverage) : leverage;
}

/** Some follow the trend and some bet against it; both shy away from the crowded side. */
function drawSide(random: Random, { trend, imbalance }: Mood): Side {
  const style = random.uniform() < 0.55 ? 1 : -1;
  const inclination = 0.9 * style * Math.max(-3, Math.min(3, trend)) - 6 * imbalance;
  return random.uniform() < 1 / (1 + Math.exp(-inclination)) ? 'long' : 'short';
}
