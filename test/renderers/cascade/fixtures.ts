import type { CascadeChartOptions } from '../../../renderers/cascade/chart.ts';
import { fixtures, randomMap } from '../fixtures.ts';
import { withStress } from '../stress-fixtures.ts';

/** One of each sort of cascade that a picture must survive. */
export const cascadeFixtures: Readonly<Record<string, () => Omit<CascadeChartOptions, 'theme'>>> = {
  eth: () => ({ ...withStress(randomMap({ seed: 1 }), { depthUsd: 1.1e9, above: 0.62 }), shock: 0.03 }),
  fragile: () => ({ ...fixtures['fragile']!(), shock: 0.03 }),
  calm: () => ({
    ...withStress(randomMap({ seed: 2, symbol: 'BTC', priceUsd: 98_765.4 }), { depthUsd: 2e10 }),
    shock: 0.02,
  }),
  'no-end': () => ({ ...withStress(randomMap({ seed: 6 }), { depthUsd: 2e7, above: 0.998 }), shock: 0.05 }),
  'nothing-forced': () => ({
    ...withStress(randomMap({ seed: 5, sides: [] }), { depthUsd: 1e8 }),
    shock: 0.01,
  }),
  'one-sided': () => ({
    ...withStress(randomMap({ seed: 4, symbol: 'SOL', priceUsd: 187.32, sides: ['long'] }), {
      depthUsd: 6e8,
    }),
    shock: 0.04,
  }),
  'tiny-price': () => ({
    ...withStress(randomMap({ seed: 3, symbol: 'PEPE', priceUsd: 0.00000123, openInterestUsd: 3.1e8 }), {
      depthUsd: 4e7,
      coveredShare: 0.71,
    }),
    shock: 0.1,
  }),
  simulated: () => ({
    ...withStress(randomMap({ seed: 9, symbol: 'SIM', provenance: 'simulated' }), { depthUsd: 1.5e9 }),
    shock: 0.03,
  }),
  'long-name': () => ({
    ...withStress(fixtures['long-name']!(), { depthUsd: 1.5e9, above: 0.5 }),
    shock: 0.25,
  }),
};
