import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redisKeyValue } from '../../src/jobs/redis-key-value.ts';
import { type RedisBench, redisKinds, startBench } from '../support/jobs/redis.ts';

describe.each(redisKinds)('short texts in the %s Redis', (kind) => {
  let bench: RedisBench;

  beforeEach(async () => {
    bench = await startBench(kind);
  });
  afterEach(() => bench.close());

  async function connected() {
    const connections = bench.connect();
    const redis = connections.hasty('test');
    await connections.ready();
    return redis;
  }
  const texts = async () => redisKeyValue({ redis: await connected(), name: 'telegram', log: bench.log });

  it('are there for every process, and gone when they are deleted', async () => {
    const [here, there] = [await texts(), await texts()];
    await here.set('a', 'b');
    expect(await there.get('a')).toBe('b');
    await there.delete('a');
    expect(await here.get('a')).toBeUndefined();
  });

  it('are kept for as long as they are of use, and for good unless that is told', async () => {
    const redis = await connected();
    const kept = redisKeyValue({ redis, name: 'telegram', log: bench.log });
    await kept.set('picture', 'file id', 60_000);
    await kept.set('menu', 'hash');
    const [key] = await redis.keys('*telegram:picture');
    expect(await redis.pttl(key!)).toBeGreaterThan(50_000);
    expect(await redis.pttl(key!)).toBeLessThanOrEqual(60_000);
    const [forGood] = await redis.keys('*telegram:menu');
    expect(await redis.pttl(forGood!)).toBe(-1);
  });
});
