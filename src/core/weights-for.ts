import type { FittedScore, FittedTable } from './fitted-table.ts';
import { weightsOfTable } from './fitted-table.ts';
import { fittedWeights, heldOutScores, heldOutWeights } from './fitted-weights.ts';
import type { OpeningWeights } from './weights.ts';
import { blendedWeights, wideWeights } from './weights.ts';

/** Which opening weights a market is folded with. */
export type WeightsOf = (market: { readonly venue: string; readonly base: string }) => OpeningWeights;

/** The same weights for every market, or by market. */
export type Weights = OpeningWeights | WeightsOf;

export function resolveWeights(weights: Weights, market: Parameters<WeightsOf>[0]): OpeningWeights {
  return typeof weights === 'function' ? weights(market) : weights;
}

/** Part of the fitted weights where they are of another venue: its traders, tiers and margin are not these. */
const borrowedPart = 0.5;

/**
 * The weights that maps are drawn with: those fitted to real positions at their own venue, elsewhere half those
 * of all coins together and half the wide prior.
 */
export const weightsFor: WeightsOf = weightsBy(fittedWeights);

/**
 * The same, fitted to the earlier half of the snapshots alone: for scoring on the later half, where `weightsFor`
 * would be asked what it has seen.
 */
export const heldOutWeightsFor: WeightsOf = weightsBy(heldOutWeights);

/** Until when `heldOutWeightsFor` has seen positions. */
export const heldOutUntilMs = Date.parse(heldOutWeights.trainedUntil);

function weightsBy(table: FittedTable): WeightsOf {
  const made = new Map<string, OpeningWeights>();
  return ({ venue, base }) => {
    const own = venue === table.venue;
    const key = own && Object.hasOwn(table.rows, base) ? base : `pooled ${own}`;
    const known = made.get(key) ?? weightsAt(table, { own, base });
    made.set(key, known);
    return known;
  };
}

function scoreText({ venue }: FittedTable, { coin, p10, emdPct, logGain, positions }: FittedScore): string {
  const figures = `p@10 ${p10.toFixed(2)} (chance 0.10), EMD ${emdPct.toFixed(2)} %, LL ${logGain.toFixed(2)}`;
  return `fitted before ${heldOutWeights.trainedUntil.slice(0, 10)} and scored after, on ${positions} ${venue} ${coin} positions: ${figures}`;
}

function weightsAt(
  table: FittedTable,
  { own, base }: { readonly own: boolean; readonly base: string },
): OpeningWeights {
  const scored = heldOutScores.find(({ coin }) => coin === base);
  if (own) return { ...weightsOfTable(table, base), ...(scored && { score: scoreText(table, scored) }) };
  const fitted = weightsOfTable(table, 'pooled');
  return {
    ...blendedWeights(wideWeights, fitted, borrowedPart),
    source: `half wide prior, half ${fitted.source} (another venue)`,
    score: 'not scored at this venue, where positions are not public',
    uncertainty: table.uncertainty,
  };
}
