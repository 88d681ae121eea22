import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { MapFacts } from '../map/facts.ts';

export type ComparedMap = { readonly map: LiquidationMap; readonly clusters: readonly Cluster[] };

/** Venues that are missing everywhere once, the others with their coin. */
export function leftOut(facts: readonly MapFacts[]): readonly string[] {
  const everywhere = facts[0]!.venuesOut.filter((out) =>
    facts.every(({ venuesOut }) => venuesOut.includes(out)),
  );
  const here = facts.flatMap(({ symbol, venuesOut }) =>
    venuesOut.filter((out) => !everywhere.includes(out)).map((out) => `${symbol}: ${out}`),
  );
  return [...everywhere, ...here];
}
