import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { UserError } from '../../src/errors.ts';
import { type AnyJobKind, type JobKind, jobHandler } from '../../src/jobs/kind.ts';
import type { JobQueue } from '../../src/jobs/queue.ts';
import { type RedisBench, redisKinds, startBench } from '../support/jobs/redis.ts';

const double: JobKind<{ n: number }, number> = {
  name: 'double',
  queue: 'compute',
  payload: z.object({ n: z.number() }),
  result: z.number(),
  attempts: 3,
  backOffMs: 20,
  timeLimitMs: 5_000,
};
const kinds = [double as AnyJobKind];

/** A promise and its ends. */
function gate() {
  const opened = new AbortController();
  const passed = once(opened.signal, 'abort').then(() => undefined);
  return { open: () => opened.abort(), passed };
}

describe.each(redisKinds)('the queue on a Redis of kind %s', (kind) => {
  let bench: RedisBench;
  let queue: JobQueue;

  beforeEach(async () => {
    bench = await startBench(kind);
    queue = bench.queue({ kinds });
  });
  afterEach(() => bench.close());

  it('answers with what the handler gives, whichever process works', async () => {
    bench.queue({ kinds }).work([jobHandler(double, async ({ n }) => 2 * n)], { compute: 2 });
    expect(await queue.request(double, 'a', { n: 4 }, 5_000)).toBe(8);
  });

  it('does one computation for a hundred that ask at once, of two processes', async () => {
    const running = gate();
    const run = vi.fn(async ({ n }: { n: number }) => {
      await running.passed;
      return 2 * n;
    });
    const other = bench.queue({ kinds });
    other.work([jobHandler(double, run)], { compute: 10 });
    const asked = Array.from({ length: 100 }, (_, i) =>
      (i % 2 === 0 ? queue : other).request(double, 'eth', { n: 21 }, 10_000),
    );
    await vi.waitFor(async () => expect(run).toHaveBeenCalled());
    await sleep(200);
    running.open();
    expect(new Set(await Promise.all(asked))).toEqual(new Set([42]));
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('computes again for who asks later', async () => {
    let calls = 0;
    queue.work([jobHandler(double, async () => ++calls)], { compute: 1 });
    expect(await queue.request(double, 'a', { n: 0 }, 5_000)).toBe(1);
    expect(await queue.request(double, 'a', { n: 0 }, 5_000)).toBe(2);
  });

  it('has many jobs done at once without a warning of Node', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    const running = gate();
    const run = vi.fn(async ({ n }: { n: number }) => {
      await running.passed;
      return n;
    });
    queue.work([jobHandler(double, run)], { compute: 20 });
    const asked = Array.from({ length: 20 }, (_, n) => queue.request(double, `job ${n}`, { n }, 10_000));
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(20), 10_000);
    running.open();
    await Promise.all(asked);
    process.off('warning', warned);
    expect(warned.mock.calls).toEqual([]);
  });

  it('tries again after a failure, and then gives the result', async () => {
    const attempts: number[] = [];
    queue.work(
      [
        jobHandler(double, async ({ n }, { attempt }) => {
          attempts.push(attempt);
          if (attempt < 3) throw new Error('venue away');
          return n;
        }),
      ],
      { compute: 1 },
    );
    expect(await queue.request(double, 'a', { n: 5 }, 10_000)).toBe(5);
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('keeps what fails for good in sight, and goes on with the next', async () => {
    queue.work(
      [
        jobHandler(double, async ({ n }) => {
          if (n < 0) throw new Error('poison');
          return 2 * n;
        }),
      ],
      { compute: 1 },
    );
    const poisoned = queue.request(double, 'poison', { n: -1 }, 10_000);
    poisoned.catch(() => undefined);
    expect(await queue.request(double, 'b', { n: 3 }, 10_000)).toBe(6);
    await expect(poisoned).rejects.toThrow('poison');
    const [failed] = await queue.queues.find(({ name }) => name === 'compute')!.getFailed();
    expect(failed).toMatchObject({ name: 'double', failedReason: 'poison' });
    expect(await queue.depth('compute')).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 1 });
  });

  it('carries words for a person through, without trying again', async () => {
    const run = vi.fn(async () => {
      throw new UserError('No venue lists "ehh".');
    });
    queue.work([jobHandler(double, run)], { compute: 1 });
    await expect(queue.request(double, 'a', { n: 1 }, 5_000)).rejects.toThrow(
      new UserError('No venue lists "ehh".'),
    );
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('refuses a payload or a result that is not of the kind, on both ends', async () => {
    queue.work([jobHandler(double, async () => 'a word' as unknown as number)], { compute: 1 });
    await expect(queue.add(double, { n: 'x' as unknown as number })).rejects.toThrow(z.ZodError);
    await expect(queue.request(double, 'a', { n: 1 }, 10_000)).rejects.toThrow(/expected number/);
    const loose = { ...double, payload: z.object({ n: z.any() }) } as typeof double;
    const careless = bench.queue({ kinds: [loose as AnyJobKind] });
    await expect(careless.request(loose, 'b', { n: 'x' as unknown as number }, 5_000)).rejects.toThrow(
      /payload: .*expected number/s,
    );
  });

  it('gives up a handler that hangs', async () => {
    const quick = { ...double, timeLimitMs: 50, attempts: 1 };
    const hurried = bench.queue({ kinds: [quick as AnyJobKind] });
    const aborted = gate();
    hurried.work(
      [
        jobHandler(quick, async ({ n }, { signal }) => {
          if (n === 1) return 1;
          await once(signal, 'abort');
          aborted.open();
          return new Promise<number>(() => undefined);
        }),
      ],
      { compute: 1 },
    );
    await expect(hurried.request(quick, 'a', { n: 0 }, 5_000)).rejects.toThrow('longer than 50 ms');
    await aborted.passed;
    expect(await hurried.request(quick, 'b', { n: 1 }, 5_000)).toBe(1);
  });

  it('does not wait longer than told when nobody works', async () => {
    await expect(queue.request(double, 'a', { n: 1 }, 300)).rejects.toThrow('not done within 0.3 s');
  });

  it('does a scheduled job once each time, with two at work', async () => {
    const seen: number[] = [];
    for (const each of [queue, bench.queue({ kinds })]) {
      each.work([jobHandler(double, async ({ n }) => seen.push(n))], { compute: 2 });
    }
    const startMs = Date.now();
    for (const each of [queue, bench.queue({ kinds })]) await each.schedule(double, 'eth', 400, { n: 7 });
    await sleep(2_000);
    await queue.unschedule(double, 'eth');
    const due = (Date.now() - startMs) / 400;
    expect(seen.length).toBeGreaterThanOrEqual(Math.floor(due) - 2);
    expect(seen.length).toBeLessThanOrEqual(Math.ceil(due) + 1);
    expect(await queue.schedules(double)).toEqual(new Map());
  });

  it('tells what is scheduled, and takes a new interval', async () => {
    await queue.schedule(double, 'eth', 60_000, { n: 1 });
    await queue.schedule(double, 'btc', 60_000, { n: 1 });
    await queue.schedule(double, 'eth', 30_000, { n: 1 });
    expect(await queue.schedules(double)).toEqual(
      new Map([
        ['btc', 60_000],
        ['eth', 30_000],
      ]),
    );
  });

  it('goes on after everything in Redis was deleted, also with what was being waited for', async () => {
    const worker = bench.queue({ kinds });
    const first = gate();
    let calls = 0;
    worker.work(
      [
        jobHandler(double, async ({ n }) => {
          calls += 1;
          if (calls === 1) await first.passed;
          return 2 * n;
        }),
      ],
      { compute: 1 },
    );
    const asked = queue.request(double, 'a', { n: 1 }, 20_000);
    await vi.waitFor(() => expect(calls).toBe(1));
    const redis = bench.connect().patient('admin');
    await redis.flushall();
    first.open();
    expect(await asked).toBe(2);
    expect(await queue.request(double, 'b', { n: 4 }, 10_000)).toBe(8);
  });

  it('hands back at the stop what does not end in time, and another process does it', async () => {
    const stopping = bench.queue({ kinds });
    const started = gate();
    stopping.work(
      [
        jobHandler(double, async () => {
          started.open();
          return new Promise<number>(() => undefined);
        }),
      ],
      { compute: 1 },
    );
    const asked = queue.request(double, 'a', { n: 5 }, 20_000);
    await started.passed;
    await Promise.all([stopping.stop(), stopping.stop()]);
    queue.work([jobHandler(double, async ({ n }) => 2 * n)], { compute: 1 });
    expect(await asked).toBe(10);
  });

  it('hands back at once, when the service ends, what nobody waits for, and does what somebody waits for', async () => {
    const ending = bench.queue({ kinds });
    const [background, wanted, finish] = [gate(), gate(), gate()];
    ending.work(
      [
        jobHandler(double, async ({ n }) => {
          if (n === 1) {
            background.open();
            return new Promise<number>(() => undefined);
          }
          wanted.open();
          await finish.passed;
          return 2 * n;
        }),
      ],
      { compute: 2 },
    );
    await queue.add(double, { n: 1 });
    const asked = queue.request(double, 'a', { n: 5 }, 20_000);
    await Promise.all([background.passed, wanted.passed]);
    const quiet = ending.windDown();
    const again = gate();
    const elsewhere = jobHandler(double, async ({ n }) => {
      again.open();
      return 2 * n;
    });
    queue.work([elsewhere], { compute: 1 });
    await again.passed;
    finish.open();
    expect(await asked).toBe(10);
    await quiet;
  });

  it('tells whoever still waits when the service ends to come back', async () => {
    const ending = bench.queue({ kinds, goodbye: 'Come back in a minute.' });
    const asked = ending.request(double, 'a', { n: 5 }, 20_000);
    const refused = expect(asked).rejects.toThrow(new UserError('Come back in a minute.'));
    await ending.windDown();
    await refused;
  });

  it('stops before it has done anything', async () => {
    const fresh = bench.queue({ kinds });
    fresh.work([jobHandler(double, async ({ n }) => n)], { compute: 1 });
    await fresh.stop();
  });
});
