import project from '../../package.json' with { type: 'json' };
import { alertPayloadSchema } from '../alerts/payload.ts';
import { dayMs } from '../core/durations.ts';
import { queueNames } from '../jobs/kind.ts';
import { readAlertsStatus } from '../jobs/redis-alert-sheets.ts';
import { VenueBoard } from '../jobs/venue-board.ts';
import type { ServiceStatus } from '../service-status.ts';
import type { Store } from '../store/store.ts';
import type { House } from './house.ts';

/** How the whole service does, as far as it can be seen through Redis; `startedMs` is this process' own. */
export function statusReader({ redis, queue, nowMs }: House, store: Store): () => Promise<ServiceStatus> {
  const board = new VenueBoard(redis);
  const startedMs = nowMs();
  const ledger = store.alerts(alertPayloadSchema);
  return async () => {
    const [venues, queues, alerts, alerting] = await Promise.all([
      board.read(),
      Promise.all(queueNames.map(async (name) => ({ name, ...(await queue.depth(name)) }))),
      // The rest is worth knowing while the store is away.
      ledger.counts(nowMs() - dayMs).catch(() => undefined),
      readAlertsStatus(redis),
    ]);
    return {
      version: project.version,
      startedMs,
      venues,
      queues,
      ...(alerts && { alerts }),
      ...(alerting && { alerting }),
    };
  };
}
