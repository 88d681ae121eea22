import type { PositionChartOptions } from '../../../renderers/position/chart.ts';
import type { OwnRequest } from '../../../src/core/own-answer.ts';
import { withDeductions } from '../../../src/core/tiers.ts';
import type { MarketTerms } from '../../../src/market-terms.ts';
import { ownPosition } from '../../../src/own-position.ts';
import { type Fixture, fixtures, randomMap } from '../fixtures.ts';

/** Rules like those of a large venue, and its mark a little off the map's price. */
export function termsOf(markUsd: number, venue = 'binance'): MarketTerms {
  return {
    venue,
    market: 'ETH/USDT:USDT',
    contract: 'linear',
    markUsd,
    openInterestUsd: venue === 'binance' ? 4e9 : 1e9,
    rules: {
      tiers: withDeductions([
        { floor: 0, cap: 50_000, maintenanceRate: 0.004, maxLeverage: 125 },
        { floor: 50_000, cap: 600_000, maintenanceRate: 0.005, maxLeverage: 100 },
        { floor: 600_000, cap: 3e6, maintenanceRate: 0.0065, maxLeverage: 75 },
        { floor: 3e6, cap: 1e8, maintenanceRate: 0.02, maxLeverage: 25 },
      ]),
      feeRate: 0,
      fundingMovesMargin: true,
      source: 'made up for tests',
    },
  };
}

/** The same in coins. */
export function inverseTermsOf(markUsd: number): MarketTerms {
  const linear = termsOf(markUsd);
  const tiers = linear.rules.tiers.map(({ deduction: _, ...tier }) => ({
    ...tier,
    floor: tier.floor / 3000,
    cap: tier.cap / 3000,
  }));
  return {
    ...linear,
    venue: 'bybit',
    market: 'ETH/USD:ETH',
    contract: 'inverse',
    openInterestUsd: 9e9,
    rules: { ...linear.rules, tiers: withDeductions(tiers) },
  };
}

function held({ map, clusters }: Fixture, request: OwnRequest): Omit<PositionChartOptions, 'theme'> {
  const terms = [termsOf(map.priceUsd * 1.0004), inverseTermsOf(map.priceUsd)];
  return { map, clusters, own: ownPosition({ map, clusters, terms }, request) };
}

/** One of each sort of own position that a picture must survive. */
export const positionFixtures: Readonly<Record<string, () => Omit<PositionChartOptions, 'theme'>>> = {
  long: () => held(fixtures['eth']!(), { side: 'long', entryUsd: 3000, leverage: 20, size: { usd: 25_000 } }),
  short: () => held(fixtures['eth']!(), { side: 'short', entryUsd: 2950, leverage: 10, size: { coins: 40 } }),
  inverse: () =>
    held(fixtures['btc']!(), {
      side: 'long',
      entryUsd: 101_000,
      leverage: 5,
      venue: 'bybit',
      size: { usd: 2e6 },
    }),
  unsinkable: () => held(fixtures['eth']!(), { side: 'long', entryUsd: 2500, leverage: 1 }),
  tight: () => held(fixtures['fragile']!(), { side: 'short', entryUsd: 3012, leverage: 125 }),
  far: () => held(fixtures['eth']!(), { side: 'short', entryUsd: 3012, leverage: 1.1 }),
  'no-cluster': () => held(fixtures['one-sided']!(), { side: 'short', entryUsd: 190, leverage: 12 }),
  'tiny-price': () =>
    held(fixtures['tiny-price']!(), { side: 'long', entryUsd: 0.00000131, leverage: 15, size: { usd: 900 } }),
  simulated: () =>
    held(randomMap({ seed: 9, provenance: 'simulated' }), { side: 'long', entryUsd: 3100, leverage: 8 }),
  'long-name': () => held(fixtures['long-name']!(), { side: 'long', entryUsd: 0.0016, leverage: 7.5 }),
};
