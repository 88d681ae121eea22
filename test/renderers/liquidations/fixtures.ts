import type { Side } from '../../../src/core/market-data.ts';
import type { LiquidationWatch, Observation, ObservedLiquidation } from '../../../src/core/observed.ts';
import { createRandom } from '../../../src/core/random.ts';
import { type Fixture, fixtures, randomMap } from '../fixtures.ts';

export type ObservedFixture = Fixture & { readonly observation: Observation };

const hourMs = 3_600_000;
const venues = ['binance', 'bybit', 'okx', 'gate'] as const;

export const watches: readonly LiquidationWatch[] = [
  { venue: 'binance', shows: 'one a second', watchedMs: 24 * hourMs },
  { venue: 'bybit', shows: 'every', watchedMs: 24 * hourMs },
  { venue: 'okx', shows: 'one a second', watchedMs: 20 * hourMs },
  { venue: 'gate', shows: 'every', watchedMs: 24 * hourMs },
];

/** Liquidations along a price that wandered for a day to where it is now, longs on its way down, shorts up. */
export function randomObservation(options: {
  readonly seed: number;
  readonly map: Fixture['map'];
  readonly count?: number;
  readonly sides?: readonly Side[];
  readonly watches?: readonly LiquidationWatch[];
  readonly unobserved?: readonly string[];
}): Observation {
  const { map, count = 800, sides = ['long', 'short'] } = options;
  const random = createRandom(options.seed);
  const fromMs = map.timeMs - 24 * hourMs;
  let price = map.priceUsd;
  const backwards = Array.from({ length: count }, (_, index): ObservedLiquidation => {
    const step = 0.0022 * random.normal();
    price *= 1 + step;
    const side: Side = step > 0 ? 'long' : 'short';
    const usd = 9_000 * random.exponential() ** 3;
    return {
      timeMs: map.timeMs - Math.round(((index + 1) / (count + 1)) * 24 * hourMs),
      liquidatedSide: sides.includes(side) ? side : sides[0]!,
      price,
      priceKind: 'bankruptcy',
      size: usd / price,
      usd,
      venue: venues[index % venues.length]!,
      market: `${map.symbol}/USDT:USDT`,
    };
  });
  return {
    symbol: map.symbol,
    fromMs,
    toMs: map.timeMs,
    liquidations: backwards.toReversed(),
    watches: options.watches ?? watches,
    unobserved: options.unobserved ?? ['bitget', 'hyperliquid'],
  };
}

function observed(
  fixture: Fixture,
  options: Partial<Parameters<typeof randomObservation>[0]> = {},
): ObservedFixture {
  return { ...fixture, observation: randomObservation({ seed: 1, map: fixture.map, ...options }) };
}

/** One of each sort that the picture must survive. */
export const observedFixtures: Readonly<Record<string, () => ObservedFixture>> = {
  eth: () => observed(randomMap({ seed: 1, rangePct: 10 })),
  btc: () =>
    observed(
      randomMap({ seed: 2, symbol: 'BTC', priceUsd: 98_765.4, openInterestUsd: 3.41e10, rangePct: 20 }),
      { seed: 2, count: 5_000 },
    ),
  'tiny-price': () =>
    observed(
      randomMap({ seed: 3, symbol: 'PEPE', priceUsd: 0.00000123, openInterestUsd: 3.1e8, rangePct: 20 }),
      { seed: 3 },
    ),
  'one-sided': () =>
    observed(randomMap({ seed: 4, symbol: 'SOL', priceUsd: 187.32, rangePct: 10, sides: ['short'] }), {
      sides: ['long'],
    }),
  'none-seen': () => observed(randomMap({ seed: 6, rangePct: 10 }), { count: 0 }),
  'no-feed': () =>
    observed(randomMap({ seed: 7, symbol: 'HYPE', priceUsd: 42.17, rangePct: 10 }), {
      count: 0,
      watches: [],
      unobserved: ['hyperliquid'],
    }),
  complete: () => observed(randomMap({ seed: 8, rangePct: 10 }), { watches: everyOne, unobserved: [] }),
  simulated: () => observed(fixtures['simulated']!()),
  empty: () => observed(fixtures['empty']!(), { count: 0 }),
  'long-name': () =>
    observed(fixtures['long-name']!(), {
      unobserved: Array.from({ length: 9 }, (_, index) => `venue-with-a-name-${index + 1}`),
    }),
};

const everyOne = watches.map((watch) => ({ ...watch, shows: 'every', watchedMs: 24 * hourMs }) as const);
