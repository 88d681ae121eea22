import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { loadConfig, roles } from '../../src/config.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';
import { crowdOf } from '../support/exchange/venues/hyperliquid-people.ts';
import { until } from '../support/jobs/process.ts';
import { type RedisBench, redisKinds, startBench } from '../support/jobs/redis.ts';

const caller = { platform: 'discord', userId: '1', chatId: '2', mayManage: false } as const;

type MapData = {
  readonly measured?: { readonly venue: string; readonly coverage: number; readonly ageMs: number };
  readonly assumptions: { readonly coverage: { readonly measured?: { readonly positions: number } } };
};

const world = smallWorld({ nowMs: Date.now() });
const crowd = crowdOf(world.markets.hyperliquid);
const addresses = crowd.accounts.map(({ address }) => address.slice(2));

let exchange: LoopbackExchange;
let bench: RedisBench;
let app: App;
let telling: NodeJS.Timeout;

beforeAll(async () => {
  exchange = await startLoopbackExchange({ world, nowMs: Date.now });
  telling = setInterval(() => exchange.sockets.pushWorld(), 500);
  bench = await startBench(redisKinds.at(-1)!);
  const config = {
    ...loadConfig({}),
    exchangeApiUrl: exchange.url,
    venues: ['hyperliquid', 'bybit'] as const,
    symbols: ['BTC'],
    dataFolder: bench.folder,
    redisUrl: bench.place.url,
    httpPort: 0,
  };
  app = startApp({ config, roles, log: bench.log });
});
afterAll(async () => {
  await app.stop();
  clearInterval(telling);
  await bench.close();
  await exchange.close();
  rmSync(bench.folder, { recursive: true, force: true });
});

/** All that the store holds, table by table. */
function stored(): ReadonlyMap<string, string> {
  const database = new Sqlite(join(bench.folder, 'liqmap.db'), { readonly: true });
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all() as {
    name: string;
  }[];
  const texts = tables.map(({ name }) => [
    name,
    JSON.stringify(database.prepare(`select * from ${name}`).all()),
  ]);
  database.close();
  return new Map(texts as [string, string][]);
}

/** All keys and values of Redis, as it keeps them. */
async function shared(): Promise<string> {
  const connections = bench.connect();
  const redis = connections.patient('test');
  const keys = await redis.keys('*');
  const values = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  expect(keys.length).toBeGreaterThan(5);
  return [...keys, ...values.map((value) => value?.toString('latin1') ?? '')].join('\n');
}

const foundIn = (text: string) => addresses.filter((address) => text.toLowerCase().includes(address));

describe('the service, on a venue that shows positions', () => {
  it('draws them on its maps, with coverage and age, and tells nobody whose they are', {
    timeout: 120_000,
  }, async () => {
    const { backend, webUrl } = await app.started;
    const ask = async (command: string) => backend.run(command, { symbol: 'btc', window: '24h' }, caller);
    const seenIn = (reply: { readonly data?: unknown }) => (reply.data as MapData).measured;
    const read = async () => (await fetch(`${webUrl}/metrics`)).text();
    const isSeen = async () => /sweep_positions_total\{[^}]*outcome="seen"\} [1-9]\d\d/.test(await read());
    await until(isSeen, 100_000, 'a hundred positions');

    const map = await ask('liqmap');
    const { venue, coverage, ageMs } = seenIn(map)!;
    expect(venue).toBe('hyperliquid');
    expect(coverage).toBeLessThan(0.7);
    expect(ageMs).toBeLessThan(120_000);
    expect(map.text).toMatch(/measured: \d+ % of hyperliquid's open interest, \d+ (s|min) old/);
    expect((map.data as MapData).assumptions.coverage.measured!.positions).toBeGreaterThan(5);
    const about = await ask('about');
    expect(about.text).toMatch(/Measured: \d+ % of hyperliquid's open interest/);

    const metrics = await read();
    expect(metrics).toMatch(/liqmap_sweep_accounts_total\{venue="hyperliquid",outcome="swept"\} [1-9]/);
    expect(metrics).toMatch(/liqmap_sweep_addresses\{venue="hyperliquid",state="known"\} [1-9]/);

    const tables = stored();
    expect(foundIn(tables.get('sweep_list')!).length).toBeGreaterThan(300);
    expect(tables.get('measured_positions')!.length).toBeGreaterThan(1_000);
    for (const [name, text] of tables)
      if (name !== 'sweep_list') expect([name, foundIn(text)]).toEqual([name, []]);
    expect(foundIn(JSON.stringify(bench.lines))).toEqual([]);
    expect(foundIn(JSON.stringify([map, about]))).toEqual([]);
    expect(foundIn(metrics)).toEqual([]);
    expect(foundIn(await shared())).toEqual([]);
  });
});
