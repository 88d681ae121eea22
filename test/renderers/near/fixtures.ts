import type { NearRow } from '../../../renderers/near/facts.ts';
import { byNearness } from '../../../src/nearness.ts';
import { type Fixture, fixtures, randomMap } from '../fixtures.ts';

const names = [
  'BTC',
  'ETH',
  'SOL',
  'XRP',
  'DOGE',
  'HYPE',
  'SUI',
  'LINK',
  'AVAX',
  'ADA',
  'LTC',
  'TON',
  'NEAR',
  'ARB',
];

/** A coin with distances in daily ranges, as maps have them. */
function coin(seed: number, symbol: string, priceUsd: number, openInterestUsd = 1e9): Fixture {
  const { map, clusters } = randomMap({ seed, symbol, priceUsd, openInterestUsd, bins: 200, rangePct: 20 });
  const withAtr = clusters.map((cluster) => ({ ...cluster, distanceAtr: cluster.distancePct / 4.2 }));
  return { map, clusters: withAtr };
}

function many(count: number): readonly Fixture[] {
  return Array.from({ length: count }, (_, i) =>
    coin(i + 1, names[i % names.length]!, 98_765.4 / 4 ** i, 3e10 / 2 ** i),
  );
}

function board(...coins: readonly Fixture[]): { readonly rows: readonly NearRow[] } {
  return { rows: byNearness(coins) };
}

/** One of each sort of board that a picture must survive. */
export const nearFixtures: Readonly<Record<string, () => { readonly rows: readonly NearRow[] }>> = {
  three: () => board(...many(3)),
  one: () => board(coin(3, 'PEPE', 0.00000123, 3.1e8)),
  many: () => board(...many(14)),
  far: () => board(fixtures['one-sided']!(), fixtures['long-name']!(), fixtures['outlier']!()),
  stale: () => board(fixtures['stale']!(), ...many(5)),
  simulated: () => board(fixtures['simulated']!(), ...many(8)),
};
