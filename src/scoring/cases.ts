import type { Side } from '../core/market-data.ts';
import type { Measures } from '../core/score/measures.ts';
import { measure, scoreBins, scoreRange } from '../core/score/measures.ts';
import type { Moment, ScoreModel, SidePrediction } from './model.ts';
import type { Snapshot } from './snapshots.ts';
import { countNear, fewestPositions, realBins, realUsd } from './snapshots.ts';

const sides = ['long', 'short'] as const;
/** Distances from the mark at which predicted and real shares are compared. */
export const nearDistances = [0.05, 0.1, 0.3] as const;

/** One model on one side of one snapshot. */
export type ScoreCase = {
  readonly timeMs: number;
  readonly side: Side;
  readonly model: string;
  /** Positions within the range. */
  readonly positions: number;
  /** Undefined where positions are too few. */
  readonly measures?: Measures;
  /** Undefined where the side has no positions at all. */
  readonly real?: SideShares;
  /** Undefined for models that do not say how much there is. */
  readonly predicted?: SideShares;
};

/** Shares of a side's value within `nearDistances` of the mark, and never liquidated where that is known. */
export type SideShares = { readonly within: readonly number[]; readonly never?: number };

/** All models on both sides of a snapshot; a model without an answer has no case. */
export function casesAt(snapshot: Snapshot, models: readonly ScoreModel[], moment: Moment): ScoreCase[] {
  const truths = sides.map((side) => truthOf(snapshot, side));
  return models.flatMap((model) => {
    const prediction = model.predict(moment);
    if (!prediction) return [];
    return truths.map(({ bins, ...truth }): ScoreCase => {
      const own = prediction[truth.side];
      const measures = truth.positions >= fewestPositions ? measure(own.bins, bins) : undefined;
      const predicted = sharesOf(own);
      return {
        timeMs: snapshot.timeMs,
        model: model.name,
        ...truth,
        ...(measures && { measures }),
        ...(predicted && { predicted }),
      };
    });
  });
}

function truthOf(snapshot: Snapshot, side: Side) {
  const bins = realBins(snapshot, side);
  const real = sharesOf({ bins, ...realUsd(snapshot, side) });
  return { side, bins, positions: countNear(snapshot, side), ...(real && { real }) };
}

function sharesOf({ bins, whole, never }: SidePrediction): SideShares | undefined {
  if (whole === undefined || !(whole > 0)) return undefined;
  const within = nearDistances.map((distance) => {
    const count = Math.round((distance / scoreRange) * scoreBins);
    return bins.subarray(0, count).reduce((sum, value) => sum + value, 0) / whole;
  });
  return { within, ...(never !== undefined && { never: never / whole }) };
}
