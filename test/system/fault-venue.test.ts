import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { readMap } from '../../src/cached-maps.ts';
import { loadConfig, roles } from '../../src/config.ts';
import type { Liquidation } from '../../src/core/market-data.ts';
import { jobKinds, makeMapKind } from '../../src/jobs/map-kinds.ts';
import type { JobQueue } from '../../src/jobs/queue.ts';
import { redisBlobs } from '../../src/jobs/redis-blobs.ts';
import type { RedisClient } from '../../src/jobs/redis-client.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { FaultEffect } from '../support/exchange/faults.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';
import { until } from '../support/jobs/process.ts';
import {
  keptLog,
  type LogLine,
  type RedisBench,
  startBench,
  temporaryFolder,
} from '../support/jobs/redis.ts';

type Health = { readonly parts: Record<string, { readonly ok: boolean; readonly detail: string }> };

const recoveredMs = 60_000;
const leftOut = 'a venue is left out of maps';

describe('a venue that fails is named in map, log and health, the other goes on, and it is back in time after it', () => {
  let exchange: LoopbackExchange;
  let telling: NodeJS.Timeout;
  let folder: string;
  let bench: RedisBench;
  let queue: JobQueue;
  let redis: RedisClient;
  let store: Store;
  let lines: LogLine[];
  let app: App;
  let web: string;

  beforeAll(async () => {
    exchange = await startLoopbackExchange({ world: smallWorld({ nowMs: Date.now() }), nowMs: Date.now });
    telling = setInterval(() => exchange.sockets.pushWorld(), 500);
    folder = temporaryFolder();
    bench = await startBench('in-process');
    queue = bench.queue({ kinds: jobKinds });
    const connections = bench.connect();
    redis = connections.hasty('test');
    const kept = keptLog();
    lines = kept.lines;
    const config = {
      ...loadConfig({}),
      ...{ exchangeApiUrl: exchange.url, venues: ['bybit', 'hyperliquid'] as const, symbols: ['BTC'] },
      ...{ dataFolder: folder, redisUrl: bench.place.url, httpPort: 0, sweepWeight: 0 },
    };
    app = startApp({ config, roles, log: kept.log });
    web = (await app.started).webUrl!;
    store = await openStore({ path: `${folder}/liqmap.db`, waitMs: 5_000 });
    await until(async () => (await venueIn())('bybit').included, 60_000, 'a map with both');
  }, 120_000);
  afterAll(async () => {
    await app.stop();
    clearInterval(telling);
    await store.close();
    await bench.close();
    await exchange.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a map made now says of venues. */
  async function venueIn(symbol = 'BTC') {
    const key = `${symbol}/24h`;
    await queue.request(makeMapKind, key, { key, request: { symbol, window: '24h' } }, 60_000);
    const { map } = (await readMap(redisBlobs(redis), key))!;
    return (venue: string) => {
      const own = map.venues.filter((status) => status.venue === venue);
      return own.find(({ included }) => included) ?? own.find(({ note }) => note !== undefined) ?? own[0]!;
    };
  }

  const health = async () => (await (await fetch(`${web}/healthz`)).json()) as Health;

  /** Closed candles that are held, each as one text. */
  async function rows(): Promise<readonly string[]> {
    const of = { venue: 'bybit', symbol: 'BTC/USDT:USDT', price: 'last' } as const;
    const range = { fromMs: 0, toMs: Date.now() };
    const held = await Promise.all(
      (['5m', '15m', '1h'] as const).map((timeframe) => store.candles.read({ ...of, timeframe }, range)),
    );
    return held.flatMap((one) => one.rows.map((row) => JSON.stringify(row)));
  }

  it.each<[string, { effect: FaultEffect; symbol?: string; note: RegExp }]>([
    ['errors', { effect: { kind: 'server-error', status: 503 }, note: /503/ }],
    ['too many requests', { effect: { kind: 'rate-limited', retryAfterSeconds: 1 }, note: /429/ }],
    ['pages of HTML', { effect: { kind: 'html' }, note: /not JSON/ }],
    ['answers cut in the middle', { effect: { kind: 'truncated' }, note: /not JSON/ }],
    ['impossible numbers', { effect: { kind: 'absurd', how: 'negative' }, note: /contradict|implausible/ }],
    [
      'data of another symbol',
      { effect: { kind: 'other-symbol' }, note: /asked for BTCUSDT, got "ETHUSDT"/ },
    ],
    ['dropped connections', { effect: { kind: 'reset' }, note: /no connection/ }],
    ['30 s of latency', { effect: { kind: 'late', byMs: 30_000 }, note: /still loading|no answer/ }],
    // Of a coin of which nothing newer is recorded.
    [
      'old data',
      { symbol: 'SOL', effect: { kind: 'stale', byMs: 5 * 3_600_000 }, note: /stale: .* minutes ago/ },
    ],
  ])(
    '%s',
    async (what, { effect, symbol = 'BTC', note }) => {
      const before = await rows();
      const from = lines.length;
      const end = exchange.fault({ host: 'api.bybit.com', effect });
      try {
        const isOut = async () => {
          const venue = await venueIn(symbol);
          expect(venue('hyperliquid').included).toBe(true);
          return !venue('bybit').included && note.test(venue('bybit').note ?? '');
        };
        await until(isOut, recoveredMs, 'a map that leaves it out and says why');
        expect((await health()).parts['venues']!.detail).toMatch(note);
        const isLogged = async () => {
          await isOut();
          return lines
            .slice(from)
            .some(
              ({ msg, venue, reason }) => msg === leftOut && venue === 'bybit' && note.test(String(reason)),
            );
        };
        await until(isLogged, recoveredMs, 'a warning in the log');
      } finally {
        end();
      }
      const endMs = performance.now();
      await until(async () => (await venueIn(symbol))('bybit').included, recoveredMs, 'a map with it');
      const backMs = performance.now() - endMs;
      const after = new Set(await rows());
      expect(before.filter((row) => !after.has(row))).toEqual([]);
      console.info(
        `${what}: back after ${(backMs / 1000).toFixed(1)} s; candles before ${before.length}, after ${after.size}`,
      );
    },
    150_000,
  );

  it('dropped and refused sockets', async () => {
    const host = 'stream.bybit.com';
    const pushed: number[] = [];
    const push = () => {
      const timeMs = Date.now();
      const event = {
        timeMs,
        liquidatedSide: 'long',
        price: 60_000,
        priceKind: 'bankruptcy',
        size: 1,
        usd: 60_000,
      };
      const ears = exchange.sockets.pushLiquidations('bybit', 'BTCUSDT', [event as Liquidation]);
      if (ears > 0) pushed.push(timeMs);
    };
    const stored = async () => {
      const place = { venue: 'bybit', symbol: 'BTC/USDT:USDT', from: 'seen' } as const;
      const held = await store.liquidations.read(place, { fromMs: 0, toMs: Date.now() + 1 });
      return new Set(held.rows.map(({ timeMs }) => timeMs));
    };
    push();
    await until(
      async () => pushed.length === 1 && (await stored()).has(pushed[0]!),
      10_000,
      'one is recorded',
    );
    const from = lines.length;
    const end = exchange.sockets.refuse(503, host);
    exchange.sockets.drop(host);
    const isHeard = (detail: string) => /bybit: [^;]*liquidations live/.test(detail);
    await until(async () => !isHeard((await health()).parts['collect']!.detail), 20_000, 'health says so');
    await until(
      () => lines.slice(from).some(({ msg }) => msg === 'trouble with a stream'),
      20_000,
      'the log says so',
    );
    end();
    const endMs = performance.now();
    const isRecorded = async () => {
      push();
      const held = await stored();
      return pushed.length > 1 && held.has(pushed.at(-2)!);
    };
    await until(isRecorded, recoveredMs, 'liquidations are recorded again');
    console.info(`dropped sockets: back after ${((performance.now() - endMs) / 1000).toFixed(1)} s`);
    await until(async () => isHeard((await health()).parts['collect']!.detail), 10_000, 'health says so');
    await until(
      async () =>
        pushed.every(
          (
            (held) => (one) =>
              held.has(one)
          )(await stored()),
        ),
      10_000,
      'all heard',
    );
  }, 150_000);
});
