import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../commands/command.ts';
import { type App, startApp } from '../../src/app.ts';
import { loadConfig, roles } from '../../src/config.ts';
import { createSimulatedSources, type SimulatedMarket } from '../../src/market/simulated/market.ts';
import { until } from '../support/jobs/process.ts';
import {
  keptLog,
  type LogLine,
  type RedisBench,
  startBench,
  temporaryFolder,
} from '../support/jobs/redis.ts';
import { type Relay, startRelay } from '../support/jobs/relay.ts';

const caller: Caller = { platform: 'discord', userId: '1', chatId: '2', mayManage: false };
const endMs = Date.UTC(2026, 0, 31, 12);

describe('a service whose Redis goes away in the middle', () => {
  let market: SimulatedMarket;
  let laterMs: number;
  let folder: string;
  let bench: RedisBench;
  let relay: Relay;
  let app: App;
  let lines: LogLine[];

  beforeEach(async () => {
    market = createSimulatedSources({ seed: 3, startMs: endMs - 8 * 86_400_000, endMs, warmUpDays: 2 });
    laterMs = 0;
    folder = temporaryFolder();
    bench = await startBench('in-process');
    const url = new URL(bench.place.url);
    relay = await startRelay({ host: url.hostname, port: Number(url.port) });
    url.port = String(relay.port);
    const kept = keptLog();
    lines = kept.lines;
    app = startApp({
      config: { ...loadConfig({}), dataFolder: folder, httpPort: 0, symbols: ['BTC'], redisUrl: url.href },
      roles,
      log: kept.log,
      sources: market.sources,
      nowMs: () => market.nowMs() + laterMs,
    });
  });
  afterEach(async () => {
    await app.stop();
    await relay.close();
    await bench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['refuses', 'cut'],
    ['swallows', 'hold'],
  ] as const)(
    'answers from memory while the network %s everything, and by itself after it',
    async (_, how) => {
      const { backend, webUrl } = await app.started;
      const ask = async (symbol: string) =>
        (await backend.run('liqmap', { symbol }, caller)).data as { readonly timeMs: number };
      const health = async () => (await fetch(`${webUrl}/healthz`)).status;
      const first = await ask('eth');
      await until(async () => (await health()) === 200, 10_000, 'health');

      relay[how]();
      await until(async () => (await health()) === 503, 10_000, 'word that it is away');
      const askedMs = performance.now();
      expect(await ask('eth')).toEqual(first);
      laterMs = 5 * 60_000;
      expect((await ask('eth')).timeMs).toBe(first.timeMs);
      expect(performance.now() - askedMs).toBeLessThan(15_000);
      laterMs = 40 * 60_000;
      await expect(ask('eth')).rejects.toThrow('No fresh map can be made right now');

      laterMs = 0;

      relay.open();
      await until(async () => (await health()) === 200, 20_000, 'health again');
      expect((await ask('sol')).timeMs).toBeGreaterThan(0);
      expect(lines.filter(({ level, msg }) => level === 'error' && !String(msg).includes('alert'))).toEqual(
        [],
      );
    },
  );
});
