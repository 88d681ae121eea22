import type { Side } from '../core/market-data.ts';
import type { JoinedInput } from '../joined.ts';
import type { ReplayInput } from '../recorded-market.ts';
import type { Snapshot } from './snapshots.ts';

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
