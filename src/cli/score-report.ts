import type { EventScore } from '../scoring/events.ts';
import type { FallScore } from '../scoring/falls.ts';
import type { TotalsScore } from '../scoring/totals.ts';
import type { Scores } from '../scoring.ts';
import type { SimulatedScores } from '../simulated-score.ts';

/** Everything that was scored of one coin; a part that was not asked for is missing. */
export type ScoreReport = {
  readonly coin: string;
  /** Whose map is scored. */
  readonly venue: string;
  readonly positions?: Scores;
  readonly simulated?: SimulatedScores;
  readonly events?: EventScore;
  readonly totals?: TotalsScore;
  readonly falls?: readonly FallScore[];
};
