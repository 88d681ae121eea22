import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { texts } from '../../commands/texts.ts';
import type { Config, Role } from '../config.ts';
import { pause as pauseInWorld } from '../deadline.ts';
import { UserError } from '../errors.ts';
import { jobKinds } from '../jobs/map-kinds.ts';
import { RedisPriceTicks } from '../jobs/price-ticks.ts';
import { JobQueue } from '../jobs/queue.ts';
import { openRedisPlace } from '../jobs/redis.ts';
import { type RedisClient, RedisConnections } from '../jobs/redis-client.ts';
import { SharedStore, storeIdentity } from '../jobs/shared-store.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import type { PriceTicks } from '../price-ticks.ts';
import { databasePath, openStore, type Store } from '../store/store.ts';
import { createMetrics, type Metrics } from '../web/metrics.ts';

type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

export type HouseOptions = {
  readonly config: Config;
  readonly roles: readonly Role[];
  readonly log: Log;
  readonly nowMs?: () => number;
  /** Waits until `nowMs` has gone on by so much, where it does not go at the pace of the world. */
  readonly pause?: Pause;
  /** Leave a redis-server on PATH alone. */
  readonly onlyInProcessRedis?: true;
};

/** What all parts of a process share once it is open. */
export type House = {
  readonly config: Config;
  readonly roles: readonly Role[];
  readonly log: Log;
  readonly nowMs: () => number;
  readonly pause: Pause;
  readonly life: Lifecycle;
  readonly connections: RedisConnections;
  /** Fails at once while Redis is away. */
  readonly redis: RedisClient;
  /** Whether other processes may be on the same Redis. */
  readonly shared: boolean;
  readonly queue: JobQueue;
  /** What collectors hear, wherever they are. */
  readonly ticks: PriceTicks;
  readonly metrics: Metrics;
};

/** It is for the process manager to lose patience. */
const sqlWaitMs = 2_147_483_647;

/** Opens Redis and the queue on it, without waiting for them to answer. */
export async function openHouse(options: HouseOptions, life: Lifecycle): Promise<House> {
  const { config, roles, log, nowMs = Date.now, pause = pauseInWorld, onlyInProcessRedis } = options;
  const { redisUrl, dataFolder } = config;
  const place = await openRedisPlace({
    redisUrl,
    dataFolder,
    log,
    ...(onlyInProcessRedis && { onlyInProcess: onlyInProcessRedis }),
  });
  life.onClose('redis', () => place.stop());
  log.info('queue and caches', { kind: place.kind, redis: place.meaning });
  const connections = new RedisConnections({ url: place.url, log });
  life.onClose('redis connections', () => connections.close());
  const redis = connections.hasty('service');
  const metrics = createMetrics();
  const onReport = metrics.jobEnded;
  const goodbye = texts.chat.restarting;
  const queue = new JobQueue({ connections, kinds: jobKinds, keep: place.keep, log, onReport, goodbye });
  life.onClose(
    'queue',
    () => queue.stop(),
    () => void queue.windDown(),
  );
  const ticks = new RedisPriceTicks({ redis, listen: () => connections.patient('prices'), nowMs, log });
  life.onClose('price ticks', () => ticks.stop());
  metrics.counter(
    'liqmap_price_ticks_total',
    'Prices told between processes, by what became of them',
    async () =>
      Object.entries(ticks.counts).map(([state, value]) => ({ labels: { part: 'prices', state }, value })),
  );
  const shared = place.kind === 'given';
  return { config, roles, log, nowMs, pause, life, connections, redis, shared, queue, ticks, metrics };
}

/** Opens the store, as soon as it answers. @throws UserError when other processes use another one. */
export async function openSql(house: House, signal: AbortSignal): Promise<Store> {
  const { config, log, nowMs, life, redis } = house;
  const { databaseUrl, dataFolder } = config;
  if (house.shared) {
    const identity = storeIdentity({ dataFolder, ...(databaseUrl !== undefined && { databaseUrl }) });
    const claim = new SharedStore({ redis, identity, log });
    life.onClose('claim on the store', () => claim.stop());
    await claimed(claim, signal);
  }
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const path = databasePath(dataFolder);
  const store = await openStore({ url: databaseUrl, path, log, nowMs, waitMs: sqlWaitMs, signal });
  life.onClose('store', () => store.close());
  log.info('data', { store: store.name });
  return store;
}

/** Redis may go away again right now: then it is waited for again. */
async function claimed(claim: SharedStore, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await claim.claim();
    } catch (error) {
      if (error instanceof UserError || signal.aborted) throw error;
      await sleep(1_000, undefined, { signal });
    }
  }
}
