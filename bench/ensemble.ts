import type { Book } from '../src/core/book.ts';
import { buildMap } from '../src/core/build-map.ts';
import { ensembleSize } from '../src/core/ensemble.ts';
import { fittedWeights } from '../src/core/fitted-weights.ts';
import { BookFold } from '../src/core/fold.ts';
import { linearModel as model } from '../test/support/book-fixtures.ts';
import { dayMs, minuteMs, testSeries } from '../test/support/market-series.ts';
import type { Timing } from './measure.ts';
import { measure } from './measure.ts';

const { candles, candleMs, openInterest, funding } = testSeries({
  seed: 1,
  candles: (30 * dayMs) / (5 * minuteMs),
});

/** What the bands of an ensemble cost on top of the map of its first member. */
export async function benchEnsemble(): Promise<{ timings: Timing[]; findings: string[] }> {
  const fold = () => {
    const folded = new BookFold({
      model,
      series: { segments: [{ candles, candleMs }], openInterest, funding },
    });
    folded.foldUntil(Number.POSITIVE_INFINITY);
    return folded.book;
  };
  const book = fold();
  const one = await measure('map of one member from a folded book', 40, () => mapOf(book, false));
  const all = await measure(`the same with bands by ${ensembleSize} members`, 40, () => mapOf(book, true));
  const whole = await measure('30 days of 5-minute candles to a map of one member', 10, () =>
    mapOf(fold(), false),
  );
  const wholeAll = await measure('the same with bands', 10, () => mapOf(fold(), true));
  const times = (a: Timing, b: Timing) => `${(a.median / b.median).toFixed(2)}x`;
  return {
    timings: [one, all, whole, wholeAll],
    findings: [
      `${ensembleSize} members against one, drawing alone: ${times(all, one)} (target 8x)`,
      `with the fold, which they share: ${times(wholeAll, whole)}`,
    ],
  };
}

function mapOf(book: Book, hasBands: boolean) {
  return buildMap({
    symbol: 'ETH',
    timeMs: 0,
    provenance: 'simulated',
    window: 'all',
    parts: [{ venue: 'Alpha', book, markUsd: book.markPrice }],
    venues: [],
    ...(hasBands && { uncertainty: fittedWeights.uncertainty }),
  });
}
