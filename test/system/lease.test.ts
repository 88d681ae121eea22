import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Lease } from '../../src/jobs/lease.ts';
import type { RedisClient } from '../../src/jobs/redis-client.ts';
import { type RedisBench, redisKinds, startBench } from '../support/jobs/redis.ts';

const ttlMs = 1_200;

describe.each(redisKinds)('a lease on a Redis of kind %s', (kind) => {
  let bench: RedisBench;
  let redis: RedisClient;
  const leases: Lease[] = [];
  const working = new Set<string>();
  let most = 0;

  beforeEach(async () => {
    bench = await startBench(kind);
    const connections = bench.connect();
    redis = connections.hasty('leases');
    await connections.ready();
    working.clear();
    most = 0;
  });
  afterEach(async () => {
    await Promise.all(leases.splice(0).map((lease) => lease.stop()));
    await bench.close();
  });

  function process(who: string, whenAway: 'stop' | 'go on' = 'stop'): Lease {
    const lease = new Lease({
      redis,
      whenAway,
      name: 'poller',
      ttlMs,
      log: bench.log,
      whileHeld: async (signal) => {
        working.add(who);
        most = Math.max(most, working.size);
        if (!signal.aborted) await once(signal, 'abort');
        working.delete(who);
      },
    });
    leases.push(lease);
    return lease;
  }

  it('lets one work, and the next when the first gives it back', async () => {
    const first = process('first');
    await vi.waitFor(() => expect([...working]).toEqual(['first']));
    process('second');
    await sleep(2 * ttlMs);
    expect([...working]).toEqual(['first']);
    await first.stop();
    expect(working).not.toContain('first');
    await vi.waitFor(() => expect([...working]).toEqual(['second']), { timeout: 5_000 });
    expect(most).toBe(1);
  });

  it('ends the work of a holder whose lease another has', async () => {
    process('first');
    await vi.waitFor(() => expect([...working]).toEqual(['first']));
    await redis.set('liqmap:lease:poller', 'another', 'PX', 60_000);
    await vi.waitFor(() => expect([...working]).toEqual([]), { timeout: 5_000 });
    expect(await redis.get('liqmap:lease:poller')).toBe('another');
  });

  it('ends the work when Redis is gone for longer than the lease, before anybody else could have it', async () => {
    process('first');
    await vi.waitFor(() => expect([...working]).toEqual(['first']));
    const gone = performance.now();
    redis.disconnect();
    await vi.waitFor(() => expect([...working]).toEqual([]), { timeout: 5_000 });
    expect(performance.now() - gone).toBeLessThan(1.5 * ttlMs);
  });

  it('goes on while Redis is gone where that does no harm, and takes back what Redis has lost', async () => {
    process('first', 'go on');
    await vi.waitFor(() => expect([...working]).toEqual(['first']));
    await redis.del('liqmap:lease:poller');
    await vi.waitFor(async () => expect(await redis.exists('liqmap:lease:poller')).toBe(1), {
      timeout: 5_000,
    });
    expect([...working]).toEqual(['first']);
    redis.disconnect();
    await sleep(2 * ttlMs);
    expect([...working]).toEqual(['first']);
  });

  it('begins again when its work fails', async () => {
    let begun = 0;
    const lease = new Lease({
      redis,
      name: 'fragile',
      whenAway: 'stop',
      ttlMs: 60,
      log: bench.log,
      whileHeld: async () => {
        begun += 1;
        throw new Error('broken');
      },
    });
    leases.push(lease);
    await vi.waitFor(() => expect(begun).toBeGreaterThan(1));
  });
});
