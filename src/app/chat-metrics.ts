import type { House } from './house.ts';

type Counts = Readonly<Record<string, number>>;

/** What is counted here, and not by the adapter. */
export type ChatCounts = { alertEnded(outcome: string): void; alarmRaised(): void };

/** What Prometheus is told of one platform. @param sent what became of messages so far, by the adapter's own words */
export function watchChat(
  { metrics }: Pick<House, 'metrics'>,
  platform: string,
  sent: () => Counts | undefined,
): ChatCounts {
  const alerts: Record<string, number> = {};
  let alarms = 0;
  const by = (counts: Counts) =>
    Object.entries(counts).map(([outcome, value]) => ({ labels: { platform, outcome }, value }));
  metrics.counter('liqmap_deliveries_total', 'Messages to chats, by what became of them', async () =>
    by(deliveries(sent() ?? {})),
  );
  metrics.counter('liqmap_alerts_total', 'Alerts, by what became of them', async () => by(alerts));
  metrics.counter('liqmap_chat_alarms_total', 'What people who run the bot should look at', async () => [
    { labels: { platform }, value: alarms },
  ]);
  return {
    alertEnded(outcome) {
      alerts[outcome] = (alerts[outcome] ?? 0) + 1;
    },
    alarmRaised() {
      alarms += 1;
    },
  };
}

/** In the same words for both platforms. */
function deliveries(counts: Counts): Counts {
  const of = (...names: readonly string[]) => names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  return {
    sent: of('sent', 'done'),
    dead: of('dead'),
    unknown: of('unknown'),
    refused: of('refused', 'failed'),
    'not-sent': of('not-sent'),
  };
}
