import { dayMs } from '../../../src/core/durations.ts';
import { type Listing, listing, type Sketch, type Times } from '../exchange/listing.ts';
import { type Coin, coinWalk, syntheticSeries } from '../exchange/synthetic-series.ts';
import { tierTables } from '../exchange/tier-tables.ts';
import type { World, WorldMarket } from '../exchange/world.ts';

/** More than a map is folded from. */
const historyDays = 30;

/** Venues of a soak by our names, in the order in which they are taken. */
export const soakVenues = ['binance', 'bybit', 'okx', 'gate'] as const;

export function soakCoins(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `COIN${String(i + 1).padStart(2, '0')}`);
}

/**
 * So many made-up coins, each with a perpetual on every venue, for as long as one likes after `nowMs`. They move by some percent
 * a day, so that clusters are approached and touched on most of them.
 */
export function soakWorld({
  nowMs,
  coins,
  seed = 1,
}: {
  readonly nowMs: number;
  readonly coins: readonly string[];
  readonly seed?: number;
}): World {
  const times = { expiryMs: nowMs + 90 * dayMs, listedMs: Math.floor(nowMs / dayMs - historyDays) * dayMs };
  const made = coins.map(
    (base, i): Coin => ({ base, priceUsd: 2 * 1.2 ** i, moveOfMinute: 0.0008 + 0.0001 * (i % 5) }),
  );
  const other: Coin = { base: 'OTHER', priceUsd: 50, moveOfMinute: 0.001 };
  const walks = new Map([...made, other].map((coin) => [coin, coinWalk(coin, seed)]));
  const marketsOf = (venue: string, sketches: readonly Sketch[]): readonly WorldMarket[] =>
    sketches.map((sketch) => {
      const { plan, ...market }: Listing = listing(sketch, times satisfies Times);
      const series = syntheticSeries({ ...plan, seed, id: `${venue}:${market.id}` }, walks.get(sketch.coin)!);
      return { ...market, series };
    });
  const all = (venue: string, sketchOf: (coin: Coin) => Sketch) => marketsOf(venue, made.map(sketchOf));
  const none: readonly WorldMarket[] = [];
  return {
    stepMs: 60_000,
    markets: {
      binanceusdm: all('binanceusdm', (coin) => ({
        ...{ id: `${coin.base}USDT`, coin, lot: 0.1, tick: tickOf(coin), taker: 0.0004 },
        ...{ tiers: tierTables.binanceAlt, millions: 90 },
      })),
      bybit: all('bybit', (coin) => ({
        ...{ id: `${coin.base}USDT`, coin, lot: 0.1, tick: tickOf(coin), taker: 0.000_55 },
        ...{ tiers: tierTables.bybitAlt, millions: 60 },
      })),
      okx: all('okx', (coin) => ({
        ...{ id: `${coin.base}-USDT-SWAP`, coin, lot: 0.1, tick: tickOf(coin), taker: 0.0005 },
        ...{ tiers: tierTables.okxOther, tierUnit: 'contracts' as const, millions: 40 },
      })),
      gate: all('gate', (coin) => ({
        ...{ id: `${coin.base}_USDT`, coin, tick: tickOf(coin), taker: 0.000_75 },
        ...{ tiers: tierTables.gateAlt, millions: 30 },
      })),
      // Binance counts as away when one of its two lists is empty.
      binancecoinm: marketsOf('binancecoinm', [
        {
          ...{
            id: 'OTHERUSD_PERP',
            coin: other,
            quote: 'USD',
            settle: 'OTHER',
            contractSize: 10,
            tick: 0.01,
          },
          ...{ taker: 0.0005, tiers: tierTables.binanceCoinBtc, millions: 10 },
        },
      ]),
      bitget: none,
      hyperliquid: none,
    },
  };
}

/** A ten-thousandth of a coin's price or so, as a power of ten. */
function tickOf({ priceUsd }: Coin): number {
  return Number(`1e${Math.floor(Math.log10(priceUsd)) - 4}`);
}
