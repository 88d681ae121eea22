import type { Blobs } from '../blobs.ts';
import type { RedisClient } from './redis-client.ts';

const prefix = 'liqmap:blob:';

/** Blobs in Redis, where every process finds them. Takes a connection that fails at once while Redis is away. */
export function redisBlobs(redis: RedisClient): Blobs {
  return {
    get: async (key) => (await redis.getBuffer(prefix + key)) ?? undefined,
    put: async (key, bytes, keepMs) => {
      await redis.set(prefix + key, bytes, 'PX', keepMs);
    },
  };
}
