import { fittedWeights } from '../core/fitted-weights.ts';
import type { LiquidationMap } from '../core/liquidation-map.ts';
import type { Side } from '../core/market-data.ts';
import { levelsByDistance, mapByDistance } from '../core/score/distances.ts';
import type { LadderRule } from '../core/score/ladder.ts';
import { Ladder } from '../core/score/ladder.ts';
import { scoreBins } from '../core/score/measures.ts';
import { wideWeights } from '../core/weights.ts';
import type { WeightsOf } from '../core/weights-for.ts';
import { heldOutUntilMs, heldOutWeightsFor, weightsFor } from '../core/weights-for.ts';
import type { JoinedInput } from '../joined.ts';
import { JoinedReplay } from '../joined.ts';
import type { ReplayInput } from '../recorded-market.ts';
import { Replay } from '../replay.ts';
import { ensembleMean } from './ensemble.ts';
import type { Snapshot } from './snapshots.ts';
import { levelsOf, realBins, realUsd } from './snapshots.ts';

/** What a model may look at: market data stamped at or before `timeMs`, which it has been given, and this. */
export type Moment = {
  readonly timeMs: number;
  readonly markUsd: number;
  /** Snapshots of real positions that are old enough to be known by then, ascending. */
  readonly earlier: readonly Snapshot[];
};

export type SidePrediction = {
  /** `scoreBins` values >= 0 by distance from the mark, in any unit. */
  readonly bins: Float64Array;
  /** All of the side in that unit, and what of it is never liquidated, where the model has a view on it. */
  readonly whole?: number;
  readonly never?: number;
};

export type Prediction = {
  readonly long: SidePrediction;
  readonly short: SidePrediction;
  /** USD of a side at levels between two prices, of models that say where and how much. */
  readonly usdBetween?: (side: Side, low: number, high: number) => number;
  /** Size liquidated since the history began, of models that follow it. */
  readonly liquidated?: Readonly<Record<Side, number>>;
};

export type ScoreModel = {
  readonly name: string;
  /** The last real position it has learned from; undefined when it has learned from none. */
  readonly learnedUntilMs?: number;
  /** Moments come in ascending order. Undefined where the model has no answer. */
  readonly predict: (moment: Moment) => Prediction | undefined;
};

export type ModelContext = {
  readonly input: ReplayInput;
  readonly candleMs: number;
  /** Snapshots a model may learn from, all before the first that is scored. */
  readonly training: readonly Snapshot[];
  /** Positions that a model may look at as they become old enough, where there are any. */
  readonly measured?: Omit<JoinedInput, 'input'>;
};
/** Undefined where a model lacks what it needs: it is left out. */
export type MakeModel = (context: ModelContext) => ScoreModel | undefined;

/** What every other model has to beat. */
export const flatName = 'flat';
export const profileName = 'mean distance profile';

export const ladderNames: Readonly<Record<LadderRule, string>> = {
  'rising open interest': '10/25/50/100x ladder on rising OI',
  'traded volume': '1 - 1/L ladder on volume',
};

/** A book by the weights it has for a market. */
export type NamedBook = {
  readonly name: string;
  readonly weightsOf: WeightsOf;
  /** The last real position the weights were fitted to. */
  readonly learnedUntilMs?: number;
};

/** What maps are drawn with has seen all positions: against those it is refused, elsewhere it is scored. */
export const books: readonly NamedBook[] = [
  { name: 'our book before fitting', weightsOf: () => wideWeights },
  { name: 'our book after fitting', weightsOf: heldOutWeightsFor, learnedUntilMs: heldOutUntilMs },
  {
    name: 'our book as shipped',
    weightsOf: weightsFor,
    learnedUntilMs: Date.parse(fittedWeights.trainedUntil),
  },
];

/** All models that are scored, in the order of the table. A model is added by its line. */
export const scoreModels: readonly MakeModel[] = [
  flat,
  meanProfile,
  ladder('rising open interest'),
  ladder('traded volume'),
  ...books.map(book),
  ensemble,
  carriedForward,
  joined,
];

/** The map of a book folded with its weights. */
export function book({ name, weightsOf, learnedUntilMs }: NamedBook): MakeModel {
  return ({ input }) => {
    const replay = new Replay({ ...input, weights: weightsOf({ venue: input.venue, base: input.coin }) });
    return {
      name,
      ...(learnedUntilMs !== undefined && { learnedUntilMs }),
      predict: ({ timeMs, markUsd }) => {
        const frame = replay.at(timeMs);
        if ('reason' in frame) return undefined;
        const { long, short } = frame.flows;
        return {
          ...mapPrediction(frame.map, markUsd),
          liquidated: { long: long.liquidated, short: short.liquidated },
        };
      },
    };
  };
}

/** The mean of the members whose spread is the band on maps; the map itself is drawn by the weights in its middle. */
function ensemble({ input }: ModelContext): ScoreModel | undefined {
  const weights = heldOutWeightsFor({ venue: input.venue, base: input.coin });
  if (!weights.uncertainty) return undefined;
  const { spread } = weights.uncertainty;
  const replay = new Replay({ ...input, weights });
  return {
    name: 'mean of the ensemble after fitting',
    learnedUntilMs: heldOutUntilMs,
    predict: ({ timeMs, markUsd }) => {
      const frame = replay.at(timeMs);
      return 'reason' in frame ? undefined : ensembleMean(frame.book, spread, markUsd);
    },
  };
}

/** Book, profile and carried positions in proportions fitted at every moment to the snapshots known by then. */
function joined({ input, measured }: ModelContext): ScoreModel | undefined {
  if (!measured) return undefined;
  const weights = heldOutWeightsFor({ venue: input.venue, base: input.coin });
  const replay = new JoinedReplay({ ...measured, input: { ...input, weights } });
  return {
    name: 'joined: book, profile and positions',
    // What it starts from is fitted to the same snapshots as the weights.
    learnedUntilMs: heldOutUntilMs,
    predict: ({ timeMs, markUsd }) => {
      const frame = replay.at(timeMs);
      return 'reason' in frame ? undefined : mapPrediction(frame.map, markUsd);
    },
  };
}

/** A map as it is. */
export function mapPrediction(map: LiquidationMap, markUsd: number): Prediction {
  const whole = map.openInterestUsd;
  const { longUsd, shortUsd } = map.neverLiquidated;
  return {
    long: { bins: mapByDistance(map, 'long', markUsd), whole, never: longUsd },
    short: { bins: mapByDistance(map, 'short', markUsd), whole, never: shortUsd },
    usdBetween: (side, low, high) =>
      binsBetween(map.edges, side === 'long' ? map.longUsd : map.shortUsd, { low, high }),
  };
}

function flat(): ScoreModel {
  const side = { bins: new Float64Array(scoreBins).fill(1) };
  return { name: flatName, predict: () => ({ long: side, short: side }) };
}

/** The mean of the training snapshots, each a distribution over distance: knows no market data at all. */
function meanProfile({ training }: ModelContext): ScoreModel {
  const mean = (side: Side): SidePrediction => {
    const bins = new Float64Array(scoreBins);
    const shares = training.map((snapshot) => ({
      real: realBins(snapshot, side),
      ...realUsd(snapshot, side),
    }));
    const near = shares.filter(({ real }) => total(real) > 0);
    for (const { real } of near) {
      const all = total(real);
      for (let i = 0; i < scoreBins; i++) bins[i]! += real[i]! / all / near.length;
    }
    // The bins say how value lies within the range; its usual share of the side says how much that is.
    const usual = total(shares.map(({ real }) => total(real))) / total(shares.map(({ whole }) => whole));
    const never = total(shares.map((one) => one.never)) / total(shares.map(({ whole }) => whole));
    return usual > 0 ? { bins: bins.map((value) => value * usual), whole: 1, never } : { bins };
  };
  const prediction = { long: mean('long'), short: mean('short') };
  const last = training.at(-1);
  return { name: profileName, ...(last && { learnedUntilMs: last.timeMs }), predict: () => prediction };
}

function ladder(rule: LadderRule): MakeModel {
  return ({ input, candleMs }) => {
    const steps = new Ladder({ ...input, candleMs }, rule);
    return {
      name: ladderNames[rule],
      predict: ({ timeMs, markUsd }) => {
        const { long, short } = steps.at(timeMs);
        const levels = { long, short };
        return {
          long: { bins: levelsByDistance(long, 'long', markUsd) },
          short: { bins: levelsByDistance(short, 'short', markUsd) },
          usdBetween: (side, low, high) =>
            total(levels[side].map(({ price, value }) => (price >= low && price < high ? value : 0))),
        };
      },
    };
  };
}

/** The last snapshot that is old enough, at its liquidation prices, blurred by one bin. */
function carriedForward(): ScoreModel {
  return {
    name: 'last snapshot carried forward',
    predict: ({ markUsd, earlier }) => {
      const last = earlier.at(-1);
      if (!last) return undefined;
      const of = (side: Side): SidePrediction => ({
        bins: blurred(levelsByDistance(levelsOf(last.positions, side), side, markUsd)),
        ...realUsd(last, side),
      });
      return { long: of('long'), short: of('short') };
    },
  };
}

/** A quarter of every bin goes to each neighbour; at the ends it stays. */
function blurred(bins: Float64Array): Float64Array {
  const last = bins.length - 1;
  return bins.map((value, i) => value / 2 + (bins[Math.max(0, i - 1)]! + bins[Math.min(last, i + 1)]!) / 4);
}

function binsBetween(
  edges: Float64Array,
  bins: Float64Array,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  let sum = 0;
  for (const [i, value] of bins.entries()) {
    const from = edges[i]!;
    const to = edges[i + 1]!;
    const inside = Math.min(to, high) - Math.max(from, low);
    if (inside > 0) sum += (value * inside) / (to - from);
  }
  return sum;
}

function total(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
