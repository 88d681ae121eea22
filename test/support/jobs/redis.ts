import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobQueue, type JobQueueOptions } from '../../../src/jobs/queue.ts';
import { openRedisPlace, type RedisPlace } from '../../../src/jobs/redis.ts';
import { RedisConnections } from '../../../src/jobs/redis-client.ts';
import { createLog, type Log } from '../../../src/log.ts';

export type LogLine = Readonly<Record<string, unknown>>;

/** A log that can be read. */
export function keptLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = [];
  return { log: createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)) }), lines };
}

export type RedisKind = 'in-process' | 'child';

/** The kinds of Redis that can be tried on this machine. */
export const redisKinds: readonly RedisKind[] = hasRedisServer() ? ['in-process', 'child'] : ['in-process'];

function hasRedisServer(): boolean {
  try {
    execFileSync('redis-server', ['--version']);
    return true;
  } catch (error) {
    console.warn(`only the in-process Redis is tried: ${(error as Error).message}`);
    return false;
  }
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'liqmap-test-'));
}

/** A Redis of its own in a folder of its own, and queues on it; `close` ends and removes everything. */
export async function startBench(kind: RedisKind) {
  const folder = temporaryFolder();
  const { log, lines } = keptLog();
  const place: RedisPlace = await openRedisPlace({
    dataFolder: folder,
    log,
    ...(kind === 'in-process' && { onlyInProcess: true }),
  });
  const closers: (() => unknown)[] = [];
  const connect = () => {
    const connections = new RedisConnections({ url: place.url, log });
    closers.push(() => connections.close());
    return connections;
  };
  return {
    place,
    log,
    lines,
    folder,
    connect,
    /** A queue as another process would have it: with connections of its own. */
    queue(options: Pick<JobQueueOptions, 'kinds'> & Partial<JobQueueOptions>): JobQueue {
      const queue = new JobQueue({ connections: connect(), keep: place.keep, log, ...options });
      closers.push(() => queue.stop());
      return queue;
    },
    async close() {
      for (const close of closers.reverse()) await close();
      await place.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type RedisBench = Awaited<ReturnType<typeof startBench>>;
