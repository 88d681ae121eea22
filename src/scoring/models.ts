import { heldBetween } from '../core/bins-between.ts';
import { fittedWeights } from '../core/fitted-weights.ts';
import type { LiquidationMap } from '../core/liquidation-map.ts';
import { mapByDistance } from '../core/score/distances.ts';
import { wideWeights } from '../core/weights.ts';
import type { WeightsOf } from '../core/weights-for.ts';
import { heldOutUntilMs, heldOutWeightsFor, weightsFor } from '../core/weights-for.ts';
import { JoinedReplay } from '../joined.ts';
import { Replay } from '../replay.ts';
import { carriedForward, flat, ladder, meanProfile } from './baselines.ts';
import { ensembleMean } from './ensemble.ts';
import type { MakeModel, ModelContext, Prediction, ScoreModel } from './model.ts';

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

/** Models ready to be asked; each goes through time once. */
export function makeModels(
  makers: readonly MakeModel[],
  given: Omit<ModelContext, 'candleMs'>,
): ScoreModel[] {
  const { candleMs } = new Replay(given.input);
  return makers.flatMap((make) => make({ ...given, candleMs }) ?? []);
}

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
      heldBetween(map.edges, side === 'long' ? map.longUsd : map.shortUsd, { low, high }),
  };
}
