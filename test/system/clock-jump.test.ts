import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type AnyJobKind, type JobKind, jobHandler } from '../../src/jobs/kind.ts';
import type { JobQueue } from '../../src/jobs/queue.ts';
import { until } from '../support/jobs/process.ts';
import { type RedisBench, redisKinds, startBench } from '../support/jobs/redis.ts';

const tick: JobKind<object, object> = {
  name: 'tick',
  queue: 'compute',
  payload: z.object({}),
  result: z.object({}),
  attempts: 1,
  backOffMs: 20,
  timeLimitMs: 5_000,
};
const hourMs = 3_600_000;
const everyMs = 250;

describe.each(redisKinds)('a schedule on a Redis of kind %s', (kind) => {
  let bench: RedisBench;
  let queue: JobQueue;
  let done: number;
  let aheadMs: number;

  beforeEach(async () => {
    [done, aheadMs] = [0, 0];
    const realNow = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs);
    bench = await startBench(kind);
    queue = bench.queue({ kinds: [tick as AnyJobKind] });
    const run = async () => {
      done += 1;
      return {};
    };
    queue.work([jobHandler(tick, run)], { compute: 1 });
    await queue.schedule(tick, 'eth', everyMs, {});
    await until(() => done >= 3, 10_000, 'three times');
  });
  afterEach(async () => {
    await bench.close();
    vi.restoreAllMocks();
  });

  /** How often it is done in the next seconds. */
  async function countFor(ms: number): Promise<number> {
    const before = done;
    await sleep(ms);
    return done - before;
  }

  it('does not make up for the hours that the clock is set forward', async () => {
    aheadMs += 3 * hourMs;
    const times = await countFor(2_000);
    expect(times).toBeGreaterThan(2);
    expect(times).toBeLessThanOrEqual(2_000 / everyMs + 2);
  });

  it('is seen to be lost when the clock is set back, and goes on as usual once it is set again', async () => {
    aheadMs -= 3 * hourMs;
    await vi.waitFor(async () => expect(await queue.schedules(tick)).toEqual(new Map()), 2_000);
    await queue.schedule(tick, 'eth', everyMs, {});
    const times = await countFor(2_000);
    expect(times).toBeGreaterThan(2);
    expect(times).toBeLessThanOrEqual(2_000 / everyMs + 2);
    expect(await queue.schedules(tick)).toEqual(new Map([['eth', everyMs]]));
  });
});
