import { measuredLimitMs } from '../core/measured/measured-age.ts';
import type { PositionSweep } from '../position-sweep.ts';
import type { MeasuredPositions } from '../store/measured-positions.ts';
import type { House } from './house.ts';

/** What Prometheus is told of a sweep: counts, never whom. */
export function watchSweep(
  { metrics, nowMs }: Pick<House, 'metrics' | 'nowMs'>,
  { sweep, positions }: { readonly sweep: PositionSweep; readonly positions: MeasuredPositions },
): void {
  const { venue } = sweep;
  metrics.gauge('liqmap_sweep_addresses', 'Addresses on the sweep list, by state', async () => {
    const counts = await sweep.counts();
    return Object.entries(counts).map(([state, value]) => ({ labels: { venue, state }, value }));
  });
  metrics.counter('liqmap_sweep_accounts_total', 'Accounts looked at, by outcome', async () => {
    const { swept, failed } = sweep.total;
    return Object.entries({ swept, failed }).map(([outcome, value]) => ({
      labels: { venue, outcome },
      value,
    }));
  });
  metrics.counter('liqmap_sweep_positions_total', 'Positions seen, by outcome', async () => {
    const { positions: seen, refused } = sweep.total;
    return Object.entries({ seen, refused }).map(([outcome, value]) => ({
      labels: { venue, outcome },
      value,
    }));
  });
  metrics.gauge('liqmap_measured_size', 'Base units of fresh positions, by market and side', async () => {
    const sums = await positions.sums(venue, nowMs() - measuredLimitMs);
    return sums.map(({ symbol, side, size }) => ({
      labels: { venue, part: symbol, state: side },
      value: size,
    }));
  });
}
