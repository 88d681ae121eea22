import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AlertPayload, alertPayloadSchema } from '../src/alerts/payload.ts';
import type { AlertSettings } from '../src/alerts/settings.ts';
import type { AlertSheet } from '../src/alerts/sheet.ts';
import { RedisPriceTicks } from '../src/jobs/price-ticks.ts';
import { RedisAlertSheets, readAlertsStatus } from '../src/jobs/redis-alert-sheets.ts';
import type { Destination, Subscription } from '../src/store/subscriptions.ts';
import { AlertStage } from '../test/support/alert-stage.ts';
import { until } from '../test/support/jobs/process.ts';
import { keptLog, redisKinds } from '../test/support/jobs/redis.ts';
import { said } from './bot-process.ts';
import { type BenchResult, percentiles } from './measure.ts';
import type { TickServiceStart } from './tick-service.ts';

type Platform = TickServiceStart['platform'];

const crowd = 1_000;
/** A destination takes three new alerts in ten minutes, so that one alone is measured with several others, one after the other. */
const alone = 40;
const patienceMs = 300_000;
/** What the platforms allow: a bot of Telegram 30 a second, of Discord 50; we keep below, and leave room for answers. */
const limits: Readonly<Record<Platform, number>> = { discord: 40, telegram: 25 };
const posts = /\/channels\/(\d+)\/messages$/;

/**
 * From a price to the message at the platform's door: tick over Redis, engine, ledger in SQL, queue, delivery. The service
 * is a process of its own; the platform, the prices and the measuring are this one.
 */
export async function benchAlertDelivery(): Promise<BenchResult> {
  const findings: string[] = [];
  for (const platform of ['discord', 'telegram'] as const) findings.push(...(await delivery(platform)));
  return { timings: [], findings };
}

async function delivery(platform: Platform): Promise<string[]> {
  const stage = await AlertStage.open(redisKinds.at(-1));
  const market = new BenchMarket(stage);
  const service = await startService({ settings: stage.settings(), platform });
  try {
    const all = destinations(stage, platform);
    const places = all.slice(0, crowd);
    const singles = await Promise.all(all.slice(crowd).map((to, i) => subscribed(stage, to, `ONE${i}`)));
    await Promise.all(places.map((to) => subscribed(stage, to, 'ALL')));
    const symbols = [...singles.map(({ settings }) => settings.symbols[0]!), 'ALL'];
    await market.open(symbols);
    const single: number[] = [];
    for (const { chatId, settings } of singles) {
      single.push(...(await market.fall(settings.symbols[0]!, [chatId], platform)).latencies);
    }
    // What has been sent must not count against the limits of what follows.
    await sleep(2_000);
    const ids = places.map(({ chatId }) => chatId);
    const { latencies, claimedMs } = await market.fall('ALL', ids, platform);
    const seconds = Math.max(...latencies) / 1000;
    const limit = limits[platform];
    return [
      `${platform}, one destination: ${percentiles(single)} from the tick to the platform`,
      `${platform}, ${crowd} destinations of one tick: ${percentiles(latencies)}; ${(crowd / seconds).toFixed(1)} messages a second of the ${limit} we allow ourselves (${crowd / limit} s); all in the ledger after ${(claimedMs / 1000).toFixed(1)} s`,
    ];
  } finally {
    market.close();
    service.kill('SIGKILL');
    await stage.close();
  }
}

async function startService(start: TickServiceStart): Promise<ChildProcess> {
  const file = fileURLToPath(new URL('./tick-service.ts', import.meta.url));
  const service = fork(file, [], { execArgv: ['--import', 'tsx'] });
  service.send(start);
  await said(service, 'started');
  return service;
}

function destinations(stage: AlertStage, platform: Platform): readonly Destination[] {
  const names = Array.from({ length: crowd + alone }, (_, i) => `place-${i}`);
  if (platform === 'telegram') {
    const chats = names.map((name) => stage.telegram.privateChat(stage.telegram.addUser(name)));
    return chats.map(({ id }) => ({ platform, chatId: `${id}` }));
  }
  const server = stage.discord.addServer('many channels', { channels: names });
  return server.channels.map(({ id }) => ({ platform, communityId: server.id, chatId: id }));
}

/** As if it had had an alert just now: the next one comes without a picture, the drawing of which is measured elsewhere. */
async function subscribed(
  stage: AlertStage,
  to: Destination,
  symbol: string,
): Promise<Subscription<AlertSettings>> {
  const subscription = await stage.subscribe(to, { symbols: [symbol], dailyCap: 200 });
  const ledger = stage.store.alerts<AlertPayload>(alertPayloadSchema);
  const key = await stage.claim(subscription, 'the one before');
  await ledger.settle(key, { state: 'sent', messageRef: 'none/none' });
  return subscription;
}

/** Prices and maps of coins that exist nowhere. */
class BenchMarket {
  readonly #stage: AlertStage;
  readonly #redis;
  readonly #ticks: RedisPriceTicks;

  constructor(stage: AlertStage) {
    this.#stage = stage;
    const connections = stage.connect();
    this.#redis = connections.hasty('bench');
    this.#ticks = new RedisPriceTicks({
      redis: this.#redis,
      listen: () => connections.patient('bench-listening'),
      nowMs: Date.now,
      log: keptLog().log,
    });
  }

  /** Has the engine watch the coins, each with a large cluster below its price. */
  async open(symbols: readonly string[]): Promise<void> {
    const sheets = new RedisAlertSheets({ redis: this.#redis, log: keptLog().log });
    const isWatched = async () => {
      const status = await readAlertsStatus(this.#redis);
      const coins = status?.coins.filter(({ clusters }) => clusters > 0) ?? [];
      return symbols.every((symbol) => coins.some((coin) => coin.symbol === symbol));
    };
    // The engine looks for subscriptions every few seconds, and leaves aside maps of coins that it does not know.
    await until(
      async () => {
        for (const symbol of symbols) await sheets.put(sheetOf(symbol));
        await sleep(1_000);
        return isWatched();
      },
      patienceMs,
      'coins are watched',
    );
  }

  /** One tick that takes the coin into its cluster; until each of these chats has been told. */
  async fall(symbol: string, chatIds: readonly string[], platform: Platform) {
    this.#publish(symbol, 100);
    await sleep(300);
    const startMs = performance.timeOrigin + performance.now();
    this.#publish(symbol, 94);
    let claimedMs = Number.NaN;
    let came = new Map<string, number>();
    await until(
      async () => {
        came = arrivals(this.#stage, platform, startMs);
        if (Number.isNaN(claimedMs) && (await this.#claimed(symbol)) >= chatIds.length)
          claimedMs = performance.timeOrigin + performance.now() - startMs;
        return chatIds.every((id) => came.has(id));
      },
      patienceMs,
      `${symbol} told to all`,
    );
    return { latencies: chatIds.map((id) => came.get(id)! - startMs), claimedMs };
  }

  close(): void {
    this.#ticks.stop();
  }

  async #claimed(symbol: string): Promise<number> {
    const ledger = this.#stage.store.alerts<AlertPayload>(alertPayloadSchema);
    const about = { symbol, clusterId: clusterId, stage: 'touch', sinceMs: 0 };
    return (await ledger.ofStage(about)).length;
  }

  #publish(symbol: string, priceUsd: number): void {
    const market = { venue: 'bench', market: `${symbol}/USDT:USDT`, symbol, contract: 'linear' } as const;
    this.#ticks.publish({ ...market, priceUsd, timeMs: Date.now() });
  }
}

const clusterId = 'long-93-bench';

function sheetOf(symbol: string): AlertSheet {
  const cluster = {
    ...({ id: clusterId, side: 'long', low: 92, high: 95, peak: 93.5 } as const),
    ...{ usd: 4e8, shareOfOi: 0.05 },
    ...{ leverage: 11, distancePct: -6.5, rank: 1 },
  };
  const market = { venue: 'bench', market: `${symbol}/USDT:USDT`, included: true, dataAgeMs: 1_000 };
  return {
    ...{
      symbol,
      timeMs: Date.now(),
      provenance: 'simulated',
      priceUsd: 100,
      atrPct: 4,
      openInterestUsd: 8e9,
    },
    ...{ unknownAgeShare: 0, nearLongUsd: 4e8, nearShortUsd: 0, clusters: [cluster] },
    venues: [{ ...market, openInterestUsd: 8e9 }],
  };
}

/** When the first message since the time came to each chat, UTC milliseconds. */
function arrivals(
  { discord, telegram }: AlertStage,
  platform: Platform,
  sinceMs: number,
): Map<string, number> {
  const all =
    platform === 'telegram'
      ? telegram.callsOf('sendMessage').map(({ given, atMs }) => [String(given['chat_id']), atMs] as const)
      : discord
          .requestsTo('POST', posts)
          .map(
            ({ request, atMs }) => [posts.exec(request.path)![1]!, performance.timeOrigin + atMs] as const,
          );
  return new Map(all.filter(([, atMs]) => atMs >= sinceMs).toReversed());
}
