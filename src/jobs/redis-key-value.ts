import type { KeyValue } from '../chat/key-value.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import { Recent } from '../recent.ts';
import type { RedisClient } from './redis-client.ts';

const inMemory = 5_000;

/**
 * Short texts in Redis that chat adapters can do without at the price of some work. While Redis is away this process
 * remembers its own; nothing here ever fails a chat. Takes a connection that fails at once.
 */
export function redisKeyValue(options: {
  readonly redis: RedisClient;
  readonly name: string;
  readonly log: Log;
}): KeyValue {
  const { redis, name, log } = options;
  const remembered = new Recent<{ readonly value: string | undefined }>(inMemory);
  const keyOf = (key: string) => `liqmap:texts:${name}:${key}`;
  const attempt = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      log.debug('a text is in memory only', { name, reason: errorText(error) });
      return undefined;
    }
  };
  return {
    async get(key) {
      const found = await attempt(() => redis.get(keyOf(key)));
      return found === undefined ? remembered.get(key)?.value : (found ?? undefined);
    },
    async set(key, value, keepMs) {
      remembered.set(key, { value });
      await attempt(() =>
        keepMs === undefined
          ? redis.set(keyOf(key), value)
          : redis.set(keyOf(key), value, 'PX', Math.max(1, Math.ceil(keepMs))),
      );
    },
    async delete(key) {
      remembered.set(key, { value: undefined });
      await attempt(() => redis.del(keyOf(key)));
    },
  };
}
