import { z } from 'zod';
import type { ChatAdapter, ChatBackend } from '../chat/adapter.ts';
import { Discord } from '../chat/discord/index.ts';
import { Telegram } from '../chat/telegram/index.ts';
import type { Config } from '../config.ts';
import { errorText } from '../errors.ts';
import { Lease } from '../jobs/lease.ts';
import { redisKeyValue } from '../jobs/redis-key-value.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { WebRoute } from '../web/server.ts';
import type { House } from './house.ts';
import type { Watch } from './watch.ts';

/** What an adapter is made from. */
export type ChatParts = {
  readonly backend: ChatBackend;
  readonly store: Store;
  readonly keyValue: ReturnType<typeof redisKeyValue>;
  readonly log: Log;
};

/** Makes a chat platform's adapter, each time it is this process' turn. */
export type ChatFactory = {
  readonly name: ChatAdapter['name'];
  make(parts: ChatParts): ChatAdapter & {
    readonly webhook?: WebRoute | undefined;
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
    make: ({ backend, store, keyValue, log }) =>
      new Discord({
        token,
        apiUrl: discordApiUrl,
        backend,
        store: keyValue,
        log,
        onDead: ({ channelId, reason }) =>
          disable({ store, log, platform: 'discord', chatId: channelId, reason }),
        onChannelGone: (channelId) =>
          disable({ store, log, platform: 'discord', chatId: channelId, reason: 'the channel was deleted' }),
      }),
  };
}

function telegramFactory(token: string, config: Config): ChatFactory {
  return {
    name: 'telegram',
    make: ({ backend, store, keyValue, log }) =>
      new Telegram({
        token,
        apiUrl: config.telegramApiUrl,
        webhookUrl: config.telegramWebhookUrl,
        webhookSecret: config.telegramWebhookSecret,
        storeChat: config.telegramStoreChat,
        backend,
        store: keyValue,
        log,
        onDead: ({ chatId, threadId, reason }) => {
          // A topic that is closed says nothing of its chat.
          if (threadId === undefined) disable({ store, log, platform: 'telegram', chatId, reason });
        },
        onMoved: ({ fromChatId, toChatId }) => store.moveChat('telegram', fromChatId, toChatId),
      }),
  };
}

function disable(dead: {
  readonly store: Store;
  readonly log: Log;
  readonly platform: string;
  readonly chatId: string;
  readonly reason: string;
}): void {
  const { store, log, platform, chatId, reason } = dead;
  store
    .subscriptions(z.unknown())
    .breakChat({ platform, chatId }, reason)
    .then((count) =>
      log.info('a chat takes nothing any more', { platform, chatId, reason, subscriptions: count }),
    )
    .catch((error) => log.error('a dead chat could not be noted', { platform, chatId, error }));
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
  },
): void {
  const { house, store, backend, watch } = given;
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
  const answer = async (signal: AbortSignal): Promise<void> => {
    const made = chat.make({ backend, store, keyValue, log });
    adapter = made;
    if (made.webhook) watch?.route(made.webhook);
    try {
      await Promise.race([made.start(), aborted(signal)]);
      await aborted(signal);
    } finally {
      await made.stop();
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
