import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { readMap } from '../../src/cached-maps.ts';
import { jobKinds, listMarketsKind, makeMapKind } from '../../src/jobs/map-kinds.ts';
import { JobQueue } from '../../src/jobs/queue.ts';
import { redisBlobs } from '../../src/jobs/redis-blobs.ts';
import { RedisConnections } from '../../src/jobs/redis-client.ts';
import { isAlive } from '../../src/jobs/running-process.ts';
import { openStore } from '../../src/store/store.ts';
import { startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';
import { freePort, type ServiceProcess, startService, until } from '../support/jobs/process.ts';
import { keptLog, redisKinds, temporaryFolder } from '../support/jobs/redis.ts';

/** A place for processes with an exchange and a redis-server of their own. */
async function openPlace() {
  const exchange = await startLoopbackExchange({ world: smallWorld({ nowMs: Date.now() }), nowMs: Date.now });
  const folder = temporaryFolder();
  const port = await freePort();
  const closers: (() => unknown)[] = [];
  const services: ServiceProcess[] = [];
  let redisServer: ChildProcess | undefined;

  const stopRedis = async (): Promise<void> => {
    if (redisServer?.exitCode === null && redisServer.signalCode === null) {
      const exit = once(redisServer, 'exit');
      redisServer.kill('SIGTERM');
      await exit;
    }
    redisServer = undefined;
  };
  return {
    exchange,
    folder,
    shared: { REDIS_URL: `redis://127.0.0.1:${port}` },
    start(args: readonly string[], settings: Readonly<Record<string, string>> = {}): ServiceProcess {
      const service = startService(args, {
        EXCHANGE_API_URL: exchange.url,
        // Few requests, so that a map takes a second or two and not the half minute of the most patient venue.
        VENUES: 'hyperliquid',
        SYMBOLS: 'BTC',
        DATA_DIR: join(folder, 'data'),
        ...settings,
      });
      services.push(service);
      return service;
    },
    async startRedis(): Promise<void> {
      const settings = [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        folder,
        '--appendonly',
        'yes',
      ];
      redisServer = spawn('redis-server', settings, { stdio: 'ignore' });
      await once(redisServer, 'spawn');
    },
    stopRedis,
    async look() {
      const { log } = keptLog();
      const connections = new RedisConnections({ url: `redis://127.0.0.1:${port}`, log });
      const redis = connections.patient('test');
      const queue = new JobQueue({
        connections,
        kinds: jobKinds,
        keep: { completed: 200, failed: 200 },
        log,
      });
      closers.push(
        () => connections.close(),
        () => queue.stop(),
      );
      await connections.ready();
      return { redis, queue };
    },
    /** How many candles are held. */
    async recorded(): Promise<number> {
      const store = await openStore({ path: join(folder, 'data', 'liqmap.db'), waitMs: 5_000 });
      const key = { venue: 'hyperliquid', symbol: 'BTC/USDC:USDC', price: 'last', timeframe: '15m' } as const;
      const { rows } = await store.candles.read(key, { fromMs: 0, toMs: Date.now() });
      await store.close();
      return rows.length;
    },
    /** Of the Redis that a service brings. */
    pidOfRedis: () =>
      (JSON.parse(readFileSync(join(folder, 'data', 'redis', 'child.json'), 'utf8')) as { pid: number }).pid,
    async close() {
      await Promise.all(services.map((service) => service.end('SIGKILL')));
      for (const close of closers.reverse()) await close();
      await stopRedis();
      await exchange.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe.skipIf(!redisKinds.includes('child'))('real processes on a real redis-server', () => {
  const it = test.extend<{ place: Awaited<ReturnType<typeof openPlace>> }>({
    place: async ({ task: _ }, use) => {
      const place = await openPlace();
      await use(place);
      await place.close();
    },
  });

  // These wait most of the time.
  it.concurrent('lets another worker finish the job of one that was killed, and loses no recorded row', async ({
    expect,
    place,
  }) => {
    const { exchange, start, startRedis, look, recorded, shared } = place;
    await startRedis();
    const { redis } = await look();
    const first = start(['--roles', 'compute'], shared);
    await first.line('started', 90_000);
    // Candles are recorded one market after another; the second price is held back, so the job is in its middle.
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const release = exchange.fault({ where: /fundingHistory/, effect: { kind: 'delay', until: gate } });
    await until(async () => (await redis.llen('liqmap:compute:active')) > 0, 20_000, 'a job under way');
    await until(async () => (await recorded()) > 0, 20_000, 'candles recorded');
    const rows = await recorded();
    const second = start(['--roles', 'compute'], shared);
    await second.line('started', 90_000);
    await first.end('SIGKILL');
    release();
    open();
    await until(async () => (await readMap(redisBlobs(redis), 'BTC/7d')) !== undefined, 60_000, 'the map');
    expect(second.lines.map(({ msg }) => msg)).toContain('a job whose worker is gone is given to another');
    expect(await recorded()).toBeGreaterThanOrEqual(rows);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it.concurrent('waits for Redis at the start and in the middle, and rebuilds what was deleted', async ({
    expect,
    place,
  }) => {
    const { start, startRedis, stopRedis, look, shared } = place;
    const service = start([], shared);
    await service.line('Redis is away', 90_000);
    expect(service.child.exitCode).toBeNull();
    await startRedis();
    const { web } = await service.line('started', 90_000);
    const { redis } = await look();
    const map = async () => (await readMap(redisBlobs(redis), 'BTC/7d')) !== undefined;
    await until(map, 30_000, 'the map');

    await redis.flushall();
    await until(map, 40_000, 'the map again after everything was deleted');

    const lines = service.lines.length;
    await stopRedis();
    await until(
      () => service.lines.slice(lines).some(({ msg }) => String(msg).startsWith('Redis is away')),
      10_000,
      'word that Redis is away',
    );
    expect((await fetch(`${String(web)}/healthz`)).status).toBe(503);
    await startRedis();
    await until(async () => (await fetch(`${String(web)}/healthz`)).ok, 20_000, 'health');
    await redis.del('liqmap:blob:map:3:BTC/7d');
    const { queue } = await look();
    await queue.request(
      makeMapKind,
      'BTC/7d',
      { key: 'BTC/7d', request: { symbol: 'BTC', window: '7d' } },
      30_000,
    );
    expect(await map()).toBe(true);

    await stopRedis();
    expect(await service.end('SIGTERM')).toBe(0);
    expect(service.lines.filter(({ msg }) => String(msg).includes('defect'))).toEqual([]);
  });

  it.concurrent('stops at once when told during the start, and twice', async ({ expect, place }) => {
    const { start, shared } = place;
    const service = start([], shared);
    await service.line('Redis is away', 90_000);
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it.concurrent('refuses two machines that keep their data each for itself', async ({ expect, place }) => {
    const { start, startRedis, folder, shared } = place;
    await startRedis();
    await start(['--roles', 'compute'], shared).line('started', 90_000);
    const other = start(['--roles', 'web'], { ...shared, DATA_DIR: join(folder, 'elsewhere') });
    await once(other.child, 'exit');
    expect(other.child.exitCode).toBe(2);
    expect(other.lines.map(({ msg }) => msg).join('\n')).toContain('DATABASE_URL');
  });

  it('does scheduled work once with two computes, and once again after one is killed', async ({
    expect,
    place,
  }) => {
    const { start, startRedis, look, shared } = place;
    await startRedis();
    const { redis, queue } = await look();
    const [first, second] = [start(['--roles', 'compute'], shared), start(['--roles', 'compute'], shared)];
    await Promise.all([first.line('started'), second.line('started')]);
    const done = async () => {
      const ids = await redis.zrange('liqmap:compute:completed', 0, -1);
      return ids.filter((id) => id.includes('list-markets/test')).length;
    };
    const startMs = Date.now();
    await queue.schedule(listMarketsKind, 'test', 500, {});
    await until(async () => (await done()) >= 6, 20_000, 'six times');
    await first.end('SIGKILL');
    await until(async () => (await done()) >= 10, 40_000, 'ten times');
    await queue.unschedule(listMarketsKind, 'test');
    expect(await done()).toBeLessThanOrEqual((Date.now() - startMs) / 500 + 2);
  });

  it('starts its own Redis again when that dies, and takes it along when it is killed itself', async ({
    place,
  }) => {
    const { start, pidOfRedis } = place;
    const first = start([]);
    const { web } = await first.line('started');
    const pid = pidOfRedis();
    process.kill(pid, 'SIGKILL');
    await first.line('it is started again');
    await until(() => pidOfRedis() !== pid, 10_000, 'a new Redis');
    await until(async () => (await fetch(`${String(web)}/healthz`)).ok, 20_000, 'health');

    const orphan = pidOfRedis();
    await first.end('SIGKILL');
    await until(() => !isAlive(orphan), 10_000, 'the end of a Redis without its parent');
  });

  it('stops a Redis left over by one that was killed where nothing ties the two together', async ({
    expect,
    place,
  }) => {
    const { start, pidOfRedis, folder } = place;
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    symlinkSync(
      execFileSync('which', ['redis-server'], { encoding: 'utf8' }).trim(),
      join(bin, 'redis-server'),
    );
    const first = start([], { PATH: bin });
    await first.line('started');
    const leftOver = pidOfRedis();
    await first.end('SIGKILL');
    expect(isAlive(leftOver)).toBe(true);
    const second = start([]);
    await second.line('started');
    expect(isAlive(leftOver)).toBe(false);
    const own = pidOfRedis();
    expect(await second.end('SIGTERM')).toBe(0);
    expect(isAlive(own)).toBe(false);
  });
});
