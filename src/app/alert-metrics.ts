import type { AlertCounts } from '../alerts/counts.ts';
import type { AlertEngine } from '../alerts.ts';
import type { House } from './house.ts';

/** What Prometheus is told of the engine of alerts: counts, never whom. @param engine the one that runs here, if it does */
export function watchAlerts(
  { metrics }: Pick<House, 'metrics'>,
  counts: AlertCounts,
  engine: () => AlertEngine | undefined,
): void {
  const by = (counted: Readonly<Record<string, number>>) =>
    Object.entries(counted).map(([state, value]) => ({ labels: { state }, value }));
  metrics.gauge('liqmap_alert_triggers', 'Prices that alerts wait for, all coins', async () => [
    { labels: {}, value: engine()?.triggers ?? 0 },
  ]);
  metrics.gauge('liqmap_alert_blocked_coins', 'Coins of which nobody is alerted now, by reason', async () => {
    const reasons = (engine()?.status().coins ?? []).flatMap(({ blocked }) => blocked);
    return by(Object.fromEntries(reasons.map((why) => [why, reasons.filter((one) => one === why).length])));
  });
  metrics.counter('liqmap_alert_ticks_total', 'Prices of watched coins that alerts have heard', async () => [
    { labels: {}, value: counts.ticks },
  ]);
  metrics.counter('liqmap_alert_fired_total', 'Levels that price has come to, by stage', async () =>
    by(counts.fired),
  );
  metrics.counter('liqmap_alert_untold_total', 'What fired and was not told, by reason', async () =>
    by(counts.untold),
  );
}
