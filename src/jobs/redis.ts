import { join } from 'node:path';
import type { Log } from '../log.ts';
import { lockFolder } from './folder-lock.ts';
import { startRedisChild } from './redis-child.ts';
import { startInProcessRedis } from './redis-in-process.ts';

/** Where the queue lives while this process does. */
export type RedisPlace = {
  readonly kind: 'given' | 'child' | 'in-process';
  readonly url: string;
  /** What it is and what that means, in one line for the log. */
  readonly meaning: string;
  /** How many finished and failed jobs of a kind to keep: the one in the process slows down with each. */
  readonly keep: { readonly completed: number; readonly failed: number };
  stop(): Promise<void>;
};

const keepMany = { completed: 200, failed: 1_000 };
const keepFew = { completed: 20, failed: 50 };

/**
 * The Redis of the configuration; else one we start, from PATH or, failing that, in the process. One that we start is
 * for this process alone, and so then is the data folder.
 *
 * @throws UserError when another service holds the data folder.
 */
export async function openRedisPlace(options: {
  readonly redisUrl?: string | undefined;
  readonly dataFolder: string;
  readonly log: Log;
  /** Leave programs on PATH alone. */
  readonly onlyInProcess?: true;
}): Promise<RedisPlace> {
  const { redisUrl, dataFolder, log } = options;
  if (redisUrl !== undefined) {
    return {
      kind: 'given',
      url: redisUrl,
      meaning: givenMeaning(redisUrl),
      keep: keepMany,
      stop: () => Promise.resolve(),
    };
  }
  const unlock = lockFolder(dataFolder);
  try {
    const child = options.onlyInProcess
      ? undefined
      : await startRedisChild({ folder: join(dataFolder, 'redis'), log });
    const place = child
      ? {
          kind: 'child' as const,
          url: child.url,
          meaning: childMeaning(child.program),
          keep: keepMany,
          stop: child.stop,
        }
      : inProcess(await startInProcessRedis());
    return { ...place, stop: () => place.stop().finally(unlock) };
  } catch (error) {
    unlock();
    throw error;
  }
}

function inProcess({ url, stop }: { readonly url: string; stop(): Promise<void> }): RedisPlace {
  return {
    kind: 'in-process',
    url,
    meaning:
      'a small Redis in this process, as neither REDIS_URL is set nor redis-server installed: jobs and caches live in memory and are rebuilt after a restart; good for some ten jobs a second',
    keep: keepFew,
    stop,
  };
}

function childMeaning(program: string): string {
  return `${program} as our child on the loopback address: jobs and caches survive a restart; this process alone uses it`;
}

function givenMeaning(url: string): string {
  return `the Redis at ${new URL(url).host} (REDIS_URL): shared by all processes that name it`;
}
