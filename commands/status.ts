import { z } from 'zod';
import { age, duration } from '../renderers/numbers.ts';
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
    const { version, startedMs, queues, alerts } = now;
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
        spokenTime(nowMs, settings),
      ].join('\n'),
      data: now,
    };
  },
});

function venueLines({ venues }: ServiceStatus, nowMs: number): readonly string[] {
  if (venues.length === 0) return [texts.status.noVenue];
  return [
    texts.status.data,
    ...venues.map(({ venue, dataMs, note }) =>
      texts.status.venue(venue, dataMs === undefined ? texts.status.noData : age(nowMs - dataMs), note),
    ),
  ];
}
