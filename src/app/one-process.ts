import { Lease, type LeaseOptions } from '../jobs/lease.ts';
import type { House } from './house.ts';

/** After a process' death its work stands still for so long. */
const leaseMs = 15_000;

type Work = Pick<LeaseOptions, 'whenAway'> & {
  /** For the log. */
  readonly name: string;
  /** What only one process may do; see `leaseKey`. */
  readonly lease: string;
  /** Done until the signal is aborted. */
  readonly work: (signal: AbortSignal) => Promise<void>;
  /** Told when the work fails where no other process could do it; where one can, it is begun again. */
  readonly onFailure?: (error: unknown) => void;
};

/** Has work done by one process at a time: by this one whenever it holds the lease, or for good where it is alone. */
export function workInOneProcess(
  { redis, shared, life, log }: Pick<House, 'redis' | 'shared' | 'life' | 'log'>,
  { name, lease, whenAway, work, onFailure }: Work,
): void {
  if (shared) {
    const held = new Lease({ redis, name: lease, ttlMs: leaseMs, log, whenAway, whileHeld: work });
    life.onClose(
      name,
      () => held.stop(),
      () => held.letGo(),
    );
    return;
  }
  const stopping = new AbortController();
  const working = onFailure ? work(stopping.signal).catch(onFailure) : work(stopping.signal);
  life.onClose(
    name,
    () => working,
    () => stopping.abort(),
  );
}
