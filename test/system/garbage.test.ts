import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { loadConfig, roles } from '../../src/config.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';
import { until } from '../support/jobs/process.ts';
import { keptLog, type LogLine, temporaryFolder } from '../support/jobs/redis.ts';

const caller = { platform: 'discord', userId: '1', chatId: '2', mayManage: false } as const;

type Status = { readonly venue: string; readonly included: boolean; readonly note?: string };

let exchange: LoopbackExchange;
let folder: string;
let lines: LogLine[];
let app: App;
let telling: NodeJS.Timeout;

beforeEach(async () => {
  exchange = await startLoopbackExchange({ world: smallWorld({ nowMs: Date.now() }), nowMs: Date.now });
  telling = setInterval(() => exchange.sockets.pushWorld(), 500);
  folder = temporaryFolder();
  const kept = keptLog();
  lines = kept.lines;
  const config = {
    ...loadConfig({}),
    exchangeApiUrl: exchange.url,
    venues: ['hyperliquid', 'okx'] as const,
    symbols: ['BTC'],
    dataFolder: folder,
    httpPort: 0,
  };
  app = startApp({ config, roles, log: kept.log, onlyInProcessRedis: true });
});
afterEach(async () => {
  await app.stop();
  clearInterval(telling);
  await exchange.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a venue that sends garbage is refused, counted and named, and the others go on', async () => {
  const host = 'www.okx.com';
  exchange.fault({ host, where: /market|mark-price|open-interest/, effect: { kind: 'absurd', how: 'huge' } });
  const { backend, webUrl } = await app.started;
  const read = async (path: string) => (await fetch(`${webUrl}${path}`)).text();
  const ask = async () =>
    (await backend.run('liqmap', { symbol: 'btc' }, caller)).data as { readonly venues: readonly Status[] };
  const named = ({ venue, included, note }: Status) =>
    venue === 'okx' && !included && /implausible|jumps|contradict/.test(note ?? '');
  await until(async () => (await ask()).venues.some(named), 60_000, 'the map names it');
  expect((await ask()).venues.some(({ venue, included }) => venue === 'hyperliquid' && included)).toBe(true);

  await until(
    async () =>
      /liqmap_venue_answers_total\{venue="okx",outcome="bad-answer"\} [1-9]/.test(await read('/metrics')),
    60_000,
    'answers refused and counted',
  );
  expect(await read('/metrics')).toMatch(
    /liqmap_venue_answers_total\{venue="hyperliquid",outcome="good"\} [1-9]/,
  );
  expect(await read('/metrics')).not.toMatch(/\{venue="hyperliquid",outcome="bad-answer"\}/);
  await until(
    async () => {
      for (const text of ['{', '{"arg":{"channel":"mark-price"},"data":[{"markPx":"-1"}]}']) {
        exchange.sockets.garbage(text, 'ws.okx.com');
      }
      return /liqmap_stream_refused_total\{venue="okx",part="prices"\} [1-9]/.test(await read('/metrics'));
    },
    20_000,
    'messages refused and counted',
  );
  expect(JSON.parse(await read('/healthz')).parts.collect.detail).toMatch(/okx: .*messages refused/);
  expect(lines.filter(({ msg }) => String(msg).includes('defect'))).toEqual([]);
});
