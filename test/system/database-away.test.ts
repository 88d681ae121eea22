import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { jobKinds, makeMapKind } from '../../src/jobs/map-kinds.ts';
import { openStore } from '../../src/store/store.ts';
import { postgresPlaces } from '../store/postgres-place.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';
import { startService, until } from '../support/jobs/process.ts';
import { startBench, temporaryFolder } from '../support/jobs/redis.ts';
import { startRelay } from '../support/jobs/relay.ts';

/** Set it to the address of a database whose user may create schemas; without it these tests are skipped. */
const postgres = process.env['LIQMAP_TEST_POSTGRES'];
const why = postgres === undefined ? ' (skipped: LIQMAP_TEST_POSTGRES names no database)' : '';

type Health = { readonly ok: boolean; readonly parts: Record<string, { ok: boolean; detail: string }> };

/** A service on its way to a database, that can be shut. */
async function openAway({
  direct,
  exchange,
}: {
  readonly direct: string;
  readonly exchange: LoopbackExchange;
}) {
  const folder = temporaryFolder();
  const bench = await startBench('in-process');
  const queue = bench.queue({ kinds: jobKinds });
  const url = new URL(direct);
  const relay = await startRelay({ host: url.hostname, port: Number(url.port || 5432) });
  url.port = String(relay.port);
  const start = () =>
    startService([], {
      EXCHANGE_API_URL: exchange.url,
      // Few requests, so that a map takes a second or two.
      VENUES: 'hyperliquid',
      SYMBOLS: 'SOL',
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: url.href,
      REDIS_URL: bench.place.url,
      HTTP_PORT: '0',
    });
  let service: ReturnType<typeof start> | undefined;
  return {
    relay,
    start() {
      service = start();
      return service;
    },
    async health(web: unknown): Promise<Health> {
      return (await (await fetch(`${String(web)}/healthz`)).json()) as Health;
    },
    /** Has a map made by the service, of whose market candles are recorded. */
    async makeMap(symbol: string): Promise<void> {
      const key = `${symbol}/24h`;
      await queue.request(makeMapKind, key, { key, request: { symbol, window: '24h' } }, 60_000);
    },
    /** How many candles are held, asked past the relay. */
    async recorded(coin: string): Promise<number> {
      const store = await openStore({ url: direct, waitMs: 5_000 });
      const key = { venue: 'hyperliquid', symbol: `${coin}/USDC:USDC`, price: 'last' } as const;
      const held = await Promise.all(
        (['1m', '5m', '15m', '1h'] as const).map((timeframe) =>
          store.candles.read({ ...key, timeframe }, { fromMs: 0, toMs: Date.now() }),
        ),
      );
      await store.close();
      return held.reduce((sum, { rows }) => sum + rows.length, 0);
    },
    said: (text: string) => service!.lines.filter(({ msg }) => String(msg).includes(text)),
    async close() {
      await service?.end('SIGKILL');
      await relay.close();
      await bench.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe.skipIf(postgres === undefined)(`a service whose PostgreSQL goes away${why}`, () => {
  const newPlace = postgresPlaces(postgres ?? '');
  let exchange: LoopbackExchange;

  beforeAll(async () => {
    exchange = await startLoopbackExchange({ world: smallWorld({ nowMs: Date.now() }), nowMs: Date.now });
  });
  afterAll(() => exchange.close());

  /** All at once: most of the time goes by in waiting for what does not answer. */
  const it = test.extend<{ away: Awaited<ReturnType<typeof openAway>> }>({
    away: async ({ task: _ }, use) => {
      const away = await openAway({ direct: (await newPlace()).url, exchange });
      await use(away);
      await away.close();
    },
  }).concurrent;

  it('waits at the start with a clear word, and starts when it is there', async ({ expect, away }) => {
    const { relay, start, health, said } = away;
    relay.cut();
    const service = start();
    const { msg } = await service.line('waiting for the store: PostgreSQL at 127.0.0.1', 90_000);
    expect(msg).toContain('look whether it runs');
    expect(service.child.exitCode).toBeNull();
    relay.open();
    const { web } = await service.line('started', 90_000);
    await until(async () => (await health(web)).parts['sql']?.ok === true, 10_000, 'health');
    expect(await service.end('SIGTERM')).toBe(0);
    expect(said('defect')).toEqual([]);
  });

  it('stops at once when told while it waits', async ({ expect, away }) => {
    const { relay, start, said } = away;
    relay.cut();
    const service = start();
    await service.line('waiting for the store', 90_000);
    expect(await service.end('SIGTERM')).toBe(0);
    expect(said('defect')).toEqual([]);
  });

  it.for([
    ['refuses', 'cut'],
    ['swallows', 'hold'],
  ] as const)(
    'makes maps while the network %s everything for a while, and records again after it',
    { timeout: 240_000 },
    async ([, how], { expect, away }) => {
      const { relay, start, health, makeMap, recorded, said } = away;
      const service = start();
      const { web } = await service.line('started', 90_000);
      await makeMap('BTC');
      const rows = await recorded('BTC');
      expect(rows).toBeGreaterThan(0);
      relay[how]();
      await until(async () => !(await health(web)).parts['sql']!.ok, 10_000, 'the alarm');
      expect((await fetch(`${String(web)}/healthz`)).status).toBe(503);
      await makeMap('ETH');
      await service.line('market data are not recorded');
      await makeMap('PEPE');
      expect(service.child.exitCode).toBeNull();
      relay.open();
      await until(async () => (await health(web)).parts['sql']!.ok, 60_000, 'health');
      await until(
        async () => {
          await makeMap('ETH');
          return (await recorded('ETH')) > 0;
        },
        60_000,
        'candles recorded',
      );
      expect(await recorded('BTC')).toBeGreaterThanOrEqual(rows);
      expect(said('market data are recorded again').length).toBeGreaterThan(0);
      expect(await service.end('SIGTERM')).toBe(0);
      expect(said('defect')).toEqual([]);
    },
  );
});
