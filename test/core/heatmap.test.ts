import { describe, expect, test } from 'vitest';
import { buildMap } from '../../src/core/build-map.ts';
import { addChanges, noChanges, rememberEarlier } from '../../src/core/changes.ts';
import { BookFold } from '../../src/core/fold.ts';
import { columnCandles, HeatCanvas, heatEdges } from '../../src/core/heatmap.ts';
import type { Candle } from '../../src/core/market-data.ts';
import { fewPairs } from '../support/book-fixtures.ts';
import { hourMs, startMs, testSeries } from '../support/market-series.ts';

const candleMs = hourMs;
const count = 240;

function foldOf(contract: 'linear' | 'inverse', seed = 5) {
  const { candles, openInterest, funding } = testSeries({ seed, candles: count, candleMs });
  const series = { segments: [{ candles, candleMs }], openInterest, funding };
  return { candles, fold: new BookFold({ model: fewPairs[contract], series }) };
}

const timeOf = (candle: number) => startMs + candle * candleMs;
const sum = (bins: Iterable<number>) => [...bins].reduce((all, one) => all + one, 0);

describe.each(['linear', 'inverse'] as const)('a heatmap over a %s book', (contract) => {
  test('ends with what the map shows', () => {
    const { fold } = foldOf(contract);
    fold.foldUntil(timeOf(count));
    const part = { venue: 'Alpha', book: fold.book, markUsd: fold.book.markPrice * 1.001 };
    const map = buildMap({
      symbol: 'ETH',
      timeMs: timeOf(count),
      provenance: 'simulated',
      window: 'all',
      parts: [part],
      venues: [],
    });
    const canvas = new HeatCanvas(map.edges, 2);
    canvas.draw(1, [part], map.priceUsd);
    const rows = map.edges.length - 1;
    for (const side of ['longUsd', 'shortUsd'] as const) {
      expect(sum(canvas[side].subarray(0, rows))).toBe(0);
      const column = canvas[side].subarray(rows);
      expect(sum(map[side])).toBeGreaterThan(0);
      for (const [row, usd] of map[side].entries()) {
        expect(Math.abs(column[row]! - usd)).toBeLessThanOrEqual(1e-6 * usd + 1e-6);
      }
    }
  });

  test('shows nothing of a side beyond the price that swept it', () => {
    const { fold, candles } = foldOf(contract);
    const edges = heatEdges(candles, 200);
    const canvas = new HeatCanvas(edges, count);
    const width = edges[1]! - edges[0]!;
    for (let i = 0; i < count; i++) {
      fold.foldUntil(timeOf(i + 1));
      const priceUsd = fold.book.markPrice;
      canvas.draw(i, [{ book: fold.book, markUsd: priceUsd }], priceUsd);
      const column = (bins: Float32Array) => bins.subarray(i * 200, (i + 1) * 200);
      const below = Math.floor((priceUsd - edges[0]!) / width);
      expect(sum(column(canvas.longUsd).subarray(below + 1))).toBe(0);
      expect(sum(column(canvas.shortUsd).subarray(0, below))).toBe(0);
    }
  });
});

describe('what changed between two moments', () => {
  test.each(['linear', 'inverse'] as const)(
    'adds up: then + built - closed - liquidated = now (%s)',
    (contract) => {
      const { fold, candles } = foldOf(contract, 8);
      const edges = heatEdges(candles, 150);
      const from = 160;
      fold.foldUntil(timeOf(from));
      const before = { book: fold.book, markUsd: fold.book.markPrice };
      const earlier = rememberEarlier(before, fold.flows, { mark: 'then', edges, priceUsd: before.markUsd });
      fold.foldUntil(timeOf(count));
      const since = candles.slice(from);
      const lowUsd = Math.min(...since.map(({ low }) => low));
      const highUsd = Math.max(...since.map(({ high }) => high));
      const priceUsd = fold.book.markPrice;
      const changes = { edges, priceUsd, long: noChanges(edges), short: noChanges(edges) };
      const part = { book: fold.book, markUsd: priceUsd };
      addChanges(changes, earlier, { ...part, flows: fold.flows, lowUsd, highUsd });
      const now = new HeatCanvas(edges, 1);
      now.draw(0, [part], priceUsd);
      for (const side of ['long', 'short'] as const) {
        const { builtUsd, closedUsd, liquidatedUsd } = changes[side];
        for (const bins of [builtUsd, closedUsd, liquidatedUsd]) {
          expect(Math.min(...bins)).toBeGreaterThanOrEqual(0);
        }
        const then = earlier.bins[side === 'long' ? 'longUsd' : 'shortUsd'];
        const expected = sum(then) + sum(builtUsd) - sum(closedUsd) - sum(liquidatedUsd);
        const standing = sum(now[side === 'long' ? 'longUsd' : 'shortUsd']);
        // Funding has moved levels across the edges of bins meanwhile, and out of the picture.
        expect(Math.abs(expected - standing) / standing).toBeLessThan(0.02);
        const untouched = (bin: number) =>
          side === 'long' ? edges[bin + 1]! <= lowUsd : edges[bin]! >= highUsd;
        expect(sum(liquidatedUsd.filter((_, bin) => untouched(bin)))).toBe(0);
        expect(sum(liquidatedUsd)).toBeGreaterThan(0);
      }
    },
  );
});

describe('candles of columns', () => {
  const candle = (hour: number, price: number): Candle => ({
    openMs: timeOf(hour),
    open: price,
    high: price + 5,
    low: price - 5,
    close: price + 1,
    volume: 1,
  });

  test('are put together by when they closed, and a gap stays a gap', () => {
    const joined = columnCandles(
      [{ candleMs, candles: [candle(0, 100), candle(1, 120), candle(4, 90), candle(6, 80)] }],
      { startMs: timeOf(0), columnMs: 2 * candleMs, count: 3 },
    );
    expect(joined).toEqual([
      { openMs: timeOf(0), open: 100, high: 125, low: 95, close: 121, volume: 2 },
      undefined,
      { openMs: timeOf(4), open: 90, high: 95, low: 85, close: 91, volume: 1 },
    ]);
  });

  test('span the prices a heatmap shows, and something beyond', () => {
    const edges = heatEdges([candle(0, 100), candle(1, 120)], 50);
    expect(edges[0]).toBeLessThan(90);
    expect(edges.at(-1)).toBeGreaterThan(130);
    expect(() => heatEdges([], 50)).toThrow('no candles');
  });
});
