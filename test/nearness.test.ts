import { describe, expect, test } from 'vitest';
import type { Cluster } from '../src/core/liquidation-map.ts';
import type { Side } from '../src/core/market-data.ts';
import { UserError } from '../src/errors.ts';
import { manyMaps } from '../src/many-maps.ts';
import { byNearness, nearestLarge, nearestOn } from '../src/nearness.ts';
import { FakeMaps } from './commands/fakes.ts';
import { handMadeMap } from './renderers/fixtures.ts';

function cluster(side: Side, distancePct: number, rank: number): Cluster {
  return {
    id: `${side} ${rank}`,
    side,
    low: 1,
    high: 2,
    peak: 1.5,
    usd: 1,
    shareOfOi: 0.1,
    distancePct,
    leverage: 10,
    rank,
  };
}

const coin = (symbol: string, clusters: readonly Cluster[]) => ({
  map: { ...handMadeMap(), symbol },
  clusters,
});

describe('the nearest cluster', () => {
  test('that is large is one of the three largest of its side, however near a smaller one is', () => {
    const clusters = [
      cluster('long', -5, 1),
      cluster('long', -9, 3),
      cluster('long', -0.1, 4),
      cluster('short', 6, 1),
    ];
    expect(nearestLarge(coin('A', clusters))?.distancePct).toBe(-5);
    expect(nearestOn(coin('A', clusters), 'long')?.distancePct).toBe(-0.1);
    expect(nearestOn(coin('A', clusters), 'short')?.distancePct).toBe(6);
    expect(nearestLarge(coin('A', []))).toBeUndefined();
  });

  test('orders coins, below the price and above it alike; a coin without one is left out', () => {
    const ranked = byNearness([
      coin('FAR', [cluster('long', -8, 1)]),
      coin('NONE', []),
      coin('NEAR', [cluster('short', 2, 1), cluster('long', -4, 1)]),
      coin('MIDDLE', [cluster('long', -3, 2)]),
    ]);
    expect(ranked.map(({ map }) => map.symbol)).toEqual(['NEAR', 'MIDDLE', 'FAR']);
    expect(ranked[0]!.cluster.distancePct).toBe(2);
  });
});

describe('maps of many coins', () => {
  test('come in the order asked for, each coin once, with what is missing and why', async () => {
    const { answers, failed } = await manyMaps(
      new FakeMaps(),
      ['sol', 'etj', 'btc', 'SOLUSDT', 'pepe'],
      '7d',
    );
    expect(answers.map(({ map }) => map.symbol)).toEqual(['SOL', 'BTC', 'PEPE']);
    expect(failed).toEqual([{ symbol: 'etj', reason: 'No venue lists "etj". Did you mean ETH?' }]);
  });

  test('are asked for a few at a time', async () => {
    let running = 0;
    let most = 0;
    const maps = new FakeMaps();
    const plain = maps.map.bind(maps);
    maps.map = async (request) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return plain(request);
    };
    await manyMaps(maps, ['btc', 'eth', 'sol', 'pepe', 'btcusdt', 'ethusdt'], '7d');
    expect(most).toBe(4);
  });

  test('a reason is one line, and a defect is no reason', async () => {
    const maps = new FakeMaps();
    maps.map = async () => {
      throw new UserError('No venue.\n  binance: down');
    };
    expect((await manyMaps(maps, ['btc'], '7d')).failed).toEqual([{ symbol: 'btc', reason: 'No venue.' }]);
    maps.map = async () => {
      throw new Error('a defect');
    };
    await expect(manyMaps(maps, ['btc'], '7d')).rejects.toThrow('a defect');
  });
});
