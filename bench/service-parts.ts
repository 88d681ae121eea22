import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CachedMaps } from '../src/cached-maps.ts';
import { wideWeights } from '../src/core/weights.ts';
import type { JobReport } from '../src/jobs/job-workers.ts';
import { mapHandlers, viewHandler } from '../src/jobs/map-handlers.ts';
import { jobKinds, listMarketsKind, makeMapKind } from '../src/jobs/map-kinds.ts';
import { JobQueue } from '../src/jobs/queue.ts';
import { openRedisPlace, type RedisPlace } from '../src/jobs/redis.ts';
import { redisBlobs } from '../src/jobs/redis-blobs.ts';
import { RedisConnections } from '../src/jobs/redis-client.ts';
import { KeptFolds } from '../src/kept-folds.ts';
import { Listings } from '../src/listings.ts';
import { createLog } from '../src/log.ts';
import { recordingSource } from '../src/market/recording/source.ts';
import { MapService } from '../src/service.ts';
import { openStore } from '../src/store/store.ts';
import { ViewService } from '../src/views.ts';
import { madeUpVenues } from './made-up-venues.ts';

export const benchLog = createLog({ level: 'error' });
const venues = ['alpha', 'beta', 'gamma', 'delta'];
const requestMs = 60_000;

/** The role `compute` with a SQLite file of its own, and what a chat asks it through. */
export async function startService(
  place: RedisPlace,
  options: {
    readonly coins: readonly string[];
    /** 0: no folds are kept. */
    readonly foldMemoryMb: number;
    readonly nowMs: () => number;
  },
) {
  const { coins, foldMemoryMb, nowMs } = options;
  const folder = mkdtempSync(join(tmpdir(), 'liqmap-bench-'));
  const store = await openStore({ path: join(folder, 'liqmap.db'), nowMs });
  const connections = new RedisConnections({ url: place.url, log: benchLog });
  const reports: JobReport[] = [];
  const onReport = (report: JobReport) => void reports.push(report);
  const queue = new JobQueue({ connections, kinds: jobKinds, keep: place.keep, log: benchLog, onReport });
  const redis = connections.hasty('bench');
  const blobs = redisBlobs(redis);
  await connections.ready();
  await redis.flushall();
  const sources = madeUpVenues(venues, coins, nowMs).map((source) =>
    recordingSource(source, store, { nowMs, log: benchLog }),
  );
  const folds = foldMemoryMb > 0 ? new KeptFolds({ mostBytes: foldMemoryMb * 1e6, nowMs }) : undefined;
  const common = { sources, weights: wideWeights, nowMs };
  const maps = new MapService({ ...common, ...(folds && { folds }) });
  const onTrouble = (error: unknown) => {
    throw error;
  };
  const whenMade = { onMade: async () => undefined, onWhole: () => undefined };
  const handlers = [
    ...mapHandlers({ maps, blobs, queue, nowMs, ...whenMade }),
    viewHandler(new ViewService({ ...common, gather: maps.gather.bind(maps) }), blobs),
  ];
  queue.work(handlers, { compute: 4 });
  const listings = new Listings({
    blobs,
    nowMs,
    onTrouble,
    makeListing: async () => void (await queue.request(listMarketsKind, 'all', {}, requestMs)),
  });
  return {
    queue,
    reports,
    folds,
    /** Makes every map anew, for itself. */
    plain: new MapService(common),
    /** As another process has them: with nothing in memory. */
    freshCache: () =>
      new CachedMaps({
        blobs,
        listings,
        nowMs,
        onTrouble,
        onAsked: () => undefined,
        makeMap: async (key, request) =>
          void (await queue.request(makeMapKind, key, { key, request }, requestMs)),
      }),
    async close() {
      await queue.stop();
      connections.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The Redis that is there, or the one in the process, for as long as it is used. */
export async function withRedis(
  onlyInProcess: true | undefined,
  use: (place: RedisPlace) => Promise<void>,
): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'liqmap-bench-'));
  const place = await openRedisPlace({ dataFolder, log: benchLog, ...(onlyInProcess && { onlyInProcess }) });
  try {
    await use(place);
  } finally {
    await place.stop();
    rmSync(dataFolder, { recursive: true });
  }
}
