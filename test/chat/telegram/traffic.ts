import { defaultLimits, type Priority } from '../../../src/chat/telegram/schedule.ts';

/** One request: it reached the receiver some time between start and answer. */
export type Sending = {
  readonly chatId: string;
  readonly priority: Priority;
  readonly number: number;
  readonly startMs: number;
  readonly answeredMs: number;
};

/** The most of these times that lie within any half-open window. */
export function mostInWindow(timesMs: readonly number[], windowMs: number): number {
  const sorted = [...timesMs].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [last, timeMs] of sorted.entries()) {
    while (sorted[first]! + windowMs <= timeMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** Every way in which the sendings break a limit, whenever within their requests they were counted. */
export function breaches(sendings: readonly Sending[], limits = defaultLimits): string[] {
  const counted = [
    sendings.map(({ startMs }) => startMs),
    sendings.map(({ answeredMs }) => answeredMs),
    sendings.map(({ startMs, answeredMs }, i) => (i % 2 === 0 ? startMs : answeredMs)),
    sendings.map(({ startMs, answeredMs }, i) => (i % 2 === 1 ? startMs : answeredMs)),
  ];
  return counted.flatMap((timesMs) => breachesAt(sendings, timesMs, limits));
}

function breachesAt(
  sendings: readonly Sending[],
  timesMs: readonly number[],
  limits: typeof defaultLimits,
): string[] {
  const found: string[] = [];
  const all = mostInWindow(timesMs, 1_000);
  if (all > limits.perSecond) found.push(`${all} within a second`);
  for (const chatId of new Set(sendings.map((sending) => sending.chatId))) {
    const own = timesMs.filter((_, i) => sendings[i]?.chatId === chatId);
    if (mostInWindow(own, limits.chatGapMs) > 1) found.push(`two within ${limits.chatGapMs} ms to ${chatId}`);
    const inMinute = mostInWindow(own, 60_000);
    if (/^[-@]/.test(chatId) && inMinute > limits.groupPerMinute)
      found.push(`${inMinute} a minute to ${chatId}`);
  }
  return found;
}
