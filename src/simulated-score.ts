import type { Side } from './core/market-data.ts';
import { levelsByDistance, mapByDistance } from './core/score/distances.ts';
import type { Measures } from './core/score/measures.ts';
import { measure, scoreBins } from './core/score/measures.ts';
import type { OpeningWeights } from './core/weights.ts';
import { createSimulatedSources } from './market/simulated/market.ts';
import { MapService } from './service.ts';

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 0, 1);

export type SimulatedScore = {
  readonly coin: string;
  readonly seed: number;
  readonly side: Side;
  readonly positions: number;
  readonly book: Measures;
  readonly flat: Measures;
  /** Value within 30 % of the mark: what the map says over what is true. */
  readonly valueRatio: number;
};

/**
 * The error of the estimator where the truth is known: maps of a simulated market of 30 days, drawn from its
 * public data alone, against all its positions, as `measure` does.
 */
export async function scoreSimulated(options: {
  readonly seed: number;
  readonly coin: string;
  readonly weights: OpeningWeights;
}): Promise<SimulatedScore[]> {
  const { seed, coin, weights } = options;
  const market = createSimulatedSources({ seed, startMs, endMs: startMs + 30 * dayMs, coins: [coin] });
  const maps = new MapService({ sources: market.sources, weights, nowMs: () => market.nowMs() });
  const { map } = await maps.map({ symbol: coin, window: 'all' });
  const { positions, markPrice } = market.truth(coin);
  return (['long', 'short'] as const).flatMap((side) => {
    const levels = positions.flatMap(({ side: own, contract, size, liquidationPrice }) =>
      own === side && liquidationPrice !== undefined
        ? [{ price: liquidationPrice, value: contract === 'linear' ? size * markPrice : size }]
        : [],
    );
    const real = levelsByDistance(levels, side, markPrice);
    const predicted = mapByDistance(map, side, markPrice);
    const book = measure(predicted, real);
    const flat = measure(new Float64Array(scoreBins).fill(1), real);
    if (!book || !flat) return [];
    const sum = (bins: Float64Array) => bins.reduce((all, one) => all + one, 0);
    return [
      { coin, seed, side, positions: levels.length, book, flat, valueRatio: sum(predicted) / sum(real) },
    ];
  });
}
