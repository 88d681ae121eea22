import { listings } from './listings.ts';
import { type Coin, coinWalk, syntheticSeries } from './synthetic-series.ts';
import type { VenueId, World, WorldMarket } from './world.ts';

const dayMs = 86_400_000;

/**
 * A handful of markets on every venue with 40 days of data before `nowMs` (and on after it), the same for
 * the same seed: BTC, ETH, SOL and PEPE perpetuals, coin-margined BTC and ETH, BTC against USDC, dated
 * futures, a delisted contract, and a coin that one venue alone has. `alts` adds so many more to Bybit,
 * whose risk limits come in pages of 15 symbols.
 */
export function smallWorld(options: {
  readonly nowMs: number;
  readonly seed?: number;
  readonly alts?: number;
}): World {
  const { nowMs, seed = 1, alts = 0 } = options;
  const listedMs = Math.floor(nowMs / dayMs) * dayMs - 40 * dayMs;
  const listed = listings({ expiryMs: quarterEnd(nowMs), listedMs, alts });
  const walks = new Map<string, (minute: number) => number>();
  const walkOf = (coin: Coin) => {
    const walk = walks.get(coin.base) ?? coinWalk(coin, seed);
    walks.set(coin.base, walk);
    return walk;
  };
  const marketsOf = (venue: VenueId): readonly WorldMarket[] =>
    listed[venue].map(({ plan, ...market }) => ({
      ...market,
      series: syntheticSeries({ ...plan, seed, id: `${venue}:${market.id}` }, walkOf(plan.coin)),
    }));
  return {
    stepMs: 60_000,
    markets: {
      binanceusdm: marketsOf('binanceusdm'),
      binancecoinm: marketsOf('binancecoinm'),
      bybit: marketsOf('bybit'),
      okx: marketsOf('okx'),
      gate: marketsOf('gate'),
      bitget: marketsOf('bitget'),
      hyperliquid: marketsOf('hyperliquid'),
    },
  };
}

/** The last Friday, 08:00 UTC, of the first quarter that ends at least 30 days from now. */
export function quarterEnd(nowMs: number): number {
  const from = new Date(nowMs + 30 * dayMs);
  for (let quarter = Math.floor(from.getUTCMonth() / 3); ; quarter += 1) {
    const lastDay = new Date(Date.UTC(from.getUTCFullYear(), quarter * 3 + 3, 0, 8));
    const friday = lastDay.getTime() - ((lastDay.getUTCDay() + 2) % 7) * dayMs;
    if (friday >= from.getTime()) return friday;
  }
}
