import type { InlineKeyboardMarkup, Message } from 'telegraf/types';
import type { Channel } from '../discord/world.ts';
import type { EmulatedChat } from '../telegram/chat.ts';
import type { TelegramEmulator } from '../telegram/emulator.ts';

/** A message as somebody in the channel sees it. */
export type Shown = {
  readonly id: string;
  readonly text: string;
  readonly isSilent: boolean;
  /** Id of the message that it answers. */
  readonly answers?: string;
  readonly png?: Buffer;
  readonly buttons: readonly string[];
};

/** What happened in a channel, at which market time. */
export type Seen = { readonly atMs: number; readonly what: 'message' | 'edit'; readonly shown: Shown };

/** Discord's "without a sound". */
const suppressNotifications = 4_096;

/** Notes what is new in a channel each time it looks. */
export class ChannelWatch {
  readonly name: string;
  readonly seen: Seen[] = [];
  readonly #read: () => readonly Shown[];
  readonly #texts = new Map<string, string>();

  constructor(name: string, read: () => readonly Shown[]) {
    this.name = name;
    this.#read = read;
  }

  look(atMs: number): void {
    for (const shown of this.#read()) {
      const before = this.#texts.get(shown.id);
      if (before === shown.text) continue;
      this.#texts.set(shown.id, shown.text);
      this.seen.push({ atMs, what: before === undefined ? 'message' : 'edit', shown });
    }
  }
}

export function watchDiscord(name: string, channel: Channel): ChannelWatch {
  return new ChannelWatch(name, () =>
    channel.messages
      .filter(({ onlyFor }) => !onlyFor)
      .map(({ id, content, flags, answers, attachments, rows }) => ({
        id,
        text: content,
        isSilent: (flags & suppressNotifications) !== 0,
        ...(answers && { answers: answers.id }),
        ...(attachments[0] && { png: attachments[0].data }),
        buttons: rows.flat().map(({ label }) => label),
      })),
  );
}

export function watchTelegram(name: string, telegram: TelegramEmulator, chat: EmulatedChat): ChannelWatch {
  const silentTexts = () =>
    new Set(
      ['sendMessage', 'sendPhoto']
        .flatMap((method) => telegram.callsOf(method))
        .filter(({ given }) => given['chat_id'] === chat.id || given['chat_id'] === `${chat.id}`)
        .filter(({ given }) => `${given['disable_notification']}` === 'true')
        .map(({ given }) => given['text'] ?? given['caption']),
    );
  const silentIds = new Map<number, boolean>();
  return new ChannelWatch(name, () =>
    telegram.saidIn(chat).map((message) => {
      const {
        message_id: id,
        text,
        caption,
        photo,
        reply_to_message,
        reply_markup,
      } = message as Message.TextMessage &
        Message.PhotoMessage & { readonly reply_markup?: InlineKeyboardMarkup };
      const words = text ?? caption ?? '';
      if (!silentIds.has(id)) silentIds.set(id, silentTexts().has(words));
      return {
        id: `${id}`,
        text: words,
        isSilent: silentIds.get(id) === true,
        ...(reply_to_message && { answers: `${reply_to_message.message_id}` }),
        ...(photo && { png: telegram.world.files.bytesOf(photo) }),
        buttons: (reply_markup?.inline_keyboard ?? []).flat().map((button) => button.text),
      };
    }),
  );
}
