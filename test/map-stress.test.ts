import { beforeAll, describe, expect, test } from 'vitest';
import { sumTo } from '../src/core/distance-curve.ts';
import { wideWeights } from '../src/core/weights.ts';
import { type FragilityHistory, storedFragility } from '../src/fragility-history.ts';
import { mapJson } from '../src/map-json.ts';
import { createSimulatedSources, type SimulatedMarket } from '../src/market/simulated/market.ts';
import type { MarketSource } from '../src/market/source.ts';
import { MapService } from '../src/service.ts';
import type { FragilityRecords } from '../src/store/fragility.ts';

const startMs = Date.UTC(2026, 0, 1);
let market: SimulatedMarket;
beforeAll(() => {
  const endMs = startMs + 2 * 86_400_000;
  market = createSimulatedSources({ seed: 3, startMs, endMs, coins: ['ETH'], warmUpDays: 3 });
});

function service(
  given: { readonly sources?: readonly MarketSource[]; readonly fragility?: FragilityHistory } = {},
): MapService {
  return new MapService({ sources: market.sources, weights: wideWeights, nowMs: market.nowMs, ...given });
}

const request = { symbol: 'eth', window: '24h' } as const;

describe('fuel and depth of a map', () => {
  test('are those of all that is open, whatever its window and range', async () => {
    const narrow = (await service().map({ ...request, range: 0.02 })).map;
    const wide = (await service().map(request)).map;
    expect(narrow.stress).toEqual(wide.stress);
    const drawnUsd = wide.longUsd.reduce((sum, usd) => sum + usd, 0);
    expect(sumTo(wide.stress!.fuel.longUsd, 0.5)).toBeGreaterThan(drawnUsd);
  });

  test('are in its JSON, with fragility and what the map rests on', async () => {
    const { map, clusters } = await service().map(request);
    const json = JSON.parse(JSON.stringify(mapJson(map, clusters)));
    expect(json.depth.venues).toEqual(['sim-alpha', 'sim-beta', 'sim-coin']);
    expect(json.depth.moves.map(({ movePct }: { movePct: number }) => movePct)).toContain(2);
    expect(json.fragility.headline).toBeGreaterThan(0);
    expect(json.assumptions.coverage).toMatchObject({ marketsIn: 3, marketsOut: 0, orderBooks: 1 });
    expect(json.assumptions.weights.source).toBe(wideWeights.source);
    expect(json.assumptions.inputs).toHaveLength(3);
    expect(json.assumptions.notModelled.length).toBeGreaterThan(3);
    expect(json).not.toHaveProperty('stress');
  });

  test('are unknown where no venue tells its orders, and the map is made all the same', async () => {
    const sources = market.sources.map((source) => ({
      ...source,
      orderBook: () => Promise.reject(new Error('away')),
    }));
    const { map, clusters } = await service({ sources }).map(request);
    expect(map.stress).toBeUndefined();
    expect(map.fragility).toBeUndefined();
    expect(map.assumptions!.coverage.orderBooks).toBe(0);
    expect(mapJson(map, clusters)).not.toHaveProperty('depth');
  });

  test('an order book of another time counts as none', async () => {
    const sources = market.sources.map((source): MarketSource => {
      const old = async (...args: Parameters<MarketSource['orderBook']>) => {
        const book = await source.orderBook(...args);
        return book && { ...book, timeMs: book.timeMs - 10 * 60_000 };
      };
      return { ...source, orderBook: old };
    });
    expect((await service({ sources }).map(request)).map.stress).toBeUndefined();
  });
});

describe('the fragility of a coin', () => {
  test('is compared with its own past, where there is one', async () => {
    const asked: unknown[] = [];
    const fragility: FragilityHistory = {
      rank: async (coin, sample) => {
        asked.push({ ...coin, timeMs: sample.timeMs });
        return { below: 0.84, samples: 100, sinceMs: startMs };
      },
    };
    const { map } = await service({ fragility }).map(request);
    expect(map.fragility!.rank!.below).toBe(0.84);
    expect(asked).toEqual([{ symbol: 'ETH', window: '24h', timeMs: market.nowMs() }]);
  });

  test('of some of its venues is not taken for that of the coin', async () => {
    const fragility: FragilityHistory = { rank: () => Promise.reject(new Error('asked')) };
    const { map } = await service({ fragility }).map({ ...request, venues: ['sim-alpha'] });
    expect(map.fragility!.headline).toBeGreaterThan(0);
  });

  test('stands among the samples of the last 90 days once there is a day of them, and joins them', async () => {
    let samples = 23;
    const noted: number[] = [];
    const records: FragilityRecords = {
      note: async (_, { value }) => void noted.push(value),
      standing: async () => ({ samples, below: 12, sinceMs: 5 }),
    };
    const history = storedFragility(records, () => expect.unreachable());
    const rank = () => history.rank({ symbol: 'ETH', window: '7d' }, { timeMs: 1e12, value: 0.3 });
    expect(await rank()).toBeUndefined();
    samples = 24;
    expect(await rank()).toEqual({ below: 0.5, samples: 24, sinceMs: 5 });
    expect(noted).toEqual([0.3, 0.3]);
  });

  test('is told without a comparison when the store is away', async () => {
    const troubles: unknown[] = [];
    const away = () => Promise.reject(new Error('away'));
    const history = storedFragility({ note: away, standing: away }, (error) => troubles.push(error));
    const rank = await history.rank({ symbol: 'ETH', window: '7d' }, { timeMs: 1e12, value: 0.3 });
    expect(rank).toBeUndefined();
    expect(troubles).toHaveLength(1);
  });
});
