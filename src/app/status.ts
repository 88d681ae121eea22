import project from '../../package.json' with { type: 'json' };
import { queueNames } from '../jobs/kind.ts';
import { VenueBoard } from '../jobs/venue-board.ts';
import type { ServiceStatus } from '../service-status.ts';
import type { House } from './house.ts';

/** How the whole service does, as far as it can be seen through Redis; `startedMs` is this process' own. */
export function statusReader({ redis, queue, nowMs }: House): () => Promise<ServiceStatus> {
  const board = new VenueBoard(redis);
  const startedMs = nowMs();
  return async () => {
    const [venues, queues] = await Promise.all([
      board.read(),
      Promise.all(queueNames.map(async (name) => ({ name, ...(await queue.depth(name)) }))),
    ]);
    return { version: project.version, startedMs, venues, queues };
  };
}
