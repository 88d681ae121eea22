import { closeSync, cpSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'libsql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readMap } from '../../src/cached-maps.ts';
import { jobKinds, makeMapKind } from '../../src/jobs/map-kinds.ts';
import type { JobQueue } from '../../src/jobs/queue.ts';
import { redisBlobs } from '../../src/jobs/redis-blobs.ts';
import type { RedisClient } from '../../src/jobs/redis-client.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';
import { type ServiceProcess, startService, until } from '../support/jobs/process.ts';
import { type RedisBench, redisKinds, startBench, temporaryFolder } from '../support/jobs/redis.ts';
import { canMount, mountSmallDisk, type SmallDisk } from '../support/jobs/small-disk.ts';

type Health = { readonly parts: Record<string, { readonly ok: boolean; readonly detail: string }> };

describe.skipIf(!canMount())('a service whose disk is full', () => {
  let exchange: LoopbackExchange;
  let folder: string;
  let disk: SmallDisk;
  let bench: RedisBench;
  let queue: JobQueue;
  let redis: RedisClient;
  let service: ServiceProcess;

  beforeAll(async () => {
    exchange = await startLoopbackExchange({ world: smallWorld({ nowMs: Date.now() }), nowMs: Date.now });
  });
  afterAll(() => exchange.close());
  beforeEach(async () => {
    folder = temporaryFolder();
    disk = await mountSmallDisk(join(folder, 'disk'), 12);
    bench = await startBench('in-process');
    queue = bench.queue({ kinds: jobKinds });
    const connections = bench.connect();
    redis = connections.hasty('test');
    await connections.ready();
  });
  afterEach(async () => {
    await service.end('SIGKILL');
    await bench.close();
    await disk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(more: Readonly<Record<string, string>> = {}): ServiceProcess {
    const settings = {
      EXCHANGE_API_URL: exchange.url,
      // Few requests, so that a map takes a second or two.
      VENUES: 'hyperliquid',
      SYMBOLS: '',
      DATA_DIR: join(folder, 'disk', 'data'),
      REDIS_URL: bench.place.url,
      ...more,
    };
    service = startService([], settings, disk.prefix);
    return service;
  }

  async function makeMap(symbol: string, window: '24h' | '7d' | '30d' = '7d') {
    const key = `${symbol}/${window}`;
    await queue.request(makeMapKind, key, { key, request: { symbol, window } }, 60_000);
    return readMap(redisBlobs(redis), key);
  }

  async function health(web: unknown): Promise<Health> {
    return (await (await fetch(`${String(web)}/healthz`)).json()) as Health;
  }

  const sql = async (web: unknown) => (await health(web)).parts['sql']!;

  const filler = () => join(disk.outside, 'filler');

  /** Takes what room there is, to the last block, while the service goes on writing. */
  function fill(): void {
    const file = openSync(filler(), 'a');
    try {
      for (;;) writeSync(file, Buffer.alloc(4_096));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    } finally {
      closeSync(file);
    }
  }

  it('raises the alarm, makes maps all the same, keeps its file whole, and goes on when there is room', async () => {
    const { web } = await start().line('started');
    await makeMap('BTC');
    expect(await sql(web)).toMatchObject({ ok: true });
    fill();
    // The room that its log has taken already is used up first.
    const hasAlarm = () => service.lines.some(({ trouble }) => trouble === 'full');
    for (const symbol of ['ETH', 'SOL', 'PEPE']) {
      for (const window of ['7d', '24h', '30d'] as const) {
        const made = await makeMap(symbol, window);
        expect(made?.map.symbol).toBe(symbol);
      }
    }
    expect(hasAlarm()).toBe(true);
    const alarm = await service.line('the store cannot keep what it is given');
    expect(alarm).toMatchObject({ level: 'error', trouble: 'full' });
    expect(String(alarm['reason'])).toContain('make room');
    const unwell = await sql(web);
    expect(unwell.ok).toBe(false);
    expect(unwell.detail).toContain('the disk is full');
    expect((await fetch(`${String(web)}/healthz`)).status).toBe(503);

    rmSync(filler());
    await until(
      async () => {
        await makeMap('SOL');
        return service.lines.some(({ msg }) => msg === 'market data are recorded again');
      },
      30_000,
      'rows recorded again',
    );
    expect(await service.end('SIGTERM')).toBe(0);
    expect(service.lines.filter(({ msg }) => String(msg).includes('defect'))).toEqual([]);

    // libsql cannot open it by this way in.
    cpSync(join(disk.outside, 'data'), join(folder, 'copy'), { recursive: true });
    const file = new Sqlite(join(folder, 'copy', 'liqmap.db'));
    const verdict = file.pragma('integrity_check') as { integrity_check: string }[];
    file.close();
    expect(verdict.map((row) => row.integrity_check)).toEqual(['ok']);
    expect((await restarted()).exitCode).toBe(0);
  }, 240_000);

  it.skipIf(!redisKinds.includes('child'))(
    'tells when its own Redis can write nothing, and goes on when there is room',
    async () => {
      const { web } = await start({ REDIS_URL: '', SYMBOLS: 'BTC' }).line('started');
      const redisPart = async () => (await health(web)).parts['redis']!;
      await until(async () => (await redisPart()).ok, 10_000, 'health');
      fill();
      await until(async () => !(await redisPart()).ok, 60_000, 'word that Redis takes nothing');
      expect((await redisPart()).detail).toMatch(/MISCONF|No space/i);
      expect(service.child.exitCode).toBeNull();
      rmSync(filler());
      await until(async () => (await redisPart()).ok, 60_000, 'health again');
      expect(await service.end('SIGTERM')).toBe(0);
      expect(service.lines.filter(({ msg }) => String(msg).includes('defect'))).toEqual([]);
    },
  );

  /** Starts once more on the same file, and stops. */
  async function restarted(): Promise<{ readonly exitCode: number | null }> {
    await start().line('started');
    return { exitCode: await service.end('SIGTERM') };
  }
});
