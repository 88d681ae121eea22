import { cascade } from './core/cascade.ts';
import { dayMs } from './core/durations.ts';
import { type FuelSpan, fuelOfSpans } from './core/fuel.ts';
import type { OpeningWeights } from './core/weights.ts';
import { createSimulatedSources, type SimulatedMarket } from './market/simulated/market.ts';
import { MapService } from './service.ts';

const startMs = Date.UTC(2026, 0, 1);

/** Where a shock stops in a simulated market, and where it was expected to; signed fractions of the price before. */
export type CascadeCheck = {
  readonly seed: number;
  readonly shock: number;
  readonly truth: number;
  /** Walked through the levels of all positions as they are. */
  readonly fromTrueMap: number;
  /** Walked through the map that public data give. */
  readonly fromEstimate: number;
};

/**
 * Shocks a simulated market of `days` days and compares. The truth has what no walk knows: stop orders, margin added in
 * the last moment, positions reduced in part.
 */
export async function checkCascades(options: {
  readonly seed: number;
  readonly coin: string;
  readonly shocks: readonly number[];
  readonly days: number;
  /** Days lived before; see `SimulationOptions`. */
  readonly warmUpDays?: number;
  readonly weights: OpeningWeights;
}): Promise<CascadeCheck[]> {
  const { seed, coin, shocks, days, warmUpDays = 14, weights } = options;
  const endMs = startMs + days * dayMs;
  const market = createSimulatedSources({ seed, startMs, endMs, warmUpDays, coins: [coin] });
  const maps = new MapService({ sources: market.sources, weights, nowMs: () => market.nowMs() });
  const { map } = await maps.map({ symbol: coin, window: '7d' });
  const { stress } = map;
  if (!stress) throw new Error(`the simulated venues told no order book of ${coin}`);
  const { markPrice } = market.truth(coin);
  const trueFuel = fuelOfSpans(trueSpans(market, coin), markPrice);
  return shocks.map((shock) => ({
    seed,
    shock,
    truth: market.stopAfter(coin, shock) / markPrice - 1,
    fromTrueMap: cascade({ ...stress, fuel: trueFuel }, shock).stop,
    fromEstimate: cascade(stress, shock).stop,
  }));
}

/** Every position that a move in its losing direction closes. */
function trueSpans(market: SimulatedMarket, coin: string): FuelSpan[] {
  const { positions, markPrice } = market.truth(coin);
  return positions.flatMap(({ side, contract, size, liquidationPrice: price }) => {
    const isLosing = price !== undefined && (side === 'long' ? price < markPrice : price > markPrice);
    return isLosing ? [{ side, contract, size, low: price, high: price }] : [];
  });
}
