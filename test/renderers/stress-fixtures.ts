import type { Stress } from '../../src/core/cascade.ts';
import { distanceEdges, distanceSteps, summed } from '../../src/core/distance-curve.ts';
import { fragilityOf } from '../../src/core/fragility.ts';
import type { LiquidationMap } from '../../src/core/liquidation-map.ts';
import { addSpan } from '../../src/core/map-bins.ts';
import type { Fixture } from './fixtures.ts';

export type StressOptions = {
  /** Resting orders within 2 % of the price, USD. */
  readonly depthUsd: number;
  readonly coveredShare?: number;
  /** Share of its past that its fragility is above. */
  readonly above?: number;
};

const dayMs = 86_400_000;

/** A map with order books: as much fuel as its bins show, and depth that grows slowly with distance. */
export function withStress<F extends Fixture>(fixture: F, options: StressOptions): F {
  const { depthUsd, coveredShare = 1, above } = options;
  const { map } = fixture;
  const depth = distanceEdges.map((distance) => depthUsd * (distance / 0.02) ** 1.15);
  const stress: Stress = {
    fuel: {
      longUsd: fuelOfBins(map, map.longUsd, -1),
      shortUsd: fuelOfBins(map, map.shortUsd, 1),
    },
    depth: {
      bidUsd: depth.map((usd) => usd * 0.9),
      askUsd: depth,
      seenTo: { bid: 0.012, ask: 0.014 },
      venues: [...new Set(map.venues.filter(({ included }) => included).map(({ venue }) => venue))],
      coveredShare,
    },
  };
  const rank =
    above === undefined ? undefined : { below: above, samples: 720, sinceMs: map.timeMs - 30 * dayMs };
  const fragility = { ...fragilityOf(stress), ...(rank && { rank }) };
  return { ...fixture, map: { ...map, stress, fragility } };
}

function fuelOfBins({ edges, priceUsd }: LiquidationMap, bins: Float64Array, sign: 1 | -1): Float64Array {
  const steps = new Float64Array(distanceSteps);
  for (const [bin, amount] of bins.entries()) {
    const ends = [edges[bin]!, edges[bin + 1]!].map((edge) => Math.max(0, sign * (edge / priceUsd - 1)));
    addSpan(steps, distanceEdges, { low: Math.min(...ends), high: Math.max(...ends), amount });
  }
  return summed(steps);
}
