import { afterEach, expect, it, vi } from 'vitest';
import { startTidying } from '../../src/app/tidy.ts';
import type { JobQueue } from '../../src/jobs/queue.ts';
import { Lifecycle } from '../../src/lifecycle.ts';
import { createLog } from '../../src/log.ts';

const dayMs = 86_400_000;
const life = new Lifecycle();
afterEach(() => life.close({ deadlineMs: 1_000 }));

it('the store is tidied, and not by a clock that has gone days ahead by itself', async () => {
  let aheadMs = 0;
  const levels: string[] = [];
  const compact = vi.fn(async () => ({ merged: 2, thinned: 0, deleted: 1 }));
  const queue = { schedule: async () => undefined };
  const tidy = startTidying(
    {
      queue: queue as unknown as JobQueue,
      nowMs: () => Date.now() + aheadMs,
      life,
      log: createLog({ level: 'info', write: (line) => levels.push(JSON.parse(line).level) }),
    },
    { compact },
  );
  const run = () => tidy.run({}, { signal: new AbortController().signal, attempt: 1 });
  aheadMs = 3_600_000;
  expect(await run()).toEqual({ merged: 2, deleted: 1 });
  aheadMs = 500 * dayMs;
  expect(await run()).toEqual({ merged: 0, deleted: 0 });
  expect(compact).toHaveBeenCalledTimes(1);
  expect(levels).toEqual(['info', 'warn']);
});
