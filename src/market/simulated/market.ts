import { minuteMs } from '../../core/durations.ts';
import type { MarketSource } from '../source.ts';
import type { Trade } from './exchange.ts';
import { History } from './history.ts';
import { simulatedSource } from './source.ts';
import { coinSpecs, venueSpecs } from './specs.ts';
import { type LiquidationTruth, readTruth } from './truth.ts';
import { World, type WorldOptions } from './world.ts';

export type SimulationOptions = {
  readonly seed: number;
  /** Where the sources' history begins; cut to the minute, as `endMs`. */
  readonly startMs: number;
  readonly endMs: number;
  /** Names out of BTC, ETH, SOL; all by default. */
  readonly coins?: readonly string[];
  /** Names out of sim-alpha, sim-beta (linear), sim-coin (inverse); all by default. */
  readonly venues?: readonly string[];
  /** Days lived before `startMs`, so that positions older than the history exist; 14 by default. */
  readonly warmUpDays?: number;
  /** How far forced orders move prices: 1 by default, 0 for no feedback at all. */
  readonly forcedImpact?: number;
  /** Shown every trade from `startMs` on. */
  readonly onTrade?: (trade: Trade) => void;
};

export type SimulatedMarket = {
  /** One per venue, provenance `simulated`; they answer as of `nowMs()`. */
  readonly sources: readonly MarketSource[];
  nowMs(): number;
  /**
   * Lives on until `toMs` (cut to the minute), in about 40 us a minute for nine markets; a moment that has
   * passed changes nothing. A life lived in pieces is the same as one lived at once.
   */
  advance(toMs: number): void;
  /**
   * News that moves a coin's price by `move` (a signed fraction) at once, with every forced order that follows. From
   * then on this life is one of its own: `truth` and `stopAfter` know nothing of it.
   *
   * @throws RangeError for an unknown coin
   */
  news(coin: string, move: number): void;
  /**
   * What is really open in a coin, now or at an earlier moment since `startMs`. The past is lived through again
   * from the beginning (moments asked for in ascending order share one such life).
   *
   * @throws RangeError for an unknown coin or a moment outside the history
   */
  truth(coin: string, timeMs?: number): LiquidationTruth;
  /**
   * The mark of a coin at which it would stop, if news moved it now by `move` (a signed fraction of price) at once:
   * tried out in a life of its own, with everybody's stops, margin added and reductions in part.
   *
   * @throws RangeError for an unknown coin
   */
  stopAfter(coin: string, move: number): number;
};

/**
 * Venues with made-up traders, behind the port of real ones, and the truth about every position. Knows what
 * no estimator is told: margin shared by accounts, margin added, stops, reductions in part, hedges, makers.
 * The same options give the same market. Blocks for about 2 s for 30 days of all coins and venues.
 *
 * @throws RangeError if a name is unknown or the times make no sense
 */
export function createSimulatedSources(options: SimulationOptions): SimulatedMarket {
  const { warmUpDays = 14 } = options;
  const startMs = wholeMinute('startMs', options.startMs);
  const endMs = wholeMinute('endMs', options.endMs);
  if (endMs < startMs) throw new RangeError(`endMs ${endMs} lies before startMs ${startMs}`);
  const worldOptions: WorldOptions = {
    seed: options.seed,
    birthMs: startMs - wholeMinute('warmUpDays', warmUpDays * 1440 * minuteMs),
    coins: chosen('coin', coinSpecs, options.coins),
    venues: chosen('venue', venueSpecs, options.venues),
    forcedImpact: options.forcedImpact ?? 1,
  };

  const { world, histories } = bornWithHistory(worldOptions, startMs, options.onTrade);
  const advance = (toMs: number): void => {
    while (world.nowMs + minuteMs <= toMs) {
      world.step();
      for (const history of histories) history.record(world.exchange);
    }
  };
  advance(endMs);

  let past: World | undefined;
  const worldAt = (timeMs: number): World => {
    if (timeMs === world.nowMs) return world;
    if (past === undefined || past.nowMs > timeMs) past = new World(worldOptions);
    live(past, timeMs);
    return past;
  };
  return {
    sources: worldOptions.venues.map((venue, venueIndex) => {
      const listings = world.markets.map((spec, i) => ({ spec, history: histories[i]! }));
      return simulatedSource(
        venue,
        listings.filter(({ spec }) => spec.venueIndex === venueIndex),
        world.exchange,
      );
    }),
    nowMs: () => world.nowMs,
    advance,
    news: (coin, move) => world.shock(indexOf(worldOptions.coins, coin), Math.log(1 + move)),
    stopAfter(coin, move) {
      const index = indexOf(worldOptions.coins, coin);
      const shocked = new World(worldOptions);
      live(shocked, world.nowMs);
      shocked.shock(index, Math.log(1 + move));
      return shocked.exchange.mark[index]!;
    },
    truth(coin, timeMs = world.nowMs) {
      const index = indexOf(worldOptions.coins, coin);
      if (!(timeMs >= startMs && timeMs <= world.nowMs)) {
        throw new RangeError(`${timeMs} lies outside the history, ${startMs} to ${world.nowMs}`);
      }
      return readTruth(worldAt(wholeMinute('timeMs', timeMs)), index);
    },
  };
}

function indexOf(coins: readonly { readonly name: string }[], coin: string): number {
  const index = coins.findIndex(({ name }) => name === coin);
  if (index < 0) throw new RangeError(`no coin ${coin} is simulated`);
  return index;
}

/** A world that has lived until `startMs`, and what it shows from there on, by market. */
function bornWithHistory(
  options: WorldOptions,
  startMs: number,
  onTrade: ((trade: Trade) => void) | undefined,
): { world: World; histories: readonly History[] } {
  let histories: readonly History[] = [];
  const world: World = new World({
    ...options,
    ...(onTrade && { onTrade: (trade: Trade) => trade.timeMs >= startMs && onTrade(trade) }),
    onFunding: (market, timeMs, rate) => histories[market.index]?.funding.push({ timeMs, rate }),
    onLiquidation: (market, liquidation) => histories[market.index]?.liquidations.push(liquidation),
  });
  live(world, startMs);
  histories = world.markets.map((spec) => new History(spec, startMs, world.exchange));
  return { world, histories };
}

function live(world: World, toMs: number): void {
  while (world.nowMs < toMs) world.step();
}

function wholeMinute(name: string, timeMs: number): number {
  if (!Number.isFinite(timeMs)) throw new RangeError(`${name} must be a number, got ${timeMs}`);
  return Math.floor(timeMs / minuteMs) * minuteMs;
}

/** The specs with these names, in the specs' order; all when no names are given. */
function chosen<T extends { readonly name: string }>(
  what: string,
  specs: readonly T[],
  names: readonly string[] = specs.map((spec) => spec.name),
): T[] {
  const unknown = names.find((name) => !specs.some((spec) => spec.name === name));
  if (unknown !== undefined || names.length === 0) {
    const known = specs.map((spec) => spec.name).join(', ');
    throw new RangeError(`no simulated ${what} ${unknown ?? '(none named)'}; there are ${known}`);
  }
  return specs.filter((spec) => names.includes(spec.name));
}
