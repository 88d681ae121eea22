import { dayMs } from '../core/durations.ts';
import { errorText } from '../errors.ts';
import { type JobHandler, jobHandler } from '../jobs/kind.ts';
import { compactStoreKind } from '../jobs/map-kinds.ts';
import { ClockWatch, systemClock } from '../market/clock.ts';
import type { Store } from '../store/store.ts';
import type { House } from './house.ts';

/** What is older is of no use to any map or score. */
const keepRowsMs = 400 * dayMs;

/** Has old rows of the store made fewer once a day, by one process. Returns what does it. */
export function startTidying(
  { queue, nowMs, life, log }: Pick<House, 'queue' | 'nowMs' | 'life' | 'log'>,
  store: Pick<Store, 'compact'>,
): JobHandler {
  const watch = new ClockWatch({ ...systemClock, nowMs });
  const tidy = jobHandler(compactStoreKind, async (_, { signal }) => {
    // By a clock that was set far ahead everything is old.
    if (Math.abs(watch.jumpedMs) > dayMs) {
      log.warn('the store is not tidied: the clock was set', { jumpedMs: Math.round(watch.jumpedMs) });
      return { merged: 0, deleted: 0 };
    }
    const report = await store.compact({ nowMs: nowMs(), keepMs: keepRowsMs, signal });
    log.info('the store was tidied', report);
    return { merged: report.merged, deleted: report.deleted };
  });
  // Set again each day: Redis may have lost it.
  const schedule = () =>
    queue
      .schedule(compactStoreKind, 'all', dayMs, {})
      .catch((error) => log.warn('tidying the store is not scheduled', { reason: errorText(error) }));
  void schedule();
  const timer = setInterval(schedule, dayMs);
  life.onClose('tidying', () => clearInterval(timer));
  return tidy;
}
