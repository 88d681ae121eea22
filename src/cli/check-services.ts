import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { within } from '../deadline.ts';
import { errorText } from '../errors.ts';
import { findRedisProgram } from '../jobs/redis-child.ts';
import { RedisConnections } from '../jobs/redis-client.ts';
import { createLog } from '../log.ts';
import { openStore } from '../store/store.ts';

export type Finding = { readonly what: string; readonly ok: boolean; readonly detail: string };

const limitMs = 5_000;
const silent = createLog({ level: 'error', write: () => undefined });

/** Whether the Redis of the configuration answers; without one, which the service would start. */
export async function checkRedis({ redisUrl }: Config): Promise<Finding> {
  const what = 'Redis';
  if (redisUrl === undefined) {
    const program = await findRedisProgram();
    const detail = program
      ? `${program.program} ${program.version} would be started as our child`
      : 'none installed: a small one in the process would be used, good for a few chats';
    return { what, ok: true, detail };
  }
  const connections = new RedisConnections({ url: redisUrl, log: silent });
  try {
    const redis = connections.hasty('doctor');
    await within(connections.ready(), limitMs, `no answer within ${limitMs / 1000} s`);
    const info = await redis.info();
    const version = /^(?:redis|valkey)_version:(\S+)/m.exec(info)?.[1] ?? 'of unknown version';
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
    // Any other policy may throw jobs away when memory runs out.
    const ok = policy === undefined || policy === 'noeviction';
    const advice = ok ? '' : `; maxmemory-policy is ${policy}, set it to noeviction`;
    return { what, ok, detail: `version ${version}${advice}` };
  } catch (error) {
    const { detail } = connections.health();
    return { what, ok: false, detail: `${errorText(error)} (${detail}). Is REDIS_URL right?` };
  } finally {
    connections.close();
  }
}

/** Whether the database answers and its tables are up to date; a file that is not there yet is left so. */
export async function checkSql({ databaseUrl, dataFolder }: Config): Promise<Finding> {
  const what = 'SQL';
  const path = join(dataFolder, 'liqmap.db');
  try {
    if (databaseUrl === undefined && !existsSync(path)) {
      accessSync(nearestFolder(resolve(dataFolder)), constants.W_OK);
      return { what, ok: true, detail: `SQLite file ${path} will be made at the first start` };
    }
    const store = await openStore({ url: databaseUrl, path, waitMs: limitMs });
    try {
      await store.check();
      return { what, ok: true, detail: store.name };
    } finally {
      await store.close();
    }
  } catch (error) {
    return { what, ok: false, detail: errorText(error) };
  }
}

/** Which chats there would be; whether a token is taken is known when the service starts. */
export function checkChats({ discordToken, telegramToken }: Config): Finding {
  const chats = [discordToken && 'Discord', telegramToken && 'Telegram'].filter((name) => name);
  const detail =
    chats.length > 0 ? `tokens for ${chats.join(' and ')}` : 'no DISCORD_TOKEN, no TELEGRAM_TOKEN: no chats';
  return { what: 'chats', ok: true, detail };
}

function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(dirname(folder));
}
