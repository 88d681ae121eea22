import { expect, test } from 'vitest';
import { foldHeatmap } from '../src/heatmaps.ts';
import { foldChanges } from '../src/map-changes.ts';
import { recordedMarket } from '../src/recorded-market.ts';
import { dayMs, hourMs, startMs, testSeries } from './support/market-series.ts';
import { replayInput } from './support/replay-input.ts';

const { candles, openInterest } = testSeries({ seed: 3, candles: 4 * 24, candleMs: hourMs });
const { newFold } = recordedMarket(replayInput({ candles, openInterest }));
const nowMs = startMs + 3 * dayMs;

test('a heatmap that nobody wants any more is not folded to its end', async () => {
  const [fold, stop] = [newFold(), new AbortController()];
  const time = { nowMs, columnMs: hourMs, columns: 48, signal: stop.signal };
  const given = foldHeatmap([{ fold }], [{ candles, candleMs: hourMs }], time);
  stop.abort(new Error('the service stops'));
  await expect(given).rejects.toThrow('the service stops');
  expect(fold.closeMs).toBeLessThan(nowMs - dayMs);
});

test('nor are changes', async () => {
  const [first, second, stop] = [newFold(), newFold(), new AbortController()];
  const markets = [first, second].map((fold) => ({ fold, candles }));
  const given = foldChanges(markets, { fromMs: nowMs - dayMs, nowMs, signal: stop.signal });
  stop.abort(new Error('the service stops'));
  await expect(given).rejects.toThrow('the service stops');
  expect([first.closeMs, second.closeMs]).toEqual([nowMs - dayMs, undefined]);
});
