import { rmSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../commands/command.ts';
import type { ChatFactory } from '../../src/app/chats.ts';
import { type App, type AppOptions, startApp } from '../../src/app.ts';
import type { ChatAdapter } from '../../src/chat/adapter.ts';
import { type Config, loadConfig, roles } from '../../src/config.ts';
import { UserError } from '../../src/errors.ts';
import { createSimulatedSources, type SimulatedMarket } from '../../src/market/simulated/market.ts';
import type { MarketSource } from '../../src/market/source.ts';
import { postgresPlaces } from '../store/postgres-place.ts';
import { keptLog, type LogLine, temporaryFolder } from '../support/jobs/redis.ts';
import { readPrometheus } from '../support/prometheus.ts';

const caller: Caller = { platform: 'discord', userId: '1', chatId: '2', mayManage: false };
const endMs = Date.UTC(2026, 0, 31, 12);

/** Where the store is: PostgreSQL only where `LIQMAP_TEST_POSTGRES` names one. */
const postgres = process.env['LIQMAP_TEST_POSTGRES'];
const stores = postgres === undefined ? ['SQLite'] : ['SQLite', 'PostgreSQL'];

describe.each(stores)('the service in one process, with its data in %s', (kind) => {
  const newPlace = kind === 'PostgreSQL' ? postgresPlaces(postgres!) : async () => ({});

  let market: SimulatedMarket;
  let folder: string;
  let lines: LogLine[];
  let apps: App[];
  let asked: string[];
  let databaseUrl: string | undefined;

  beforeAll(() => {
    market = createSimulatedSources({ seed: 3, startMs: endMs - 8 * 86_400_000, endMs, warmUpDays: 2 });
  });
  beforeEach(async () => {
    databaseUrl = ((await newPlace()) as { readonly url?: string }).url;
    folder = temporaryFolder();
    apps = [];
    asked = [];
  });
  afterEach(async () => {
    await Promise.allSettled(apps.map((app) => app.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  function start(config: Partial<Config> = {}, more: Partial<AppOptions> = {}): App {
    const { log, lines: kept } = keptLog();
    lines = kept;
    const app = startApp({
      config: {
        ...loadConfig({}),
        dataFolder: folder,
        httpPort: 0,
        symbols: ['BTC'],
        ...(databaseUrl !== undefined && { databaseUrl }),
        ...config,
      },
      roles,
      log,
      sources: market.sources.map((source) => countCandles(source, asked)),
      nowMs: () => market.nowMs(),
      onlyInProcessRedis: true,
      ...more,
    });
    apps.push(app);
    return app;
  }

  it('answers a command with a map and its picture, and tells how it does', async () => {
    const { backend, webUrl } = await start().started;
    const reply = await backend.run('liqmap', { symbol: 'eth' }, caller);
    expect(reply.text).toContain('ETH');
    const png = await reply.picture!.draw();
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const again = await backend.run('liqmap', { symbol: '$ETH' }, caller);
    expect(again.data).toEqual(reply.data);
    expect(await again.picture!.draw()).toEqual(png);

    const health = await fetch(`${webUrl}/healthz`);
    expect(health.status).toBe(200);
    const { parts } = (await health.json()) as { parts: Record<string, { detail: string }> };
    expect(parts['redis']?.detail).toBe('connected');
    expect(parts['sql']?.detail).toContain(kind);
    expect(parts['venues']?.detail).toContain('sim-alpha');
    const metrics = await (await fetch(`${webUrl}/metrics`)).text();
    expect(metrics).toMatch(/liqmap_cache_requests_total\{cache="maps",found="memory"\} [1-9]/);
    expect(metrics).toMatch(/liqmap_cache_requests_total\{cache="pictures",found="memory"\} 1/);
    expect(metrics).toMatch(/liqmap_folds_total\{venue="[^"]*sim-alpha[^"]*",began="anew"\} [1-9]/);
    expect(metrics).toMatch(/liqmap_venue_data_age_seconds\{venue="sim-alpha"\} \d/);
    expect(metrics).toMatch(
      /liqmap_job_seconds_count\{queue="render",kind="draw-picture",outcome="done"\} 1/,
    );
  });

  it('makes one map for a hundred who ask at once', async () => {
    const { backend } = await start({ symbols: [] }).started;
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        backend.run('liqmap', { symbol: ['eth', 'ETH', 'eth '][i % 3] }, caller),
      ),
    );
    expect(new Set(replies.map(({ data }) => (data as { timeMs: number }).timeMs)).size).toBe(1);
    expect(new Set(asked.filter((line) => line.includes('15m last'))).size).toBeGreaterThan(0);
    expect(asked.length).toBe(new Set(asked).size);
  });

  it('keeps the maps of the configuration ready before anybody asks', async () => {
    const { backend } = await start().started;
    await until(() => asked.some((line) => line.includes('BTC')));
    const before = asked.length;
    await backend.run('liqmap', { symbol: 'btc' }, caller);
    expect(asked.length - before).toBeLessThan(10);
  });

  it('says what is wrong with a request, in words', async () => {
    const { backend } = await start().started;
    await expect(backend.run('liqmap', { symbol: 'ehh' }, caller)).rejects.toThrow(UserError);
    await expect(backend.run('liqmap', { symbol: 'ehh' }, caller)).rejects.toThrow(/Did you mean ETH/);
    await expect(backend.run('nonsense', {}, caller)).rejects.toThrow(/no command "nonsense"/);
    expect(await backend.suggestSymbols('e')).toEqual(['ETH']);
  });

  it('refuses part of the roles without a Redis to share, and says why', async () => {
    const app = start({}, { roles: ['compute'] });
    await expect(app.started).rejects.toThrow(/REDIS_URL/);
    await expect(app.started).rejects.toThrow(UserError);
  });

  it('refuses a second start on the same folder', async () => {
    await start().started;
    await expect(start().started).rejects.toThrow(/already runs on/);
  });

  it('starts again in the folder after a stop, and stops twice', async () => {
    const first = start();
    await first.started;
    expect(first.stop()).toBe(first.stop());
    await first.stop();
    await start().started;
  });

  it('can be stopped at any moment of the start', async () => {
    for (const pauseMs of [0, 1, 5, 20, 60, 150]) {
      const app = start();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      await app.stop();
      await app.started.catch(() => undefined);
    }
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    await start().started;
  });

  it('starts chats of its roles with what they need, and stops them first', async () => {
    const seen: string[] = [];
    const chat = (name: ChatAdapter['name']) => ({
      name,
      make: (): ReturnType<ChatFactory['make']> => ({
        name,
        start: async () => void seen.push(`${name} started`),
        stop: async () => void seen.push(`${name} stopped`),
        health: () => ({ ok: true, detail: 'connected' }),
        counts: name === 'discord' ? { sent: 3, failed: 1 } : { done: 4, dead: 2, flood: 9 },
      }),
    });
    const app = start({}, { chats: [chat('discord'), chat('telegram')] });
    const { webUrl } = await app.started;
    await until(() => seen.length === 2);
    expect(await (await fetch(`${webUrl}/healthz`)).json()).toMatchObject({
      parts: { discord: { ok: true, detail: 'connected' } },
    });
    const families = readPrometheus(await (await fetch(`${webUrl}/metrics`)).text());
    expect([...families.keys()]).toEqual(
      expect.arrayContaining([
        'liqmap_job_seconds',
        'liqmap_job_wait_seconds',
        'liqmap_queue_jobs',
        'liqmap_venue_data_age_seconds',
        'liqmap_cache_requests_total',
        'liqmap_deliveries_total',
        'liqmap_rate_limit_wait_seconds',
        'liqmap_nodejs_eventloop_lag_seconds',
      ]),
    );
    const { type, samples } = families.get('liqmap_deliveries_total')!;
    expect(type).toBe('counter');
    const delivered = samples.map(
      ({ labels, value }) => `${labels['platform']} ${labels['outcome']} ${value}`,
    );
    expect(delivered).toEqual(
      expect.arrayContaining(['discord sent 3', 'discord refused 1', 'telegram sent 4']),
    );
    expect(delivered).toContain('telegram dead 2');
    const queues = families.get('liqmap_queue_jobs')!.samples;
    expect(new Set(queues.map(({ labels }) => labels['queue']))).toContain('compute');
    await app.stop();
    expect(seen.sort()).toEqual([
      'discord started',
      'discord stopped',
      'telegram started',
      'telegram stopped',
    ]);
  });

  it('is not taken down by a chat that cannot start', async () => {
    const broken = {
      name: 'discord' as const,
      make: (): ChatAdapter => ({
        name: 'discord',
        start: () => Promise.reject(new UserError('DISCORD_TOKEN is refused')),
        stop: () => Promise.resolve(),
        health: () => ({ ok: false, detail: 'refused' }),
      }),
    };
    const { backend } = await start({}, { chats: [broken] }).started;
    await until(() => lines.some(({ msg }) => msg === 'a chat platform cannot be used'));
    await expect(backend.run('liqmap', { symbol: 'btc' }, caller)).resolves.toBeDefined();
  });
});

function countCandles(source: MarketSource, asked: string[]): MarketSource {
  return new Proxy(source, {
    get(target, name: keyof MarketSource) {
      if (name !== 'candles') return target[name];
      return (...[market, query]: Parameters<MarketSource['candles']>) => {
        asked.push(`${market.venue} ${market.symbol} ${query.timeframe} ${query.price} ${query.fromMs}`);
        return target.candles(market, query);
      };
    },
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 20) {
    if (waitedMs > 20_000) throw new Error('it did not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
