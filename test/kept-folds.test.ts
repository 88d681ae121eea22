import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiquidationMap, MapWindow } from '../src/core/liquidation-map.ts';
import type { MarginRules } from '../src/core/market-data.ts';
import { wideWeights } from '../src/core/weights.ts';
import { type FoldPlace, type FoldShelf, KeptFolds } from '../src/kept-folds.ts';
import type { KeptFold } from '../src/market-history.ts';
import { MapService } from '../src/service.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { storedFolds } from '../src/stored-folds.ts';
import { dayMs, hourMs, minuteMs, startMs, testSeries } from './support/market-series.ts';
import { SeriesSource } from './support/series-source.ts';

const mostBytes = 50e6;
const series = testSeries({ seed: 7, candles: (26 * dayMs) / (5 * minuteMs) });
const beginMs = startMs + 25 * dayMs;

/** The largest difference of two maps' bins, over the largest bin. */
function difference(a: LiquidationMap, b: LiquidationMap): number {
  const bins = (map: LiquidationMap) => [...map.longUsd, ...map.shortUsd];
  const [ours, theirs] = [bins(a), bins(b)];
  const largest = Math.max(...ours);
  return Math.max(...ours.map((usd, i) => Math.abs(usd - theirs[i]!))) / largest;
}

describe('maps from folds that were kept', () => {
  let nowMs: number;
  let folds: KeptFolds;
  let venue: SeriesSource;
  let weights: typeof wideWeights;

  beforeEach(() => {
    nowMs = beginMs;
    weights = wideWeights;
    folds = new KeptFolds({ mostBytes, nowMs: () => nowMs });
    venue = new SeriesSource(series, 'linear', () => nowMs);
  });

  async function mapOf(window: MapWindow, withFolds = true): Promise<LiquidationMap> {
    const service = new MapService({
      sources: [venue.source()],
      weights,
      nowMs: () => nowMs,
      ...(withFolds && { folds }),
    });
    return (await service.map({ symbol: 'eth', window })).map;
  }

  it.each([
    ['24h', 'linear'],
    ['7d', 'linear'],
    ['7d', 'inverse'],
    ['all', 'linear'],
  ] as const)('of %s, %s, equal maps from the first candle on, all along', async (window, contract) => {
    venue = new SeriesSource(series, contract, () => nowMs);
    for (const minutes of [0, 1, 4, 7, 20, 3, 31, 55, 90, 2]) {
      nowMs += minutes * minuteMs + 13_000;
      const [kept, anew] = [await mapOf(window), await mapOf(window, false)];
      expect({ ...kept, longUsd: 0, shortUsd: 0, byVenue: 0, byLeverage: 0, meanLeverage: 0 }).toMatchObject({
        priceUsd: anew.priceUsd,
        venues: anew.venues,
        openInterestUsd: anew.openInterestUsd,
        fundingRate8h: anew.fundingRate8h,
        openInterestChange24hPct: anew.openInterestChange24hPct,
      });
      // An inverse contract's tiers are told by a rough price, which a kept fold keeps.
      expect(difference(kept, anew)).toBeLessThan(contract === 'linear' ? 1e-9 : 1e-3);
      expect(kept.unknownAgeShare).toBeCloseTo(anew.unknownAgeShare, 9);
    }
  });

  it('ask only for what came since, and a day', async () => {
    nowMs = beginMs + 60_000;
    await mapOf('7d');
    const whole = venue.candlesTold;
    nowMs += minuteMs;
    await mapOf('7d');
    expect(venue.candlesTold - whole).toBeLessThan(whole / 15);
    expect(folds.bytes).toBeGreaterThan(0);
    expect(folds.begins.get('alpha')).toEqual({ kept: 1, anew: 1 });
  });

  it('are folded anew when rules or weights are others', async () => {
    const before = await mapOf('24h');
    venue.rules = { ...venue.rules, tiers: [{ ...venue.rules.tiers[0]!, maintenanceRate: 0.02 }] };
    expect(difference(await mapOf('24h'), await mapOf('24h', false))).toBeLessThan(1e-9);
    expect(difference(await mapOf('24h'), before)).toBeGreaterThan(1e-3);
    weights = { ...wideWeights, churn: 0.5 };
    expect(difference(await mapOf('24h'), await mapOf('24h', false))).toBeLessThan(1e-9);
  });

  it('go on where tiers of contracts move with the price, until it is far from what they were valued at', async () => {
    const contractTiers = (price: number): MarginRules => ({
      ...venue.rules,
      capsInContracts: [100, 1_000],
      tiers: [
        { floor: 0, cap: 100 * price, maintenanceRate: 0.005, maxLeverage: 100, deduction: 0 },
        { floor: 100 * price, cap: 1_000 * price, maintenanceRate: 0.006, maxLeverage: 50, deduction: 0 },
      ],
    });
    const { priceUsd } = await mapOf('7d');
    const toldAt = async (price: number) => {
      const before = venue.candlesTold;
      venue.rules = contractTiers(price);
      const map = await mapOf('7d');
      return { map, candles: venue.candlesTold - before };
    };
    const { candles: whole } = await toldAt(priceUsd);
    nowMs += minuteMs;
    const near = await toldAt(priceUsd * 1.01);
    expect(near.candles).toBeLessThan(whole / 15);
    expect(difference(near.map, await mapOf('7d', false))).toBeLessThan(1e-2);
    venue.markFactor = 1.2;
    const far = await toldAt(priceUsd * 1.2);
    expect(far.candles).toBeGreaterThan(whole / 2);
    expect(difference(far.map, await mapOf('7d', false))).toBeLessThan(1e-9);
    venue.rules = { ...venue.rules, capsInContracts: [100, 2_000] };
    expect(difference(await mapOf('7d'), await mapOf('7d', false))).toBeLessThan(1e-9);
  });

  it('hold what a venue has corrected in the last minutes', async () => {
    await mapOf('24h');
    const spoilt = { ...series, candles: series.candles.map((candle) => ({ ...candle })) };
    const last = spoilt.candles.find(({ openMs }) => openMs === beginMs - 10 * minuteMs)!;
    Object.assign(last, { volume: last.volume * 50 });
    venue = new SeriesSource(spoilt, 'linear', () => nowMs);
    nowMs += minuteMs;
    expect(difference(await mapOf('24h'), await mapOf('24h', false))).toBeLessThan(1e-9);
  });
});

describe('a store of folds', () => {
  let folder: string;
  let store: Store;
  let nowMs: number;
  let venue: SeriesSource;
  const troubles: unknown[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liqmap-folds-'));
    store = await openStore({ path: join(folder, 'liqmap.db') });
    nowMs = beginMs;
    venue = new SeriesSource(series, 'linear', () => nowMs);
    troubles.length = 0;
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** As after a start of the process. */
  function service(shelf?: FoldShelf): MapService {
    const folds = new KeptFolds({ mostBytes, nowMs: () => nowMs, ...(shelf && { shelf }) });
    return new MapService({ sources: [venue.source()], weights: wideWeights, nowMs: () => nowMs, folds });
  }
  const shelf = () => storedFolds(store.checkpoints, (error) => troubles.push(error));
  const all = async (maps: MapService) => (await maps.map({ symbol: 'eth', window: 'all' })).map;

  it('lets a map know what stood before the venue forgot it', async () => {
    const neverStopped = service();
    await all(neverStopped);
    await all(service(shelf()));
    nowMs += 5 * hourMs;
    venue.keepsMs = 2 * dayMs;
    const known = await all(neverStopped);
    const restarted = await all(service(shelf()));
    const forgetful = await all(service());
    expect(difference(restarted, known)).toBeLessThan(1e-9);
    expect(difference(forgetful, known)).toBeGreaterThan(0.05);
    expect(troubles).toEqual([]);
  });

  it('is done without where what it holds is spoilt or it fails', async () => {
    const plain = await all(service());
    const place = { venue: 'alpha', symbol: venue.market.symbol, window: 'all' } as const;
    const good = await keptBy(() => all(service(shelf())), shelf(), place);
    await shelf().save(place, { ...good, saved: good.saved.map((byte) => byte ^ 0x5a) });
    expect(difference(await all(service(shelf())), plain)).toBeLessThan(1e-12);
    const key = { venue: 'alpha', symbol: place.symbol, windowStartMs: 0, schemaVersion: 1 };
    await store.checkpoints.put(key, { timeMs: good.closeMs, book: new Uint8Array(3) });
    expect(difference(await all(service(shelf())), plain)).toBeLessThan(1e-12);
    expect(troubles).toHaveLength(1);
  });
});

async function keptBy(make: () => Promise<unknown>, shelf: FoldShelf, place: FoldPlace): Promise<KeptFold> {
  await make();
  const kept = await shelf.load(place, Number.MAX_SAFE_INTEGER);
  if (!kept) throw new Error('nothing was kept');
  return kept;
}

describe('a room for folds', () => {
  const place = (symbol: string): FoldPlace => ({ venue: 'alpha', symbol, window: '7d' });
  const fold = (bytes: number) => ({ saved: new Uint8Array(bytes), closeMs: 0 }) as KeptFold;

  it('holds no more than it may, and lets go of what nobody uses', async () => {
    let nowMs = 0;
    const room = new KeptFolds({ mostBytes: 100, nowMs: () => nowMs });
    room.keep(place('a'), fold(40));
    room.keep(place('b'), fold(40));
    room.keep(place('c'), fold(40));
    expect(await room.find(place('c'))).toBeUndefined();
    nowMs += 9 * minuteMs;
    await room.find(place('b'));
    nowMs += 2 * minuteMs;
    room.keep(place('c'), fold(40));
    expect(await room.find(place('a'))).toBeUndefined();
    expect(await room.find(place('b'))).toBeDefined();
    expect(await room.find(place('c'))).toBeDefined();
    room.keep(place('b'), fold(10));
    expect(room.bytes).toBe(50);
  });
});
