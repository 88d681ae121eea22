import { hourMs } from './core/durations.ts';
import type { ReplayInput } from './recorded-market.ts';
import type { ScoreCase } from './scoring/cases.ts';
import { casesAt } from './scoring/cases.ts';
import type { MakeModel, ModelContext, ScoreModel } from './scoring/model.ts';
import { makeModels, scoreModels } from './scoring/models.ts';
import type { RealPosition, Snapshot } from './scoring/snapshots.ts';
import { snapshotsOf, splitByTime } from './scoring/snapshots.ts';
import type { ScoreRow, ShareRow } from './scoring/summary.ts';
import { scoreRows, shareRows } from './scoring/summary.ts';

/** The snapshots of one half. */
export type Half = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly snapshots: number;
  readonly positions: number;
};

export type Scores = {
  readonly coin: string;
  readonly training: Half;
  readonly scored: Half;
  readonly rows: readonly ScoreRow[];
  readonly shares: readonly ShareRow[];
  /** What the rows are made of: every model on every side of every scored snapshot. */
  readonly cases: readonly ScoreCase[];
  /** Models that are not scored, and why. */
  readonly refused: readonly { readonly model: string; readonly reason: string }[];
  /** Of the snapshots that were scored, ascending. */
  readonly times: readonly number[];
};

export type ScoreOptions = {
  /** How old a snapshot must be before a model may use it to predict another; 4 hours unless told. */
  readonly carriedAgeMs?: number;
  readonly models?: readonly MakeModel[];
  /** For models that look at positions of all coins; the age is `carriedAgeMs`. */
  readonly measured?: Omit<ModelContext['measured'] & object, 'measuredAgeMs'>;
  /** Called before each snapshot. */
  readonly onProgress?: (done: number, of: number) => void;
};

/**
 * Scores all models of a coin's map against real positions. The earlier half of the snapshots may be learned
 * from; every model is scored on the later half, with nothing but what was known at each snapshot. A model that
 * has learned from positions of the later half is refused. Throws UserError with less than two snapshots.
 */
export function score(
  input: ReplayInput,
  positions: readonly RealPosition[],
  options: ScoreOptions = {},
): Scores {
  const { carriedAgeMs = 4 * hourMs, models: makers = scoreModels, measured, onProgress } = options;
  const snapshots = snapshotsOf(positions);
  const { training, scored } = splitByTime(snapshots);
  const models = makeModels(makers, {
    input,
    training,
    ...(measured && { measured: { ...measured, measuredAgeMs: carriedAgeMs } }),
  });
  const knowsAnswer = ({ learnedUntilMs = 0 }: ScoreModel) => learnedUntilMs >= scored[0]!.timeMs;
  const honest = models.filter((model) => !knowsAnswer(model));
  const cases = scored.flatMap((snapshot, i) => {
    onProgress?.(i, scored.length);
    const earlier = snapshots.filter(({ timeMs }) => timeMs <= snapshot.timeMs - carriedAgeMs);
    return casesAt(snapshot, honest, { ...snapshot, earlier });
  });
  return {
    coin: input.coin,
    training: halfOf(training),
    scored: halfOf(scored),
    rows: scoreRows(input.coin, cases),
    shares: shareRows(input.coin, cases),
    cases,
    refused: models.filter(knowsAnswer).map(refusal),
    times: scored.map(({ timeMs }) => timeMs),
  };
}

function refusal({ name, learnedUntilMs = 0 }: ScoreModel): Scores['refused'][number] {
  const until = new Date(learnedUntilMs).toISOString();
  return { model: name, reason: `it has learned from positions up to ${until}, which are scored here` };
}

function halfOf(snapshots: readonly Snapshot[]): Half {
  return {
    fromMs: snapshots[0]!.timeMs,
    toMs: snapshots.at(-1)!.timeMs,
    snapshots: snapshots.length,
    positions: snapshots.reduce((sum, { positions }) => sum + positions.length, 0),
  };
}
