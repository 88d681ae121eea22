import type { LiquidationMap, MeasuredLayer } from '../../src/core/liquidation-map.ts';
import { createRandom } from '../../src/core/random.ts';
import type { Fixture } from './fixtures.ts';

type Seen = Pick<MeasuredLayer, 'coverage' | 'ageMs'> & { readonly isOld?: true };

/** The same map with positions of a few large accounts, each in one bin, that hold another tenth of it. */
export function withMeasured({ map, clusters }: Fixture, seen: Seen): Fixture {
  const random = createRandom(77);
  const bins = map.longUsd.length;
  const start = map.edges.findIndex((edge) => edge >= map.priceUsd);
  const pile = (all: Float64Array, from: number, to: number) => {
    const usd = new Float64Array(bins);
    const whole = all.reduce((sum, one) => sum + one, 0) / 10;
    for (let i = 0; i < 60; i++) {
      const bin = Math.floor(from + (to - from) * random.uniform() ** 2);
      usd[from < to ? bin : bin + 1]! += (whole / 60) * random.exponential();
    }
    return usd;
  };
  const measured: MeasuredLayer = {
    venue: 'hyperliquid',
    ...seen,
    coverageBySide: { long: seen.coverage, short: seen.coverage },
    positions: 120,
    longUsd: pile(map.longUsd, start - 1, 0),
    shortUsd: pile(map.shortUsd, start, bins - 1),
    outside: { longUsd: 0, shortUsd: 0 },
    neverLiquidated: { longUsd: 0, shortUsd: 0 },
  };
  return { map: { ...map, measured, ...sums(map, measured) }, clusters };
}

function sums(map: LiquidationMap, { longUsd, shortUsd }: MeasuredLayer) {
  return {
    longUsd: map.longUsd.map((usd, i) => usd + longUsd[i]!),
    shortUsd: map.shortUsd.map((usd, i) => usd + shortUsd[i]!),
  };
}
