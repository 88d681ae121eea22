import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bookModel } from '../src/core/book-model.ts';
import { scaleBorrowedVolume } from '../src/core/borrowed-volume.ts';
import { BookFold } from '../src/core/fold.ts';
import { createRandom } from '../src/core/random.ts';
import { wideWeights } from '../src/core/weights.ts';
import { datedRules } from '../src/market/dated-rules.ts';
import { readCandles } from '../src/market/recorded/candles.ts';
import { readFunding } from '../src/market/recorded/funding.ts';
import { readOpenInterest } from '../src/market/recorded/open-interest.ts';
import type { ReplayInput } from '../src/recorded-market.ts';
import { inBaseUnits } from '../src/recorded-market.ts';
import { Replay } from '../src/replay.ts';
import { dayMs, hourMs } from './support/market-series.ts';

/** Real recordings are not part of the project; LIQMAP_DATA names the folder that has them. */
const folder = process.env['LIQMAP_DATA'];
if (!folder) console.warn('no book is folded over a real year: LIQMAP_DATA names no folder');

const sides = ['long', 'short'] as const;

/** Bitcoin on Hyperliquid by candles of Binance, which trades several times as much. */
async function realInput(path: (name: string) => string): Promise<ReplayInput> {
  const coin = 'BTC';
  const candles = await readCandles(path('candles-1h.csv.gz'), { coin, venue: 'binance' });
  const recorded = await readOpenInterest(path('hyperliquid-oi-1h.csv.gz'), { coin });
  if (recorded.unit !== 'usd') throw new Error('the file is said to be in USD');
  return {
    coin,
    venue: 'hyperliquid',
    candles,
    borrowed: true,
    openInterest: inBaseUnits(recorded.points, candles),
    funding: await readFunding(path('funding.csv.gz'), { coin, venue: 'hyperliquid' }),
    rules: datedRules('hyperliquid', coin),
    weights: wideWeights,
  };
}

describe.skipIf(!folder)('a real year of Bitcoin', () => {
  let input: ReplayInput;
  let endMs: number;
  beforeAll(async () => {
    input = await realInput((name) => join(folder ?? '', name));
    endMs = input.candles.at(-1)!.openMs + hourMs;
  });

  test('folds in moments, keeps its balance and leaves no level that price has crossed', () => {
    const { candles } = scaleBorrowedVolume({ ...input, candleMs: hourMs });
    const model = bookModel({
      contract: 'linear',
      rules: input.rules,
      weights: input.weights,
      price: 90_000,
    });
    const fold = new BookFold({
      model,
      series: { ...input, segments: [{ candles, candleMs: hourMs }] },
    });
    const begun = performance.now();
    for (let month = 1; month <= 12; month++) {
      fold.foldUntil(candles[0]!.openMs + month * 30 * dayMs);
      const { book } = fold;
      for (const side of sides) {
        const { levels, never, unknown } = book.totals(side);
        expect((levels + never + unknown) / book.openInterest).toBeCloseTo(1, 9);
        expect(Math.min(levels, never, unknown)).toBeGreaterThanOrEqual(0);
      }
      let worst = Number.NEGATIVE_INFINITY;
      book.visitLevels((side, _bucket, low, high) => {
        const distance = (low + high) / 2 / book.markPrice - 1;
        worst = Math.max(worst, side === 'long' ? distance : -distance);
      });
      expect(worst).toBeLessThan(1e-6);
    }
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(fold.flows.steps).toBeGreaterThan(8000);
    expect(fold.flows.long.liquidated).toBeGreaterThan(0);
    // A venue's open interest turns over many times in a year; what the volume cannot explain is a small part.
    expect(fold.flows.missingVolume).toBeLessThan(0.05 * fold.flows.traced);
  });

  test('is mapped at random times without what came later', () => {
    const random = createRandom(1);
    const firstMs = input.openInterest[0]!.timeMs;
    for (let i = 0; i < 3; i++) {
      const timeMs = Math.round(firstMs + (0.1 + 0.9 * random.uniform()) * (endMs - firstMs));
      const known = {
        ...input,
        candles: input.candles.filter(({ openMs }) => openMs + hourMs <= timeMs),
        openInterest: input.openInterest.filter((point) => point.timeMs <= timeMs),
        funding: input.funding!.filter((point) => point.timeMs <= timeMs),
      };
      expect(new Replay(known).at(timeMs)).toEqual(new Replay(input).at(timeMs));
    }
  });

  test('leaves clusters on both sides, within reach of a map, at the end', () => {
    const frame = new Replay(input).at(endMs);
    if ('reason' in frame) throw new Error(frame.reason);
    for (const side of sides) {
      const own = frame.clusters.filter((cluster) => cluster.side === side);
      expect(own.length).toBeGreaterThan(0);
      for (const { distancePct, usd } of own) {
        expect(Math.sign(distancePct)).toBe(side === 'long' ? -1 : 1);
        expect(usd).toBeGreaterThan(0);
      }
    }
  });
});
