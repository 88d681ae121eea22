import { setImmediate } from 'node:timers/promises';
import { medianMark } from './core/build-map.ts';
import { addChanges, type MapChanges, noChanges, rememberEarlier } from './core/changes.ts';
import { mapEdges } from './core/map-bins.ts';
import type { Candle } from './core/market-data.ts';
import type { HeatMarket } from './heatmaps.ts';
import { moveTo } from './map-parts.ts';

export type ChangedMarket = HeatMarket & {
  /** Candles that the book is folded from, ascending. */
  readonly candles: readonly Candle[];
};

type ChangeTime = {
  readonly fromMs: number;
  readonly nowMs: number;
  /** Aborted when nobody wants it any more. */
  readonly signal?: AbortSignal | undefined;
};

/** Half width of the picture, as a fraction of price: what changes lies near. */
const range = 0.25;
const mark = 'changes since';

/**
 * Folds markets to an earlier moment and on to now, and says what became of their levels meanwhile.
 * @param markets folded to before `fromMs`. Throws RangeError without any, and the signal's reason once it is aborted.
 */
export async function foldChanges(
  markets: readonly ChangedMarket[],
  { fromMs, nowMs, signal }: ChangeTime,
): Promise<Omit<MapChanges, 'symbol' | 'provenance' | 'venues'>> {
  for (const { fold } of markets) {
    signal?.throwIfAborted();
    fold.foldUntil(fromMs);
    await setImmediate();
  }
  const before = markets.map(({ fold }) => ({ book: fold.book, markUsd: fold.book.markPrice }));
  const fromPriceUsd = medianMark(before);
  // The grid belongs to the later moment; what the price is then is known from the candles alone.
  const edges = mapEdges(medianMark(markets.map(laterMark)), range);
  const earlier = markets.map(({ fold }, i) =>
    rememberEarlier(before[i]!, fold.flows, { mark, edges, priceUsd: fromPriceUsd }),
  );
  for (const { fold, markUsd } of markets) {
    signal?.throwIfAborted();
    fold.foldUntil(nowMs);
    if (markUsd !== undefined) moveTo(fold.book, markUsd, nowMs);
    await setImmediate();
  }
  const parts = markets.map(({ fold }) => ({ book: fold.book, markUsd: fold.book.markPrice }));
  const changes = {
    fromMs,
    timeMs: nowMs,
    fromPriceUsd,
    priceUsd: medianMark(parts),
    edges,
    long: noChanges(edges),
    short: noChanges(edges),
  };
  for (const [i, { fold, candles, markUsd }] of markets.entries()) {
    const since = candles.filter(({ openMs }) => openMs >= fromMs && openMs < nowMs);
    const prices = since.flatMap(({ high, low }) => [high, low]);
    const ends = [before[i]!.markUsd, markUsd ?? fold.book.markPrice];
    addChanges(changes, earlier[i]!, {
      ...parts[i]!,
      flows: fold.flows,
      lowUsd: Math.min(...prices, ...ends),
      highUsd: Math.max(...prices, ...ends),
    });
  }
  return changes;
}

function laterMark({ fold: { book }, candles, markUsd }: ChangedMarket) {
  return { book, markUsd: markUsd ?? candles.at(-1)?.close ?? book.markPrice };
}
