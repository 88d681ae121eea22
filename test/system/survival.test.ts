import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlertPayload, alertKey, alertPayloadSchema } from '../../src/alerts/payload.ts';
import { alertSettingsSchema } from '../../src/alerts/settings.ts';
import { readMap } from '../../src/cached-maps.ts';
import { jobKinds, makeMapKind } from '../../src/jobs/map-kinds.ts';
import type { JobQueue } from '../../src/jobs/queue.ts';
import { redisBlobs } from '../../src/jobs/redis-blobs.ts';
import type { RedisClient } from '../../src/jobs/redis-client.ts';
import { settingsSchema } from '../../src/settings.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { Place } from '../store/places.ts';
import { postgresPlaces } from '../store/postgres-place.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';
import { type ServiceProcess, startService, until } from '../support/jobs/process.ts';
import { type RedisBench, redisKinds, startBench, temporaryFolder } from '../support/jobs/redis.ts';

const postgres = process.env['LIQMAP_TEST_POSTGRES'];
const stores = postgres === undefined ? ['SQLite'] : ['SQLite', 'PostgreSQL'];

const btc = { venue: 'bybit', symbol: 'BTC/USDT:USDT' } as const;
const timeframes = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;

describe.concurrent.each(stores)(
  'real processes that are killed at their work, with their data in %s',
  (kind) => {
    const newPlace = kind === 'PostgreSQL' ? postgresPlaces(postgres!) : undefined;
    let exchange: LoopbackExchange;
    let folder: string;
    let bench: RedisBench;
    let redis: RedisClient;
    let queue: JobQueue;
    let place: Place;
    let store: Store;
    let services: ServiceProcess[];
    let telling: NodeJS.Timeout;

    beforeAll(async () => {
      exchange = await startLoopbackExchange({ world: smallWorld({ nowMs: Date.now() }), nowMs: Date.now });
    });
    afterAll(() => exchange.close());
    beforeEach(async () => {
      folder = temporaryFolder();
      services = [];
      place = (await newPlace?.()) ?? { path: join(folder, 'data', 'liqmap.db') };
      bench = await startBench(redisKinds.at(-1)!);
      queue = bench.queue({ kinds: jobKinds });
      const connections = bench.connect();
      redis = connections.hasty('test');
      await connections.ready();
      store = await openStore({ ...place, waitMs: 10_000 });
    });
    afterEach(async () => {
      clearInterval(telling);
      await Promise.all(services.map((service) => service.end('SIGKILL')));
      await store.close();
      await bench.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const subscriptions = () => store.subscriptions(alertSettingsSchema);
    const settings = () => store.settings(settingsSchema);
    const alerts = () => store.alerts(alertPayloadSchema);

    async function start(): Promise<ServiceProcess> {
      const service = startService(['--roles', 'collect,compute'], {
        EXCHANGE_API_URL: exchange.url,
        VENUES: 'hyperliquid,bybit',
        SYMBOLS: 'BTC',
        DATA_DIR: join(folder, 'data'),
        REDIS_URL: bench.place.url,
        ...(place.url !== undefined && { DATABASE_URL: place.url }),
      });
      services.push(service);
      await service.line('started', 60_000);
      return service;
    }

    /** Somebody is liquidated every so often. */
    function tellLiquidations(): void {
      let count = 0;
      telling = setInterval(() => {
        count += 1;
        const price = 60_000 + (count % 1_000);
        const liquidatedSide = count % 2 === 0 ? 'long' : 'short';
        const amounts = { price, size: 0.01, usd: 0.01 * price, priceKind: 'bankruptcy' } as const;
        exchange.sockets.pushLiquidations('bybit', 'BTCUSDT', [
          { timeMs: Date.now(), liquidatedSide, ...amounts },
        ]);
      }, 40);
    }

    /** What people have set up and what was sent to them, as another process of the service would write it. */
    async function settle(): Promise<void> {
      const atMs = Date.now();
      for (let i = 0; i < 12; i += 1) {
        const { id } = await subscriptions().create({
          platform: 'discord',
          chatId: `c${i}`,
          // Of clusters that there are none of, so that none is alerted of.
          settings: alertSettingsSchema.parse({ symbols: ['BTC'], minUsd: 1e15 + i }),
        });
        await settings().put({ platform: 'discord', kind: 'user', id: `u${i}` }, { window: '30d' });
        const key = alertKey({ subscriptionId: id, clusterId: 'cluster', arming: 1, stage: 'approach' });
        const alert = { key, subscriptionId: id, symbol: 'BTC', clusterId: 'cluster', stage: 'approach' };
        const payload: AlertPayload = {
          kind: 'approach',
          symbol: 'BTC',
          atMs,
          priceUsd: 60_000,
          text: `near ${i}`,
          silent: false,
          withPicture: false,
          expiresMs: atMs + 86_400_000,
        };
        expect(await alerts().claim({ ...alert, payload })).toBe('claimed');
        if (i % 3 === 0) await alerts().settle(key, { state: 'sent', messageRef: `m${i}` });
      }
    }

    /** Every row there is that must not be lost, each as one text. */
    async function everything(): Promise<ReadonlySet<string>> {
      const range = { fromMs: 0, toMs: Date.now() + 1 };
      const rows: unknown[] = [];
      const subscribed = await subscriptions().list();
      rows.push(...subscribed);
      for (const { id } of subscribed) {
        rows.push(...(await alerts().recent({ subscriptionId: id, sinceMs: 0 })));
      }
      for (let i = 0; i < 12; i += 1) {
        rows.push({
          i,
          ...(await settings().get({ platform: 'discord', kind: 'user', id: `u${i}` })),
        });
      }
      for (const from of ['seen', 'history'] as const) {
        rows.push(...(await store.liquidations.read({ ...btc, from }, range)).rows);
      }
      for (const symbol of [btc, { venue: 'hyperliquid', symbol: 'BTC/USDC:USDC' }]) {
        rows.push(...(await store.funding.read(symbol, range)).rows);
        for (const timeframe of timeframes) {
          for (const price of ['last', 'mark'] as const) {
            rows.push(...(await store.candles.read({ ...symbol, price, timeframe }, range)).rows);
          }
          rows.push(...(await store.openInterest.read({ ...symbol, from: timeframe }, range)).rows);
        }
      }
      return new Set(rows.map((row) => JSON.stringify(row)));
    }

    const seen = async () =>
      (await store.liquidations.read({ ...btc, from: 'seen' }, { fromMs: 0, toMs: Date.now() + 1 })).rows
        .length;
    const mapOf = (symbol: string) => readMap(redisBlobs(redis), `${symbol}/7d`);

    function expectAllOf(before: ReadonlySet<string>, after: ReadonlySet<string>): void {
      expect([...before].filter((row) => !after.has(row))).toEqual([]);
    }

    it('lose no subscription, setting, alert or recorded row, and another does the job', async () => {
      await settle();
      tellLiquidations();
      const first = await start();
      const second = await start();
      await until(async () => (await seen()) > 20, 60_000, 'liquidations recorded');
      await until(async () => (await mapOf('BTC')) !== undefined, 90_000, 'the first map');

      // Only the first can take the job; what it asks of either venue is held back, so that it stays in its middle.
      second.child.kill('SIGSTOP');
      const where = /fundingHistory|funding\/history/;
      let open = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const release = exchange.fault({ where, effect: { kind: 'delay', until: gate } });
      const asked = exchange.requests.length;
      await queue.add(
        makeMapKind,
        { key: 'ETH/7d', request: { symbol: 'ETH', window: '7d' } },
        { key: 'ETH/7d' },
      );
      const isHeldBack = () =>
        exchange.requests.slice(asked).some(({ path, body }) => where.test(`${path} ${body}`));
      await until(isHeldBack, 30_000, 'a job in its middle');
      const before = await everything();
      expect(before.size).toBeGreaterThan(1_000);

      const killedMs = performance.now();
      await first.end('SIGKILL');
      second.child.kill('SIGCONT');
      release();
      open();
      expectAllOf(before, await everything());
      expect(await mapOf('ETH')).toBeUndefined();
      await until(async () => (await mapOf('ETH')) !== undefined, 90_000, 'the map');
      const takenOverMs = performance.now() - killedMs;
      expect(second.lines.map(({ msg }) => msg)).toContain('a job whose worker is gone is given to another');
      console.info(
        `${kind}: the map was there ${Math.round(takenOverMs / 1000)} s after its worker was killed`,
      );
      expectAllOf(before, await everything());

      // The collector's turn: its lease runs out, and the next one goes on.
      const third = await start();
      await second.line('lease taken', 60_000);
      await until(() => leases(second).includes('collect-bybit'), 60_000, 'the lease of bybit taken over');
      const heard = await seen();
      await until(async () => (await seen()) > heard + 20, 30_000, 'liquidations recorded by the second');
      const between = await everything();
      await second.end('SIGKILL');
      await until(
        () => leases(third).includes('collect-bybit'),
        60_000,
        'the lease of bybit taken over again',
      );
      const kept = await seen();
      await until(async () => (await seen()) > kept + 20, 30_000, 'liquidations recorded by the third');

      const after = await everything();
      expectAllOf(before, after);
      expectAllOf(between, after);
      expect(await subscriptions().list()).toHaveLength(12);
      expect(await alerts().unsettled(Date.now() + 60_000)).toHaveLength(8);
      expect(await third.end('SIGTERM')).toBe(0);
      for (const { lines } of services) {
        expect(lines.filter(({ msg }) => String(msg).includes('defect'))).toEqual([]);
      }
    }, 300_000);

    function leases({ lines }: ServiceProcess): readonly unknown[] {
      return lines.filter(({ msg }) => msg === 'lease taken').map(({ lease }) => lease);
    }
  },
);
