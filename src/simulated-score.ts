import { dayMs } from './core/durations.ts';
import type { Side } from './core/market-data.ts';
import { levelsByDistance } from './core/score/distances.ts';
import type { LadderRule } from './core/score/ladder.ts';
import { Ladder } from './core/score/ladder.ts';
import type { SimulatedMarket } from './market/simulated/market.ts';
import { createSimulatedSources } from './market/simulated/market.ts';
import { timeframeMs } from './market/source.ts';
import { flat, ladderNames } from './scoring/baselines.ts';
import type { ScoreCase } from './scoring/cases.ts';
import { casesAt } from './scoring/cases.ts';

import type { Prediction, ScoreModel } from './scoring/model.ts';
import type { NamedBook } from './scoring/models.ts';
import { mapPrediction } from './scoring/models.ts';
import type { RealPosition } from './scoring/snapshots.ts';
import { snapshotsOf } from './scoring/snapshots.ts';
import type { ScoreRow, ShareRow } from './scoring/summary.ts';
import { scoreRows, shareRows } from './scoring/summary.ts';
import { MapService } from './service.ts';

const startMs = Date.UTC(2026, 0, 1);
const endMs = startMs + 30 * dayMs;
const timeframe = '1h';

export type SimulatedScores = {
  readonly coin: string;
  /** Their `days` are seeds: intervals are by drawing whole markets. */
  readonly rows: readonly ScoreRow[];
  readonly shares: readonly ShareRow[];
  /** Every model on every side of every seed's market; their `timeMs` is the seed in days. */
  readonly cases: readonly ScoreCase[];
};

/**
 * The error of the estimators where the truth is known: maps of simulated markets of 30 days, drawn from what
 * their venues publish, against all their positions. Nothing is learned, so nothing is held out.
 */
export async function scoreSimulated(options: {
  readonly coin: string;
  readonly seeds: readonly number[];
  readonly books: readonly NamedBook[];
  readonly onProgress?: (done: number, of: number) => void;
}): Promise<SimulatedScores> {
  const { coin, seeds, books, onProgress } = options;
  const cases: ScoreCase[] = [];
  for (const [i, seed] of seeds.entries()) {
    onProgress?.(i, seeds.length);
    cases.push(...(await casesOf({ coin, seed, books })));
  }
  return { coin, rows: scoreRows(coin, cases), shares: shareRows(coin, cases), cases };
}

type Task = { readonly coin: string; readonly seed: number; readonly books: readonly NamedBook[] };

async function casesOf({ coin, seed, books }: Task): Promise<ScoreCase[]> {
  const market = createSimulatedSources({ seed, startMs, endMs, coins: [coin] });
  const snapshot = snapshotsOf(truePositions(market, { coin, seed }))[0]!;
  const { markUsd } = snapshot;
  const models: ScoreModel[] = [flat(), ...(await ladderModels(market, markUsd))];
  for (const { name, weightsOf } of books) {
    const weights = weightsOf({ venue: 'simulated', base: coin });
    const maps = new MapService({ sources: market.sources, weights, nowMs: () => market.nowMs() });
    const { map } = await maps.map({ symbol: coin, window: 'all' });
    models.push({ name, predict: () => mapPrediction(map, markUsd) });
  }
  return casesAt(snapshot, models, { ...snapshot, earlier: [] });
}

/** All that is open at the end, as of a day of its own for each seed. */
function truePositions(
  market: SimulatedMarket,
  { coin, seed }: { readonly coin: string; readonly seed: number },
): RealPosition[] {
  const { positions, markPrice } = market.truth(coin);
  return positions.map(({ side, contract, size, liquidationPrice }) => ({
    timeMs: seed * dayMs,
    side,
    size: contract === 'linear' ? size : size / markPrice,
    valueUsd: contract === 'linear' ? size * markPrice : size,
    ...(liquidationPrice !== undefined && { liquidationPrice }),
  }));
}

/** The ladders know one venue, the first: what public maps show is one venue's. */
async function ladderModels(market: SimulatedMarket, markUsd: number): Promise<ScoreModel[]> {
  const source = market.sources[0]!;
  const [listed] = await source.markets();
  if (!listed) return [];
  const range = { fromMs: startMs, toMs: endMs, timeframe } as const;
  const candles = (await source.candles(listed, { ...range, price: 'last' })) ?? [];
  const openInterest = (await source.openInterestHistory(listed, range)) ?? [];
  return Object.entries(ladderNames).map(([rule, name]) => {
    const series = { candles, candleMs: timeframeMs[timeframe], openInterest };
    const levels = new Ladder(series, rule as LadderRule).at(endMs);
    const of = (side: Side) => ({ bins: levelsByDistance(levels[side], side, markUsd) });
    const prediction: Prediction = { long: of('long'), short: of('short') };
    return { name, predict: () => prediction };
  });
}
