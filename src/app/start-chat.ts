import type { ChatBackend } from '../chat/adapter.ts';
import { errorText } from '../errors.ts';
import { redisKeyValue } from '../jobs/redis-key-value.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Destination } from '../store/subscriptions.ts';
import type { PartHealth } from '../web/health.ts';
import { watchChat } from './chat-metrics.ts';
import type { ChatFactory, PlatformAdapter } from './chats.ts';
import { endDeadChat } from './dead-chats.ts';
import { type AlertParts, startDelivering } from './deliver.ts';
import type { House } from './house.ts';
import { workInOneProcess } from './one-process.ts';
import type { Watch } from './watch.ts';

/**
 * Has people of one platform answered by one process at a time. Does not wait for the platform: it may be away, and
 * the rest must not be.
 */
export function startChat(
  chat: ChatFactory,
  given: {
    readonly house: House;
    readonly store: Store;
    readonly backend: ChatBackend;
    readonly watch: Watch | undefined;
    readonly alerts: Omit<AlertParts, 'store'>;
  },
): void {
  const { house, store, backend, watch, alerts } = given;
  const { log, redis, nowMs } = house;
  const { name: platform } = chat;
  const keyValue = redisKeyValue({ redis, name: platform, log });
  let adapter: PlatformAdapter | undefined;
  watch?.add({ part: platform, read: async () => healthOf(adapter, nowMs()) });
  const counts = watchChat(house, platform, () => adapter?.counts);
  const endDead = (to: Omit<Destination, 'platform'>, reason: string) =>
    endDeadChat({ ...to, platform }, reason, { store, log, nowMs, channel: () => adapter?.alerts });
  const make = () =>
    chat.make({
      ...{ backend, store, keyValue, log, nowMs },
      onDead: ({ reason, ...to }) => void endDead(to, reason),
      onLeft: (communityId) => void leave({ platform, communityId }, { store, log }),
      onAlarm: () => counts.alarmRaised(),
    });
  const deliver = ({ alerts: channel }: PlatformAdapter) =>
    channel &&
    startDelivering(house, {
      ...{ ...alerts, store, channel, platform },
      onDead: endDead,
      onDelivered: (outcome) => counts.alertEnded(outcome),
    });
  const answer = async (signal: AbortSignal): Promise<void> => {
    const made = await make();
    adapter = made;
    if (made.webhook) watch?.route(made.webhook);
    let delivering: ReturnType<typeof startDelivering> | undefined;
    try {
      await Promise.race([made.start(), aborted(signal)]);
      if (!signal.aborted) delivering = deliver(made);
      await aborted(signal);
    } finally {
      // The adapter gives back what has not left, and with that deliveries come to their end.
      await Promise.all([delivering?.stop(), made.stop()]);
      adapter = undefined;
    }
  };
  workInOneProcess(house, {
    name: platform,
    lease: platform,
    // Two that answer the same question are worse than none for a minute.
    whenAway: 'stop',
    work: answer,
    onFailure: (error) => log.error('a chat platform cannot be used', { platform, reason: errorText(error) }),
  });
}

function healthOf(adapter: PlatformAdapter | undefined, nowMs: number): PartHealth {
  if (!adapter) return { ok: true, detail: 'another process answers', optional: true };
  const { ok, detail, lastHeardMs } = adapter.health();
  const ageMs = lastHeardMs === undefined ? undefined : Math.max(0, nowMs - lastHeardMs);
  // While a platform is away the rest does its work, and a restart would not bring it back.
  return { ok, detail, optional: true, ...(ageMs !== undefined && { ageMs }) };
}

async function leave(
  left: { readonly platform: string; readonly communityId: string },
  { store, log }: { readonly store: Store; readonly log: Log },
): Promise<void> {
  try {
    const rows = await store.leaveCommunity(left.platform, left.communityId);
    log.info('a server was left, and what was stored of it is gone', { ...left, rows });
  } catch (error) {
    log.error('what is stored of a server that was left could not be removed', { ...left, error });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
