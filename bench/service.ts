import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { minuteMs } from '../src/core/durations.ts';
import type { MapWindow } from '../src/core/liquidation-map.ts';
import { anyKind, type JobKind, jobHandler } from '../src/jobs/kind.ts';
import { makeMapKind } from '../src/jobs/map-kinds.ts';
import { JobQueue } from '../src/jobs/queue.ts';
import type { RedisPlace } from '../src/jobs/redis.ts';
import { RedisConnections } from '../src/jobs/redis-client.ts';
import { heapAfterCollection } from './bot-process.ts';
import { type BenchResult, measure, megabytes, percentiles, type Timing } from './measure.ts';
import { benchLog, startService, withRedis } from './service-parts.ts';

const coins = Array.from({ length: 100 }, (_, i) => `COIN${i}`);
const window: MapWindow = '7d';
/** What the service keeps folds in unless told otherwise, and enough for all. */
const [usualMb, amplyMb] = [128, 1_000];
const rounds = 60;
/** So many coins for an hour: their folds are all kept, and it takes minutes. */
const hourCoins = 25;
const weighEvery = 5;

const nothing: JobKind<{ n: number }, number> = {
  name: 'nothing',
  queue: 'deliver-discord',
  payload: z.object({ n: z.number() }),
  result: z.number(),
  attempts: 1,
  backOffMs: 100,
  timeLimitMs: 10_000,
};

/** The queue on each kind of Redis; a minute of a hundred symbols on four venues; a crowd that asks at once. */
export async function benchService(): Promise<BenchResult> {
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
      if (place.kind !== 'child') return;
      for (const mb of [0, usualMb, amplyMb]) findings.push(await minute(place, mb));
      findings.push(...(await crowd(place)));
    });
  }
  return { timings, findings };
}

async function queueThroughput(place: RedisPlace, jobs: number): Promise<Timing> {
  const connections = new RedisConnections({ url: place.url, log: benchLog });
  const queue = new JobQueue({ connections, kinds: [anyKind(nothing)], keep: place.keep, log: benchLog });
  let done = 0;
  queue.work([jobHandler(nothing, async ({ n }) => (done += n))], { 'deliver-discord': 20 });
  const timing = await measure(`${jobs} jobs through the ${place.kind} Redis`, 3, async () => {
    done = 0;
    await Promise.all(Array.from({ length: jobs }, () => queue.add(nothing, { n: 1 })));
    while (done < jobs) await sleep(2);
  });
  await queue.stop();
  connections.close();
  return timing;
}

const keyed = coins.map((symbol) => ({ key: `${symbol}/${window}`, request: { symbol, window } }));
type Service = Awaited<ReturnType<typeof startService>>;

/** Each symbol once, spread over a minute, as schedules do it; the round before has filled store and memory. */
async function minute(place: RedisPlace, foldMemoryMb: number): Promise<string> {
  const service = await startService(place, { coins, foldMemoryMb, nowMs: Date.now });
  await makeAll(service);
  const { queue, reports } = service;
  reports.length = 0;
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  for (const [i, each] of keyed.entries()) {
    await sleep(Math.max(0, (i * minuteMs) / keyed.length - (performance.now() - startMs)));
    await queue.add(makeMapKind, each, { key: each.key });
  }
  while (reports.length < keyed.length) await sleep(10);
  const { user, system } = process.cpuUsage(cpuBefore);
  // Of the minute that it was for, also where a busy machine took longer.
  const share = (user + system) / 1000 / minuteMs;
  const failed = reports.filter(({ outcome }) => outcome !== 'done').length;
  const took = percentiles(reports.map(({ tookMs, waitedMs }) => tookMs + waitedMs));
  const kept = megabytes(service.folds?.bytes ?? 0);
  await service.close();
  return `100 symbols x 4 venues made once a minute, folds kept ${kept}: ${(share * 100).toFixed(0)} % of one core, job latency ${took}, ${failed} failed`;
}

/** An hour of some symbols on four venues, on a clock that is moved on: what it does to memory. */
export async function benchHour(): Promise<BenchResult> {
  const findings: string[] = [];
  await withRedis(undefined, async (place) => void findings.push(await hour(place)));
  return { timings: [], findings };
}

/** Each symbol once a minute, as fast as they go. */
async function hour(place: RedisPlace): Promise<string> {
  let nowMs = Date.now();
  const service = await startService(place, { coins, foldMemoryMb: usualMb, nowMs: () => nowMs });
  const heaps: number[] = [];
  const sizes: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    await makeAll(service, hourCoins);
    nowMs += minuteMs;
    if (round % weighEvery !== 0) continue;
    heaps.push(heapAfterCollection());
    sizes.push(`${round}: ${megabytes(heaps.at(-1)!)}, RSS ${megabytes(process.memoryUsage().rss)}`);
    process.stderr.write(`round ${sizes.at(-1)}\n`);
  }
  const failed = service.reports.filter(({ outcome }) => outcome !== 'done').length;
  const growth = (100 * (heaps.at(-1)! / heaps[0]! - 1)).toFixed(1);
  await service.close();
  return `an hour of simulated time, ${rounds} rounds of ${hourCoins} maps of 4 venues, ${failed} failed; heap after round ${sizes[0]}, ${sizes.at(-1)} (heap ${growth} %)`;
}

async function makeAll({ queue }: Service, count = coins.length): Promise<void> {
  const some = keyed.slice(0, count);
  await Promise.all(some.map((each) => queue.request(makeMapKind, each.key, each, 10 * minuteMs)));
}

/** A thousand people ask for ten coins in one instant; without joining and caching, a hundred of them do. */
async function crowd(place: RedisPlace): Promise<string[]> {
  const service = await startService(place, { coins, foldMemoryMb: usualMb, nowMs: Date.now });
  const asked = Array.from({ length: 1_000 }, (_, i) => coins[i % 10]!);
  // What venues told is written down first, so that both ways start alike.
  await Promise.all(coins.slice(0, 10).map((symbol) => service.plain.map({ symbol, window })));
  const joined = await timed(async () => {
    const maps = service.freshCache();
    await Promise.all(asked.map((symbol) => maps.map({ symbol, window })));
  });
  const alone = await timed(async () => {
    // One after the other: all at once they would be joined on their way to the venues.
    for (const symbol of asked.slice(0, 100)) await service.plain.map({ symbol, window });
  });
  await service.close();
  return [
    `1,000 simultaneous requests for 10 symbols: all answered after ${Math.round(joined)} ms`,
    `the same without joining and caching: 100 of them took ${Math.round(alone)} ms, so ${Math.round((alone * 10) / joined)} times as long for all`,
  ];
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
