import { countedPower, realShares } from './core/fit/categories.ts';
import { componentsOf, relativeTo } from './core/fit/components.ts';
import type { ChainScore } from './core/fit/forward-chain.ts';
import { forwardChain } from './core/fit/forward-chain.ts';
import { multipliersBetween, reweighted } from './core/fit/reweighted.ts';
import type { FitSnapshot, RealSide, Shrinkage, Trained } from './core/fit/train.ts';
import { train } from './core/fit/train.ts';
import type { Side } from './core/market-data.ts';
import type { OpeningWeights } from './core/weights.ts';
import { wideWeights } from './core/weights.ts';
import type { ReplayInput } from './recorded-market.ts';
import { Replay } from './replay.ts';
import type { RealPosition, Snapshot } from './scoring/snapshots.ts';
import { countNear, splitByTime } from './scoring/snapshots.ts';

/** One coin's recorded market and the real positions seen in it, ascending. */
export type FitMarket = {
  readonly coin: string;
  readonly input: ReplayInput;
  readonly snapshots: readonly Snapshot[];
  /** Whose a position is: those of one trader are not independent. */
  readonly traderOf: (position: RealPosition) => string;
};

/** What EM cannot fit, because the book must be folded anew for it. */
export type FitSettings = Shrinkage & {
  readonly churn: number;
  readonly fastHazardRatio: number;
};

export type SettingScore = ChainScore & { readonly settings: FitSettings };

export type FittedSet = {
  readonly trainedFromMs: number;
  readonly trainedUntilMs: number;
  readonly snapshots: number;
  /** Positions seen, by coin; those of one trader count once a snapshot. */
  readonly positions: ReadonlyMap<string, number>;
  readonly pooled: OpeningWeights;
  readonly coins: ReadonlyMap<string, OpeningWeights>;
  /** What they were fitted to, by coin, and what that made of the prior's shares. */
  readonly seen: ReadonlyMap<string, readonly FitSnapshot[]>;
  readonly trained: Trained;
};

const churns = [0.3, 0.5, 0.7, 0.85];
const hazardRatios = [10, 40];
const priorDays = 0.5;
const pooledDays = [0.5, 1, 3];

export type FitProgress = (done: number, of: number, what: string) => void;

/**
 * Chooses churn, holding times and shrinkage inside the earlier half of the snapshots: each day there is
 * predicted from the days before it. Best first.
 */
export function chooseSettings(markets: readonly FitMarket[], onProgress: FitProgress): SettingScore[] {
  const training = markets.map(earlierHalf);
  const scores: SettingScore[] = [];
  let done = 0;
  for (const churn of churns) {
    for (const fastHazardRatio of hazardRatios) {
      const weights = { ...wideWeights, churn, fastHazardRatio };
      const folded = training.map((market) => ({ market, frames: fold(market, weights) }));
      const coins = new Map(folded.map(({ market, frames }) => [market.coin, seen(market, frames)]));
      for (const days of pooledDays) {
        const settings = { priorDays, pooledDays: days, churn, fastHazardRatio };
        scores.push({ settings, ...forwardChain(coins, settings) });
      }
      onProgress(
        ++done,
        churns.length * hazardRatios.length,
        `churn ${churn}, hazards 1 : ${fastHazardRatio}`,
      );
    }
  }
  return scores.sort((a, b) => gainOf(b) - gainOf(a));
}

/** How much of a log-likelihood gain is not worth moving away from the prior for. */
const indifference = 0.01;

/**
 * Of the settings that did about as well as the best: highest churn, then most shrinkage. Days are few, so
 * smaller differences are chance, and lower churn makes more of the book's history out of the same volume.
 */
export function asGoodAsBest(scores: readonly SettingScore[]): SettingScore {
  const best = Math.max(...scores.map(gainOf));
  const good = scores.filter((one) => gainOf(one) >= best - indifference);
  const [first] = good.sort(
    (a, b) =>
      b.settings.churn - a.settings.churn ||
      b.settings.pooledDays - a.settings.pooledDays ||
      a.settings.fastHazardRatio - b.settings.fastHazardRatio,
  );
  if (!first) throw new RangeError('no settings to choose from');
  return first;
}

/** Fits weights to all snapshots of the markets. */
export function fitWeights(markets: readonly FitMarket[], settings: FitSettings): FittedSet {
  const { churn, fastHazardRatio } = settings;
  const prior: OpeningWeights = { ...wideWeights, churn, fastHazardRatio };
  const seenWith = (before?: Trained) =>
    new Map(
      markets.map((market) => {
        const own = before?.coins.get(market.coin);
        return [market.coin, seen(market, fold(market, own ? reweighted(prior, own) : prior))];
      }),
    );
  // Folded again with what was fitted, as the flows of a book depend on the weights.
  const snapshots = seenWith(train(seenWith(), settings));
  const trained = train(snapshots, settings);
  const times = markets.flatMap((market) => market.snapshots.map(({ timeMs }) => timeMs));
  return {
    trainedFromMs: Math.min(...times),
    trainedUntilMs: Math.max(...times),
    snapshots: new Set(times).size,
    positions: new Map(
      markets.map((market) => [
        market.coin,
        market.snapshots.reduce((sum, { positions }) => sum + positions.length, 0),
      ]),
    ),
    seen: snapshots,
    trained,
    pooled: reweighted(prior, trained.pooled),
    coins: new Map([...trained.coins].map(([coin, multipliers]) => [coin, reweighted(prior, multipliers)])),
  };
}

/** The same weights, with the book at the snapshots of other markets or times: to be checked there. */
export function seenBy(set: FittedSet, markets: readonly FitMarket[]): FittedSet {
  const at = (market: FitMarket) => seen(market, fold(market, set.coins.get(market.coin)!));
  return { ...set, seen: new Map(markets.map((market) => [market.coin, at(market)])) };
}

/** The market with the snapshots that nothing is learned from. */
export function laterHalf(market: FitMarket): FitMarket {
  return { ...market, snapshots: splitByTime(market.snapshots).scored };
}

/** The market with the snapshots that may be learned from. */
export function earlierHalf(market: FitMarket): FitMarket {
  return { ...market, snapshots: splitByTime(market.snapshots).training };
}

/** What lies where within the range, and how much lies beyond it: both count. */
function gainOf({ logGain, nearLogGain }: SettingScore): number {
  return logGain + nearLogGain;
}

export type Frame = Omit<FitSnapshot, 'real'>;

/** The book at each snapshot, taken apart, per unit of the prior's shares. */
function fold({ input, snapshots }: FitMarket, weights: OpeningWeights): Frame[] {
  const replay = new Replay({ ...input, weights });
  const fromPrior = multipliersBetween(wideWeights, weights);
  return snapshots.flatMap(({ timeMs, markUsd }) => {
    const frame = replay.at(timeMs);
    return 'reason' in frame
      ? []
      : [{ timeMs, components: relativeTo(fromPrior, componentsOf(frame.book, markUsd)) }];
  });
}

/** What was real at each frame's moment. */
export function seen({ snapshots }: Pick<FitMarket, 'snapshots'>, frames: readonly Frame[]): FitSnapshot[] {
  const byTime = new Map(snapshots.map((snapshot) => [snapshot.timeMs, snapshot]));
  return frames.map((frame) => {
    const snapshot = byTime.get(frame.timeMs)!;
    return {
      ...frame,
      real: { long: realSide(snapshot, 'long'), short: realSide(snapshot, 'short') },
    };
  });
}

function realSide(snapshot: Snapshot, side: Side): RealSide | undefined {
  const { positions, markUsd } = snapshot;
  const counted = realShares(positions, { side, markUsd, power: countedPower });
  const dollars = realShares(positions, { side, markUsd, power: 1 });
  return counted && dollars && { counted, dollars, near: countNear(snapshot, side) };
}
