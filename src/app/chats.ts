import type { AlertChannel } from '../alerts/channel.ts';
import type { ChatAdapter, ChatBackend } from '../chat/adapter.ts';
import type { KeyValue } from '../chat/key-value.ts';
import type { Config, Role } from '../config.ts';
import type { Log } from '../log.ts';
import { systemClock } from '../market/clock.ts';
import type { Store } from '../store/store.ts';
import type { WebRoute } from '../web/server.ts';

/** What an adapter is made from. */
export type ChatParts = {
  readonly backend: ChatBackend;
  readonly store: Store;
  readonly keyValue: KeyValue;
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
  make(parts: ChatParts): PlatformAdapter | Promise<PlatformAdapter>;
};

export type PlatformAdapter = ChatAdapter & {
  readonly webhook?: WebRoute | undefined;
  readonly alerts?: AlertChannel;
  /** What became of messages so far, by outcome. */
  readonly counts?: Readonly<Record<string, number>>;
};

/**
 * The platforms that the configuration has tokens for, of those among the roles. Their libraries are an eighth of all that
 * a process loads: nobody else needs them, and who answers has them by the time that queue and store are open.
 */
export function chatFactories(config: Config, roles: readonly Role[] = config.roles): readonly ChatFactory[] {
  const { discordToken, telegramToken } = config;
  return [
    ...(discordToken === undefined || !roles.includes('discord')
      ? []
      : [discordFactory(discordToken, config)]),
    ...(telegramToken === undefined || !roles.includes('telegram')
      ? []
      : [telegramFactory(telegramToken, config)]),
  ];
}

function discordFactory(token: string, { discordApiUrl }: Config): ChatFactory {
  const library = import('../chat/discord/index.ts');
  return {
    name: 'discord',
    make: async ({ backend, keyValue, log, onDead, onLeft, onAlarm }) => {
      const { Discord } = await library;
      return new Discord({
        token,
        apiUrl: discordApiUrl,
        backend,
        store: keyValue,
        log,
        onDead: ({ channelId, reason }) => onDead({ chatId: channelId, reason }),
        onChannelGone: (channelId) => onDead({ chatId: channelId, reason: 'the channel was deleted' }),
        onServerGone: onLeft,
        onAlarm,
      });
    },
  };
}

function telegramFactory(token: string, config: Config): ChatFactory {
  const library = import('../chat/telegram/index.ts');
  return {
    name: 'telegram',
    make: async ({ backend, store, keyValue, log, nowMs, onDead, onAlarm }) => {
      const { Telegram } = await library;
      return new Telegram({
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
      });
    },
  };
}
