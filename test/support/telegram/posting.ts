import type { InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters } from 'telegraf/types';
import type { EmulatedBot } from './bot.ts';
import type { EmulatedChat } from './chat.ts';
import type { FileValue } from './parameters.ts';
import { isUpload } from './parameters.ts';
import { badRequest } from './refusal.ts';
import type { World } from './world.ts';

export const maxText = 4096;
export const maxCaption = 1024;

type Place = {
  readonly chat: EmulatedChat;
  readonly threadId: number | undefined;
  readonly replyTo: ReplyParameters | undefined;
};

/** What every message of a bot has. */
export function head(
  world: World,
  bot: EmulatedBot,
  { chat, threadId, replyTo }: Place,
): Message.CommonMessage {
  const answered = repliedTo(chat, replyTo) as Message.CommonMessage['reply_to_message'];
  const isChannel = chat.chat.type === 'channel';
  return {
    message_id: world.nextId(),
    date: world.seconds(),
    chat: chat.chat,
    ...(isChannel ? { sender_chat: chat.chat } : { from: botUser(bot) }),
    ...(threadId !== undefined && { message_thread_id: threadId, is_topic_message: true }),
    ...(answered !== undefined && { reply_to_message: answered }),
  };
}

export function botUser({ user }: EmulatedBot) {
  const { id, is_bot, first_name, username } = user;
  return { id, is_bot, first_name, username };
}

export function checkText(text: string | undefined): string {
  if (text === undefined || text.trim() === '') throw badRequest('message text is empty');
  if (text.length > maxText) throw badRequest('message is too long');
  return text;
}

export function checkCaption(caption: string | undefined): string | undefined {
  if (caption !== undefined && caption.length > maxCaption) throw badRequest('message caption is too long');
  return caption;
}

/** The photo that a field means: an upload is stored, an id looked up. */
export function photoOf(world: World, bot: EmulatedBot, value: FileValue | undefined) {
  if (value === undefined || value === '') throw badRequest('there is no photo in the request');
  return [...(isUpload(value) ? world.files.store(bot.id, value.bytes) : world.files.find(bot.id, value))];
}

/** Absent fields stay absent: an empty keyboard is none. */
export function extras(given: {
  readonly markup: InlineKeyboardMarkup | undefined;
  readonly preview?: LinkPreviewOptions | undefined;
}) {
  const { markup, preview } = given;
  return {
    ...(markup !== undefined && markup.inline_keyboard.length > 0 && { reply_markup: markup }),
    ...(preview !== undefined && { link_preview_options: preview }),
  };
}

function repliedTo(chat: EmulatedChat, replyTo: ReplyParameters | undefined): Message | undefined {
  if (replyTo === undefined) return undefined;
  const found = chat.messages.get(replyTo.message_id);
  if (found === undefined && replyTo.allow_sending_without_reply !== true) {
    throw badRequest('message to be replied not found');
  }
  return found;
}
