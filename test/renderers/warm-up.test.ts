import { expect, it } from 'vitest';
import { mapChart } from '../../renderers/map/chart.ts';
import { renderSvg } from '../../renderers/raster.ts';
import { themes } from '../../renderers/theme.ts';
import { warmUpChart } from '../../renderers/warm-up.ts';
import { buildMap } from '../../src/core/build-map.ts';
import { BookFold } from '../../src/core/fold.ts';
import { fewPairs } from '../support/book-fixtures.ts';
import { hourMs, startMs, testSeries } from '../support/market-series.ts';

const hours = 72;

it('is drawn from the template that maps are drawn from', async () => {
  const { candles, openInterest } = testSeries({ seed: 1, candles: hours, candleMs: hourMs });
  const series = { segments: [{ candles, candleMs: hourMs }], openInterest };
  const fold = new BookFold({ model: fewPairs.linear, series, windowStarts: [] });
  const timeMs = startMs + hours * hourMs;
  fold.foldUntil(timeMs);
  const part = { venue: 'alpha', book: fold.book, markUsd: fold.book.markPrice };
  const map = buildMap({
    symbol: 'ETH',
    timeMs,
    provenance: 'live',
    window: 'all',
    parts: [part],
    venues: [],
  });
  expect(warmUpChart().key).toBe(mapChart({ map, clusters: [], theme: themes.dark }).key);
  expect(await renderSvg(warmUpChart())).toContain('<svg');
});
