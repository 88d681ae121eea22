import type { InlineKeyboardMarkup, Message, PhotoSize } from 'telegraf/types';
import type { EmulatedBot } from './bot.ts';
import type { EmulatedChat } from './chat.ts';
import { extras } from './posting.ts';
import { badRequest } from './refusal.ts';
import type { World } from './world.ts';

type Target = {
  readonly chat_id?: number | string;
  readonly message_id?: number;
  readonly inline_message_id?: string;
};

type Found = { readonly chat: EmulatedChat; readonly message: Message; readonly isInline: boolean };

type Change = {
  readonly text?: string;
  readonly caption?: string | undefined;
  readonly photo?: PhotoSize[];
  readonly markup: InlineKeyboardMarkup | undefined;
};

/** The bot's own message that an edit means. */
export function findEdited(world: World, bot: EmulatedBot, target: Target): Found {
  if (target.inline_message_id !== undefined) {
    const place = world.inlineMessages.get(target.inline_message_id);
    if (place === undefined) throw badRequest('invalid inline message identifier specified');
    return { chat: place.chat, message: place.chat.messages.get(place.messageId)!, isInline: true };
  }
  const chat = world.findChat(target.chat_id);
  chat.checkAccess(bot.id);
  const message = chat.messages.get(target.message_id ?? 0);
  if (message === undefined) throw badRequest('message to edit not found');
  const isOwn = message.from?.id === bot.id || message.sender_chat?.id === chat.id;
  if (!isOwn || 'via_bot' in message) throw badRequest("message can't be edited");
  return { chat, message, isInline: false };
}

/** Puts the new content in the place of the old; the answer is the message, or true for an inline one. */
export function edit(world: World, { chat, message, isInline }: Found, change: Change) {
  const { text, caption, photo, markup } = change;
  const { reply_markup: _, caption: oldCaption, ...rest } = message as Message.PhotoMessage;
  const newCaption = 'caption' in change ? caption : oldCaption;
  const edited = {
    ...rest,
    ...(text !== undefined && { text }),
    ...(photo !== undefined && { photo }),
    ...(newCaption !== undefined && newCaption !== '' && { caption: newCaption }),
    ...extras({ markup }),
  };
  if (sameContent(message, edited)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  const stored = { ...edited, edit_date: world.seconds() };
  chat.messages.set(message.message_id, stored);
  return isInline ? (true as const) : stored;
}

function sameContent(before: object, after: object): boolean {
  const content = (message: object) => {
    const { text, caption, photo, reply_markup } = message as Message.TextMessage & Message.PhotoMessage;
    return JSON.stringify([text, caption, photo?.at(-1)?.file_unique_id, reply_markup]);
  };
  return content(before) === content(after);
}
