import { z } from 'zod';
import { age, duration } from '../renderers/numbers.ts';
import type { AlertsStatus } from '../src/alerts/status.ts';
import { UserError } from '../src/errors.ts';
import type { ServiceStatus } from '../src/service-status.ts';
import { type Command, command } from './command.ts';
import { nowOf, spokenTime } from './spoken-time.ts';
import { texts } from './texts.ts';

export const status: Command = command({
  name: 'status',
  summary: texts.status.summary,
  parameters: [],
  onlyInChat: true,
  schema: z.object({}),
  async run(_, context, { settings }) {
    if (!context.status) throw new UserError(texts.status.notHere);
    const now = await context.status();
    const nowMs = nowOf(context);
    const { version, startedMs, queues, alerts, alerting } = now;
    const uptime = startedMs === undefined ? undefined : duration(nowMs - startedMs);
    return {
      text: [
        texts.status.title(version, uptime),
        ...venueLines(now, nowMs),
        texts.status.queues,
        ...queues.map(({ name, waiting, active, failed }) =>
          texts.status.queue(name, waiting, active, failed),
        ),
        ...(alerts ? [texts.status.alerts(alerts)] : []),
        ...(alerting ? alertingLines(alerting) : [texts.status.notAlerting]),
        spokenTime(nowMs, settings),
      ].join('\n'),
      data: now,
    };
  },
});

/** Only coins that are silent are named, the others counted. */
function alertingLines({ subscriptions, coins }: AlertsStatus): readonly string[] {
  const silent = coins.filter(({ blocked }) => blocked.length > 0);
  const unproven = coins.filter(({ verdict }) => verdict === 'unproven').map(({ symbol }) => symbol);
  return [
    texts.status.alerting(coins.length, subscriptions),
    ...silent.slice(0, mostSilent).map(({ symbol, blocked }) => texts.status.silent(symbol, blocked)),
    ...(silent.length > mostSilent ? [texts.status.moreSilent(silent.length - mostSilent)] : []),
    ...(unproven.length > 0 ? [texts.status.unproven(unproven.slice(0, mostSilent), unproven.length)] : []),
  ];
}

const mostSilent = 10;

function venueLines({ venues }: ServiceStatus, nowMs: number): readonly string[] {
  if (venues.length === 0) return [texts.status.noVenue];
  return [
    texts.status.data,
    ...venues.map(({ venue, dataMs, note }) =>
      texts.status.venue(venue, dataMs === undefined ? texts.status.noData : age(nowMs - dataMs), note),
    ),
  ];
}
