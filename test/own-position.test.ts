import { describe, expect, test } from 'vitest';
import type { OwnRequest } from '../src/core/own-answer.ts';
import { UserError } from '../src/errors.ts';
import { ownPosition } from '../src/own-position.ts';
import { fixtures } from './renderers/fixtures.ts';
import { inverseTermsOf, termsOf } from './renderers/position/fixtures.ts';

const { map, clusters } = fixtures['eth']!();
const answer = {
  map,
  clusters,
  terms: [termsOf(map.priceUsd), inverseTermsOf(map.priceUsd), termsOf(3030, 'okx')],
};
const long: OwnRequest = { side: 'long', entryUsd: 3000, leverage: 20, size: { usd: 25_000 } };

describe('an own position', () => {
  test("is closed by its venue's rule: 20x, 0.4 %", () => {
    const { liquidation, marginUsd, coins, maxLeverage } = ownPosition(answer, long);
    expect(liquidation!.priceUsd).toBeCloseTo((3000 * 0.95) / 0.996, 6);
    expect(liquidation!.bankruptcyUsd).toBeCloseTo(2850, 6);
    expect(liquidation!.distancePct).toBeCloseTo(((3000 * 0.95) / 0.996 / map.priceUsd - 1) * 100, 6);
    expect(marginUsd).toBeCloseTo(1250, 9);
    expect(coins).toBeCloseTo(25 / 3, 9);
    expect(maxLeverage).toBe(125);
  });

  test('is on the largest linear market unless a venue is named', () => {
    expect(ownPosition(answer, long).market).toMatchObject({ venue: 'binance', contract: 'linear' });
    expect(ownPosition(answer, { ...long, venue: 'bybit' }).market).toMatchObject({ contract: 'inverse' });
  });

  test('stands on the map where its distance from the mark of its own venue puts it', () => {
    const { liquidation, market } = ownPosition(answer, { ...long, entryUsd: 3020, venue: 'okx' });
    expect(liquidation!.onMapUsd / map.priceUsd).toBeCloseTo(liquidation!.priceUsd / market.markUsd, 12);
  });

  test('has the clusters in its way that lie between the price and its end, nearest first', () => {
    const { inTheWay, liquidation } = ownPosition(answer, long);
    expect(inTheWay.length).toBeGreaterThan(0);
    for (const { side, peak } of inTheWay) {
      expect(side).toBe('long');
      expect(peak).toBeGreaterThan(liquidation!.onMapUsd);
    }
    const distances = inTheWay.map(({ distancePct }) => Math.abs(distancePct));
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  });

  test('is advised what keeps its end one daily range beyond the next cluster, each of which does', () => {
    const { advice } = ownPosition(answer, long);
    const { cluster, targetUsd, leverage, size, isKept, hedgeUsd } = advice!;
    expect(targetUsd).toBeCloseTo(cluster.low - 0.042 * map.priceUsd, 6);
    expect(isKept).toBe(false);
    expect(hedgeUsd).toBeGreaterThan(0);
    const kept = (request: OwnRequest) =>
      ownPosition(answer, request).liquidation!.priceUsd <= targetUsd * (1 + 1e-9);
    expect(kept({ ...long, leverage: leverage!.times })).toBe(true);
    expect(kept({ ...long, leverage: leverage!.times * 1.01 })).toBe(false);
    // The same margin under the smaller size is less leverage.
    expect(kept({ ...long, size: { usd: size.usd }, leverage: size.usd / 1250 })).toBe(true);
    expect(size.usd).toBeLessThan(25_000);
    expect(size.lossUsd).toBeLessThan(advice!.lossUsd);
  });

  test('that is far enough already is told so', () => {
    const { advice } = ownPosition(answer, { ...long, leverage: 3 });
    expect(advice).toMatchObject({ isKept: true, hedgeUsd: 0 });
    expect(advice!.leverage!.times).toBeGreaterThan(3);
  });

  test.each<[string, Partial<OwnRequest>, string]>([
    [
      'a leverage above what the venue allows',
      { leverage: 126 },
      'binance allows at most 125x for a position of $25,000',
    ],
    [
      'the same for a large position',
      { leverage: 80, size: { usd: 1e6 } },
      'at most 75x for a position of $1,000,000',
    ],
    ['a position larger than any', { size: { usd: 2e8 } }, 'takes no position in ETH/USDT:USDT as large as'],
    ['an entry far from the price', { entryUsd: 300 }, 'An entry at $300 is far from the price'],
    [
      'an unknown venue',
      { venue: 'nowhere' },
      'has no market of "nowhere". Venues in it: binance, bybit, okx',
    ],
    ['a position that is gone', { entryUsd: 3500 }, 'Such a position is gone'],
    ['a size of nothing', { size: { usd: 0 } }, 'A size of $0 makes no sense'],
    ['a size below nothing', { size: { coins: -2 } }, 'A size of $-6000 makes no sense'],
  ])('%s is refused with what is wrong', (_, change, message) => {
    const ask = () => ownPosition(answer, { ...long, ...change });
    expect(ask).toThrow(UserError);
    expect(ask).toThrow(message);
  });

  test('cannot be told where no rules are known', () => {
    expect(() => ownPosition({ map, clusters }, long)).toThrow('No venue told its margin rules');
  });
});
