import { describe, expect, test } from 'vitest';
import { bookModel } from '../../src/core/book-model.ts';
import { heldOutScores } from '../../src/core/fitted-weights.ts';
import { bucketLeverages, wideWeights } from '../../src/core/weights.ts';
import { heldOutUntilMs, heldOutWeightsFor, weightsFor } from '../../src/core/weights-for.ts';
import { plainRules } from '../support/book-fixtures.ts';

const markets = ['hyperliquid', 'binance'].flatMap((venue) =>
  ['BTC', 'ETH', 'SOL', 'DOGE', 'pooled', 'constructor'].map((base) => ({ venue, base })),
);

describe('the weights of a market', () => {
  test.each(markets)('fit a book: $venue $base', (market) => {
    for (const weights of [weightsFor(market), heldOutWeightsFor(market)]) {
      expect(weights.buckets.map(({ leverage }) => leverage)).toEqual(bucketLeverages);
      expect(() => bookModel({ contract: 'linear', rules: plainRules, weights, price: 3000 })).not.toThrow();
    }
  });

  test('tell on which positions they were fitted, and when they are of another venue', () => {
    expect(weightsFor({ venue: 'hyperliquid', base: 'BTC' }).source).toMatch(
      /hyperliquid BTC positions of 2026-02/,
    );
    expect(weightsFor({ venue: 'hyperliquid', base: 'DOGE' }).source).toMatch(/BTC, ETH, SOL of 2026-02/);
    expect(weightsFor({ venue: 'binance', base: 'BTC' }).source).toMatch(/half wide prior.*another venue/);
  });

  test('at another venue lie between the wide prior and what was fitted', () => {
    const own = weightsFor({ venue: 'hyperliquid', base: 'DOGE' });
    const other = weightsFor({ venue: 'binance', base: 'DOGE' });
    for (const [k, { longShare }] of other.buckets.entries()) {
      const ends = [own.buckets[k]!.longShare, wideWeights.buckets[k]!.longShare];
      expect(longShare).toBeGreaterThanOrEqual(Math.min(...ends) - 1e-9);
      expect(longShare).toBeLessThanOrEqual(Math.max(...ends) + 1e-9);
    }
  });

  test('for scoring have seen nothing of the later half, and their score is told', () => {
    expect(heldOutUntilMs).toBeLessThan(Date.UTC(2026, 1, 8, 13));
    expect(heldOutScores.map(({ coin }) => coin)).toEqual(['BTC', 'ETH', 'SOL']);
    for (const { positions, logGain } of heldOutScores) {
      expect(positions).toBeGreaterThan(100);
      expect(logGain).toBeGreaterThan(0);
    }
  });
});
