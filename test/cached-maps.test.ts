import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Blobs } from '../src/blobs.ts';
import { CachedMaps, type Lookup, writeMap } from '../src/cached-maps.ts';
import { UserError } from '../src/errors.ts';
import { Listings, writeListing } from '../src/listings.ts';
import type { MapRequest } from '../src/maps.ts';
import type { Market } from '../src/market/source.ts';
import { handMadeClusters, handMadeMap } from './renderers/fixtures.ts';

const minuteMs = 60_000;
const market = (venue: string, base: string, quote: string): Market => ({
  venue,
  symbol: `${base}/${quote}:${quote}`,
  base,
  quote,
  settle: quote,
  contract: 'linear',
  multiplier: 1,
  kind: 'perpetual',
});
const markets = [market('okx', 'ETH', 'USDT'), market('okx', 'ETH', 'USDC'), market('gate', 'BTC', 'USDT')];
const late = { venue: 'okx', market: 'X', included: false, loading: true } as const;

describe('maps made once for all who ask', () => {
  let nowMs: number;
  let stored: Map<string, Buffer>;
  let blobs: Blobs;
  let made: MapRequest[];
  let keys: string[];
  let lookups: Lookup[];
  let away: Error | undefined;
  let partial: boolean;
  let troubles: unknown[];

  beforeEach(async () => {
    nowMs = Date.UTC(2026, 0, 1);
    stored = new Map();
    blobs = {
      get: async (key) => stored.get(key),
      put: async (key, bytes) => void stored.set(key, bytes),
    };
    [made, keys, lookups, troubles, away, partial] = [[], [], [], [], undefined, false];
    await writeListing(blobs, { timeMs: nowMs, markets, failed: [] });
  });

  function process(): CachedMaps {
    const listings = new Listings({
      blobs,
      nowMs: () => nowMs,
      makeListing: async () => writeListing(blobs, { timeMs: nowMs, markets, failed: [] }),
      onTrouble: (error) => troubles.push(error),
    });
    return new CachedMaps({
      blobs,
      listings,
      nowMs: () => nowMs,
      onAsked: (key) => keys.push(key),
      onLookup: (lookup) => lookups.push(lookup),
      onTrouble: (error) => troubles.push(error),
      makeMap: async (key, request) => {
        if (away) throw away;
        made.push(request);
        await writeMap(blobs, key, {
          map: { ...handMadeMap(), timeMs: nowMs, ...(partial && { venues: [late] }) },
          clusters: handMadeClusters(),
        });
      },
    });
  }

  it('are made for the first, and then found, in this process and in another', async () => {
    const [here, there] = [process(), process()];
    const first = await here.map({ symbol: 'eth', window: '7d' });
    expect(await here.map({ symbol: 'eth', window: '7d' })).toBe(first);
    expect(await there.map({ symbol: 'eth', window: '7d' })).toStrictEqual(first);
    expect(lookups).toEqual(['made', 'memory', 'shared']);
    expect(made).toHaveLength(1);
  });

  it('are the same for all names of a coin, and others for another window, range, venue or market', async () => {
    const maps = process();
    for (const symbol of ['eth', 'ETH', ' $eth', 'Eth']) await maps.map({ symbol, window: '7d' });
    expect(made).toEqual([{ symbol: 'ETH', window: '7d' }]);
    expect(new Set(keys)).toEqual(new Set(['ETH/7d']));
    await maps.map({ symbol: 'eth', window: '24h' });
    await maps.map({ symbol: 'eth', window: '7d', range: 0.2 });
    await maps.map({ symbol: 'eth', window: '7d', venues: ['okx'] });
    await maps.map({ symbol: 'ETHUSDC', window: '7d' });
    expect(new Set(keys).size).toBe(5);
    expect(made).toHaveLength(5);
    await maps.map({ symbol: 'eth/usdc', window: '7d' });
    expect(made).toHaveLength(5);
  });

  it('are made again when they are over a minute old', async () => {
    const maps = process();
    await maps.map({ symbol: 'eth', window: '7d' });
    nowMs += 2 * minuteMs;
    await maps.map({ symbol: 'eth', window: '7d' });
    expect(made).toHaveLength(2);
  });

  it('are shown with their age while none can be made, and no longer than that makes sense', async () => {
    const maps = process();
    const fresh = await maps.map({ symbol: 'eth', window: '7d' });
    away = new Error('no venue answers');
    nowMs += 10 * minuteMs;
    const old = await maps.map({ symbol: 'eth', window: '7d' });
    expect(old.map.timeMs).toBe(fresh.map.timeMs);
    const ages = (answer: typeof old) => answer.map.venues.flatMap(({ dataAgeMs }) => dataAgeMs ?? []);
    expect(ages(old)).toEqual(ages(fresh).map((ageMs) => ageMs + 10 * minuteMs));
    expect(troubles).toEqual([away]);
    nowMs += 25 * minuteMs;
    await expect(maps.map({ symbol: 'eth', window: '7d' })).rejects.toThrow(UserError);
  });

  it('made before the clock was set back are made again, and not shown as of now', async () => {
    const maps = process();
    await maps.map({ symbol: 'eth', window: '7d' });
    nowMs -= 180 * minuteMs;
    expect((await maps.map({ symbol: 'eth', window: '7d' })).map.timeMs).toBe(nowMs);
    expect(made).toHaveLength(2);
    await maps.map({ symbol: 'eth', window: '7d' });
    expect(lookups.at(-1)).toBe('memory');
    nowMs -= 180 * minuteMs;
    away = new Error('no venue answers');
    await expect(maps.map({ symbol: 'eth', window: '7d' })).rejects.toThrow(UserError);
  });

  it('without venues that are still loading are made again for whoever asks a few seconds later', async () => {
    partial = true;
    const maps = process();
    await maps.map({ symbol: 'eth', window: '7d' });
    await maps.map({ symbol: 'eth', window: '7d' });
    expect(made).toHaveLength(1);
    nowMs += 6_000;
    partial = false;
    await maps.map({ symbol: 'eth', window: '7d' });
    expect(made).toHaveLength(2);
    nowMs += 6_000;
    await maps.map({ symbol: 'eth', window: '7d' });
    expect(made).toHaveLength(2);
  });

  it('come from memory while the cache cannot be asked', async () => {
    const maps = process();
    const fresh = await maps.map({ symbol: 'eth', window: '7d' });
    vi.spyOn(blobs, 'get').mockRejectedValue(new Error('Redis is away'));
    away = new Error('Redis is away');
    expect(await maps.map({ symbol: 'eth', window: '7d' })).toBe(fresh);
    nowMs += 5 * minuteMs;
    expect((await maps.map({ symbol: 'eth', window: '7d' })).map.timeMs).toBe(fresh.map.timeMs);
  });

  it('of what nobody lists are refused in words, and not kept fresh', async () => {
    away = new UserError('No venue lists "ehh".');
    await expect(process().map({ symbol: 'ehh', window: '7d' })).rejects.toThrow(away);
    expect(keys).toEqual([]);
  });
});
