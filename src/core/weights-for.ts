import type { FittedTable } from './fitted-table.ts';
import { weightsOfTable } from './fitted-table.ts';
import { fittedWeights, heldOutWeights } from './fitted-weights.ts';
import type { OpeningWeights } from './weights.ts';
import { blendedWeights, wideWeights } from './weights.ts';

/** Which opening weights a market is folded with. */
export type WeightsOf = (market: { readonly venue: string; readonly base: string }) => OpeningWeights;

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

function weightsAt(
  table: FittedTable,
  { own, base }: { readonly own: boolean; readonly base: string },
): OpeningWeights {
  if (own) return weightsOfTable(table, base);
  const fitted = weightsOfTable(table, 'pooled');
  return {
    ...blendedWeights(wideWeights, fitted, borrowedPart),
    source: `half wide prior, half ${fitted.source} (another venue)`,
  };
}
