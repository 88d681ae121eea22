import { buildMap, type MapInput } from '../src/core/build-map.ts';
import { identifyClusters } from '../src/core/cluster-identity.ts';
import { findClusters } from '../src/core/clusters.ts';
import { BookFold } from '../src/core/fold.ts';
import type { Cluster, LiquidationMap } from '../src/core/liquidation-map.ts';
import type { MarketSeries } from '../src/core/series.ts';
import { linearModel as model } from '../test/support/book-fixtures.ts';
import { dayMs, minuteMs, type TestSeries, testSeries } from '../test/support/market-series.ts';
import type { Timing } from './measure.ts';
import { measure, megabytes } from './measure.ts';

const candleMs = 5 * minuteMs;
const venues = ['Alpha', 'Beta', 'Gamma', 'Delta'];
const perDay = dayMs / candleMs;

/** From candles to a book, and from the candles of four venues to one map. */
export async function benchMap(): Promise<{ timings: Timing[]; findings: string[] }> {
  const week = testSeries({ seed: 1, candles: 7 * perDay });
  const months = venues.map((_, i) => testSeries({ seed: i + 1, candles: 30 * perDay }));
  const minutes = testSeries({ seed: 9, candles: 30 * 24 * 60, candleMs: minuteMs });
  const fold = await measure('7 days of 5-minute candles to a book', 60, () => folded(week));
  const map = await measure('30 days x 4 venues of 5-minute candles to a map', 20, () => mapOf(months));
  const kept = months.map((market) => keptFold(market));
  const again = await measure('the same, an hour later, from folds that were kept', 20, () =>
    mapOf(months, kept),
  );
  const month = await measure('30 days of 1-minute candles to a book', 10, () => folded(minutes));
  const toMs = (timing: Timing, target: number) =>
    `${timing.name}: ${timing.min.toFixed(1)} ms at best, ${timing.median.toFixed(1)} ms in the median (target ${target} ms)`;
  const bytes = kept.reduce((sum, saved) => sum + saved.length, 0) / kept.length;
  return {
    timings: [fold, map, again, month],
    findings: [
      toMs(fold, 10),
      toMs(map, 60),
      `from kept folds: ${again.min.toFixed(1)} ms at best, ${(map.min / again.min).toFixed(1)} times as fast; a fold of 30 days takes ${megabytes(bytes)}`,
    ],
  };
}

/** A map with its clusters, to be drawn. */
export function exampleMap(): { map: LiquidationMap; clusters: readonly Cluster[] } {
  const map = mapOf(venues.map((_, i) => testSeries({ seed: i + 1, candles: 7 * perDay })));
  return { map, clusters: identifyClusters([], findClusters(map), map.timeMs) };
}

function folded(market: TestSeries, saved?: Uint8Array): BookFold {
  const fold = new BookFold({ model, series: seriesOf(market), ...(saved && { saved }) });
  fold.foldUntil(Number.POSITIVE_INFINITY);
  return fold;
}

/** Up to an hour before the end. */
function keptFold(market: TestSeries): Uint8Array {
  const fold = new BookFold({ model, series: seriesOf(market) });
  fold.foldUntil(market.candles.at(-1)!.openMs + market.candleMs - 60 * minuteMs);
  return fold.save();
}

function seriesOf({ candles, candleMs: length, openInterest, funding }: TestSeries): MarketSeries {
  return { segments: [{ candles, candleMs: length }], openInterest, funding };
}

function mapOf(markets: readonly TestSeries[], kept: readonly Uint8Array[] = []): LiquidationMap {
  const books = markets.map((market, i) => folded(market, kept[i]));
  const parts: MapInput['parts'] = books.map(({ book }, i) => ({
    venue: venues[i]!,
    book,
    markUsd: book.markPrice,
  }));
  return buildMap({
    symbol: 'ETH',
    timeMs: books[0]!.closeMs!,
    provenance: 'simulated',
    window: 'all',
    parts,
    venues: venues.map((venue) => ({ venue, market: 'ETHUSDT', included: true })),
    atrPct: 3,
  });
}
