import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CachedMaps } from '../src/cached-maps.ts';
import { wideWeights } from '../src/core/weights.ts';
import type { JobReport } from '../src/jobs/job-workers.ts';
import { anyKind, type JobKind, jobHandler } from '../src/jobs/kind.ts';
import { mapHandlers } from '../src/jobs/map-handlers.ts';
import { jobKinds, listMarketsKind, makeMapKind } from '../src/jobs/map-kinds.ts';
import { JobQueue } from '../src/jobs/queue.ts';
import { openRedisPlace, type RedisPlace } from '../src/jobs/redis.ts';
import { redisBlobs } from '../src/jobs/redis-blobs.ts';
import { RedisConnections } from '../src/jobs/redis-client.ts';
import { Listings } from '../src/listings.ts';
import { createLog } from '../src/log.ts';
import { recordingSource } from '../src/market/recording/source.ts';
import { MapService } from '../src/service.ts';
import { openStore } from '../src/store/store.ts';
import { madeUpVenues } from './made-up-venues.ts';
import { measure, type Timing } from './measure.ts';

const log = createLog({ level: 'error' });
const venues = ['alpha', 'beta', 'gamma', 'delta'];
const coins = Array.from({ length: 100 }, (_, i) => `COIN${i}`);
const minuteMs = 60_000;
/** Rounds of all coins as fast as they go, to see whether memory grows. */
const extraRounds = 3;

const nothing: JobKind<{ n: number }, number> = {
  name: 'nothing',
  queue: 'collect',
  payload: z.object({ n: z.number() }),
  result: z.number(),
  attempts: 1,
  backOffMs: 100,
  timeLimitMs: 10_000,
};

/** The queue on each kind of Redis, a crowd that asks at once, and a minute of a hundred symbols on four venues. */
export async function benchService(): Promise<{ timings: Timing[]; findings: string[] }> {
  const timings: Timing[] = [];
  const findings: string[] = [];
  for (const onlyInProcess of [true, undefined] as const) {
    await withRedis(onlyInProcess, async (place) => {
      if (onlyInProcess === undefined && place.kind !== 'child') {
        findings.push('no redis-server on PATH: its figures are left out');
        return;
      }
      const jobs = place.kind === 'child' ? 2_000 : 300;
      const timing = await queueThroughput(place, jobs);
      timings.push(timing);
      findings.push(`${place.kind} Redis: ${Math.round((1000 * jobs) / timing.median)} jobs a second`);
      if (place.kind === 'child') findings.push(...(await crowdAndMinute(place)));
    });
  }
  return { timings, findings };
}

async function queueThroughput(place: RedisPlace, jobs: number): Promise<Timing> {
  const connections = new RedisConnections({ url: place.url, log });
  const queue = new JobQueue({ connections, kinds: [anyKind(nothing)], keep: place.keep, log });
  let done = 0;
  queue.work([jobHandler(nothing, async ({ n }) => (done += n))], { collect: 20 });
  const timing = await measure(`${jobs} jobs through the ${place.kind} Redis`, 3, async () => {
    done = 0;
    await Promise.all(Array.from({ length: jobs }, () => queue.add(nothing, { n: 1 })));
    while (done < jobs) await sleep(2);
  });
  await queue.stop();
  connections.close();
  return timing;
}

async function crowdAndMinute(place: RedisPlace): Promise<string[]> {
  const service = await startService(place);
  try {
    // The minute first: it also looks at memory, which a crowd without joining fills.
    return [...(await minute(service)), ...(await crowd(service))];
  } finally {
    await service.close();
  }
}

type Service = Awaited<ReturnType<typeof startService>>;

/** The role `compute` with a SQLite file, and what a chat asks it through. */
async function startService(place: RedisPlace) {
  const folder = mkdtempSync(join(tmpdir(), 'liqmap-bench-'));
  const store = await openStore({ path: join(folder, 'liqmap.db') });
  const connections = new RedisConnections({ url: place.url, log });
  const reports: JobReport[] = [];
  const onReport = (report: JobReport) => void reports.push(report);
  const queue = new JobQueue({ connections, kinds: jobKinds, keep: place.keep, log, onReport });
  const blobs = redisBlobs(connections.hasty('bench'));
  await connections.ready();
  const nowMs = Date.now;
  const sources = madeUpVenues(venues, coins).map((source) => recordingSource(source, store, { nowMs, log }));
  const direct = new MapService({ sources, weights: wideWeights, nowMs });
  queue.work([...mapHandlers({ maps: direct, blobs, queue, nowMs, onMade: async () => undefined })], {
    compute: 4,
  });
  const onTrouble = (error: unknown) => {
    throw error;
  };
  const listings = new Listings({
    blobs,
    nowMs,
    onTrouble,
    makeListing: async () => void (await queue.request(listMarketsKind, 'all', {}, minuteMs)),
  });
  /** As another process has them: with nothing in memory. */
  const freshCache = () =>
    new CachedMaps({
      blobs,
      listings,
      nowMs,
      onTrouble,
      onAsked: () => undefined,
      makeMap: async (key, request) =>
        void (await queue.request(makeMapKind, key, { key, request }, minuteMs)),
    });
  return {
    direct,
    freshCache,
    queue,
    reports,
    async close() {
      await queue.stop();
      connections.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A thousand people ask for ten coins in one instant; without joining and caching, a hundred of them do. */
async function crowd({ direct, freshCache }: Service): Promise<string[]> {
  const asked = Array.from({ length: 1_000 }, (_, i) => coins[i % 10]!);
  // What venues told is written down first, so that both ways start alike.
  await Promise.all(coins.slice(0, 10).map((symbol) => direct.map({ symbol, window: '7d' })));
  const joined = await timed(async () => {
    const maps = freshCache();
    await Promise.all(asked.map((symbol) => maps.map({ symbol, window: '7d' })));
  });
  const alone = await timed(async () => {
    await Promise.all(asked.slice(0, 100).map((symbol) => direct.map({ symbol, window: '7d' })));
  });
  return [
    `1,000 simultaneous requests for 10 symbols: all answered after ${Math.round(joined)} ms`,
    `the same without joining and caching: 100 of them took ${Math.round(alone)} ms, so ${Math.round((alone * 10) / joined)} times as long for all`,
  ];
}

/** Each symbol once, spread over a minute, as schedules do it; the round before has filled the store. */
async function minute({ queue, reports }: Service): Promise<string[]> {
  const keyed = coins.map((symbol) => ({ key: `${symbol}/7d`, request: { symbol, window: '7d' as const } }));
  await Promise.all(keyed.map((each) => queue.request(makeMapKind, each.key, each, 5 * minuteMs)));
  reports.length = 0;
  const rssBefore = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  for (const [i, each] of keyed.entries()) {
    await sleep(Math.max(0, (i * minuteMs) / keyed.length - (performance.now() - startMs)));
    await queue.add(makeMapKind, each, { key: each.key });
  }
  while (reports.length < keyed.length) await sleep(10);
  const { user, system } = process.cpuUsage(cpuBefore);
  const share = (user + system) / 1000 / (performance.now() - startMs);
  const took = reports.map(({ tookMs, waitedMs }) => tookMs + waitedMs).sort((a, b) => a - b);
  const at = (q: number) => Math.round(took[Math.min(took.length - 1, Math.floor(q * took.length))]!);
  const rssAfter = process.memoryUsage.rss();
  for (let round = 0; round < extraRounds; round++) {
    await Promise.all(keyed.map((each) => queue.request(makeMapKind, each.key, each, 5 * minuteMs)));
  }
  const failed = reports.filter(({ outcome }) => outcome !== 'done').length;
  return [
    `100 symbols x 4 venues made once a minute, from SQLite: ${(share * 100).toFixed(0)} % of one core, job latency p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${failed} failed`,
    `memory (RSS) before that minute ${megabytes(rssBefore)}, after it ${megabytes(rssAfter)}, and after ${extraRounds * coins.length} maps more ${megabytes(process.memoryUsage.rss())}`,
  ];
}

async function withRedis(
  onlyInProcess: true | undefined,
  use: (place: RedisPlace) => Promise<void>,
): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'liqmap-bench-'));
  const place = await openRedisPlace({ dataFolder, log, ...(onlyInProcess && { onlyInProcess }) });
  try {
    await use(place);
  } finally {
    await place.stop();
    rmSync(dataFolder, { recursive: true });
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
