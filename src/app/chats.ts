import type { AlertChannel } from '../alerts/channel.ts';
import type { ChatAdapter, ChatBackend } from '../chat/adapter.ts';
import { Discord } from '../chat/discord/index.ts';
import { Telegram } from '../chat/telegram/index.ts';
import type { Config } from '../config.ts';
import { errorText } from '../errors.ts';
import { Lease } from '../jobs/lease.ts';
import { redisKeyValue } from '../jobs/redis-key-value.ts';
import type { Log } from '../log.ts';
import { systemClock } from '../market/clock.ts';
import type { Store } from '../store/store.ts';
import type { Destination } from '../store/subscriptions.ts';
import type { WebRoute } from '../web/server.ts';
import { endDeadChat } from './dead-chats.ts';
import { type AlertParts, startDelivering } from './deliver.ts';
import type { House } from './house.ts';
import type { Watch } from './watch.ts';

/** What an adapter is made from. */
export type ChatParts = {
  readonly backend: ChatBackend;
  readonly store: Store;
  readonly keyValue: ReturnType<typeof redisKeyValue>;
  readonly log: Log;
  /** By which alerts expire. */
  readonly nowMs: () => number;
  /** To be told of each place that takes nothing any more. */
  readonly onDead: (dead: DeadChat) => void;
  /** To be told of each server that the bot is no member of any more. */
  readonly onLeft: (communityId: string) => void;
  /** To be told of what people who run the bot should look at; the adapter has it in the log. */
  readonly onAlarm: () => void;
};

export type DeadChat = { readonly chatId: string; readonly threadId?: string; readonly reason: string };

/** Makes a chat platform's adapter, each time it is this process' turn. */
export type ChatFactory = {
  readonly name: ChatAdapter['name'];
  make(parts: ChatParts): ChatAdapter & {
    readonly webhook?: WebRoute | undefined;
    readonly alerts?: AlertChannel;
    /** What became of messages so far, by outcome. */
    readonly counts?: Readonly<Record<string, number>>;
  };
};

const leaseMs = 15_000;

/** The platforms that the configuration has tokens for. */
export function chatFactories(config: Config): readonly ChatFactory[] {
  const { discordToken, telegramToken } = config;
  return [
    ...(discordToken === undefined ? [] : [discordFactory(discordToken, config)]),
    ...(telegramToken === undefined ? [] : [telegramFactory(telegramToken, config)]),
  ];
}

function discordFactory(token: string, { discordApiUrl }: Config): ChatFactory {
  return {
    name: 'discord',
    make: ({ backend, keyValue, log, onDead, onLeft, onAlarm }) =>
      new Discord({
        token,
        apiUrl: discordApiUrl,
        backend,
        store: keyValue,
        log,
        onDead: ({ channelId, reason }) => onDead({ chatId: channelId, reason }),
        onChannelGone: (channelId) => onDead({ chatId: channelId, reason: 'the channel was deleted' }),
        onServerGone: onLeft,
        onAlarm,
      }),
  };
}

function telegramFactory(token: string, config: Config): ChatFactory {
  return {
    name: 'telegram',
    make: ({ backend, store, keyValue, log, nowMs, onDead, onAlarm }) =>
      new Telegram({
        token,
        apiUrl: config.telegramApiUrl,
        webhookUrl: config.telegramWebhookUrl,
        webhookSecret: config.telegramWebhookSecret,
        storeChat: config.telegramStoreChat,
        backend,
        store: keyValue,
        log,
        clock: { ...systemClock, nowMs },
        onDead,
        onAlarm,
        onMoved: ({ fromChatId, toChatId }) => store.moveChat('telegram', fromChatId, toChatId),
      }),
  };
}

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
  const { log, life, redis, metrics, nowMs } = house;
  const keyValue = redisKeyValue({ redis, name: chat.name, log });
  let adapter: ReturnType<ChatFactory['make']> | undefined;
  watch?.add({
    part: chat.name,
    read: async () => {
      if (!adapter) return { ok: true, detail: 'another process answers', optional: true };
      const { ok, detail, lastHeardMs } = adapter.health();
      const ageMs = lastHeardMs === undefined ? undefined : Math.max(0, nowMs() - lastHeardMs);
      // While a platform is away the rest does its work, and a restart would not bring it back.
      return { ok, detail, optional: true, ...(ageMs !== undefined && { ageMs }) };
    },
  });
  metrics.counter('liqmap_deliveries_total', 'Messages to chats, by what became of them', async () =>
    Object.entries(deliveries(adapter?.counts ?? {})).map(([outcome, value]) => ({
      labels: { platform: chat.name, outcome },
      value,
    })),
  );
  const delivered: Record<string, number> = {};
  metrics.counter('liqmap_alerts_total', 'Alerts, by what became of them', async () =>
    Object.entries(delivered).map(([outcome, value]) => ({
      labels: { platform: chat.name, outcome },
      value,
    })),
  );
  const endDead = (to: Omit<Destination, 'platform'>, reason: string) =>
    endDeadChat({ ...to, platform: chat.name }, reason, {
      store,
      log,
      nowMs,
      channel: () => adapter?.alerts,
    });
  const deliver = ({ alerts: channel }: { readonly alerts?: AlertChannel }) =>
    channel &&
    startDelivering(house, {
      ...alerts,
      store,
      channel,
      platform: chat.name,
      onDead: endDead,
      onDelivered: (outcome) => {
        delivered[outcome] = (delivered[outcome] ?? 0) + 1;
      },
    });
  let alarms = 0;
  metrics.counter('liqmap_chat_alarms_total', 'What people who run the bot should look at', async () => [
    { labels: { platform: chat.name }, value: alarms },
  ]);
  const told = {
    onDead: ({ reason, ...to }: DeadChat) => void endDead(to, reason),
    onLeft: (communityId: string) => void leave({ platform: chat.name, communityId }, { store, log }),
    onAlarm: () => {
      alarms += 1;
    },
  };
  const answer = async (signal: AbortSignal): Promise<void> => {
    const made = chat.make({ backend, store, keyValue, log, nowMs, ...told });
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
  if (house.shared) {
    const lease = new Lease({
      redis,
      name: chat.name,
      ttlMs: leaseMs,
      log,
      // Two that answer the same question are worse than none for a minute.
      whenAway: 'stop',
      whileHeld: answer,
    });
    life.onClose(chat.name, () => lease.stop());
    return;
  }
  const stopping = new AbortController();
  const answering = answer(stopping.signal).catch((error) => {
    log.error('a chat platform cannot be used', { platform: chat.name, reason: errorText(error) });
  });
  life.onClose(chat.name, async () => {
    stopping.abort();
    await answering;
  });
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

/** In the same words for both platforms. */
function deliveries(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const of = (...names: readonly string[]) => names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  return {
    sent: of('sent', 'done'),
    dead: of('dead'),
    unknown: of('unknown'),
    refused: of('refused', 'failed'),
    'not-sent': of('not-sent'),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
