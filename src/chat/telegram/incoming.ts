import { z } from 'zod';

/** What we ask Telegram to tell us; https://core.telegram.org/bots/api#update */
export const updateKinds = [
  'message',
  'channel_post',
  'callback_query',
  'inline_query',
  'my_chat_member',
] as const;

/** Who did something, and where. */
export type Asker = {
  readonly userId: string;
  readonly chatId: string;
  /** Topic of a forum. */
  readonly threadId?: string;
  readonly isPrivate: boolean;
  /** By a message that was shared where we need not be: `chatId` only stands for that chat. */
  readonly isShared?: true;
  /** Whether this is somebody who may change settings, where that is known without asking Telegram. */
  readonly mayManage?: boolean;
};

export type Incoming =
  | {
      readonly kind: 'command';
      readonly asker: Asker;
      /** Lower case, without the slash. */
      readonly name: string;
      /** The bot it was written to by name, lower case. */
      readonly addressee?: string;
      readonly words: string;
      readonly messageId: string;
      readonly sentMs: number;
    }
  | {
      readonly kind: 'press';
      readonly asker: Asker;
      readonly id: string;
      readonly code: string;
      readonly message:
        | { readonly messageId: string; readonly hasPhoto: boolean }
        | { readonly inlineMessageId: string };
    }
  | { readonly kind: 'search'; readonly userId: string; readonly id: string; readonly query: string }
  /** We were put out of a chat or let in again, or a topic of it was opened again. */
  | {
      readonly kind: 'standing';
      readonly chatId: string;
      readonly threadId?: string;
      readonly isIn: boolean;
    }
  /** A group has become a supergroup. */
  | { readonly kind: 'moved'; readonly fromChatId: string; readonly toChatId: string };

const user = z.object({ id: z.int() });
const chat = z.object({ id: z.int(), type: z.enum(['private', 'group', 'supergroup', 'channel']) });
const message = z.object({
  message_id: z.int(),
  date: z.int(),
  chat,
  from: user.optional(),
  sender_chat: z.object({ id: z.int() }).optional(),
  message_thread_id: z.int().optional(),
  is_topic_message: z.boolean().optional(),
  text: z.string().optional(),
  photo: z.array(z.unknown()).optional(),
  migrate_to_chat_id: z.int().optional(),
  forum_topic_reopened: z.object({}).optional(),
});

const update = z.object({
  update_id: z.int(),
  message: message.optional(),
  channel_post: message.optional(),
  callback_query: z
    .object({
      id: z.string(),
      from: user,
      message: message.optional(),
      inline_message_id: z.string().optional(),
      chat_instance: z.string(),
      data: z.string().optional(),
    })
    .optional(),
  inline_query: z.object({ id: z.string(), from: user, query: z.string() }).optional(),
  my_chat_member: z
    .object({
      chat,
      new_chat_member: z.object({ status: z.string(), is_member: z.boolean().optional() }),
    })
    .optional(),
});

type Message = z.output<typeof message>;

/** The number of an update; undefined for what is none. */
export function updateIdOf(payload: unknown): number | undefined {
  const id = (payload as { update_id?: unknown } | null)?.update_id;
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined;
}

/** What an update means to us; undefined for what does not concern us. Throws on what is no update of Telegram's. */
export function incomingOf(payload: unknown): Incoming | undefined {
  const { message, channel_post, callback_query, inline_query, my_chat_member } = update.parse(payload);
  const said = message ?? channel_post;
  if (said?.migrate_to_chat_id !== undefined) {
    return { kind: 'moved', fromChatId: `${said.chat.id}`, toChatId: `${said.migrate_to_chat_id}` };
  }
  if (said?.forum_topic_reopened !== undefined) {
    const { chat, message_thread_id: thread } = said;
    // The general topic of a forum has no number.
    return {
      kind: 'standing',
      chatId: `${chat.id}`,
      ...(thread !== undefined && { threadId: `${thread}` }),
      isIn: true,
    };
  }
  if (said?.text !== undefined) return commandOf(said, said.text);
  if (callback_query !== undefined) return pressOf(callback_query);
  if (inline_query !== undefined) {
    const { id, from, query } = inline_query;
    return { kind: 'search', userId: `${from.id}`, id, query };
  }
  if (my_chat_member === undefined) return undefined;
  const { status, is_member } = my_chat_member.new_chat_member;
  const isIn = !['left', 'kicked'].includes(status) && is_member !== false;
  return { kind: 'standing', chatId: `${my_chat_member.chat.id}`, isIn };
}

function commandOf(said: Message, text: string): Incoming | undefined {
  const [whole, name, addressee] = /^\/([a-z0-9_]{1,32})(?:@(\w+))?(?=\s|$)/i.exec(text) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  return {
    kind: 'command',
    asker: askerOf(said, said.from?.id),
    name: name.toLowerCase(),
    ...(addressee !== undefined && { addressee: addressee.toLowerCase() }),
    words: text.slice(whole.length).trim(),
    messageId: `${said.message_id}`,
    sentMs: said.date * 1000,
  };
}

function pressOf(query: NonNullable<z.output<typeof update>['callback_query']>): Incoming | undefined {
  const { id, from, message: pressed, inline_message_id, chat_instance, data } = query;
  if (data === undefined) return undefined;
  if (pressed !== undefined) {
    // The message is ours, so who it is from says nothing of who presses.
    const asker = askerOf({ ...pressed, sender_chat: undefined }, from.id);
    // Of a message that is too old to be shown only the date 0 comes; most of ours are pictures.
    const hasPhoto = pressed.photo !== undefined || pressed.date === 0;
    return {
      kind: 'press',
      asker,
      id,
      code: data,
      message: { messageId: `${pressed.message_id}`, hasPhoto },
    };
  }
  if (inline_message_id === undefined) return undefined;
  // Shared somewhere we need not be: Telegram names no chat, only something that stands for it.
  const asker = {
    userId: `${from.id}`,
    chatId: chat_instance,
    isPrivate: false,
    isShared: true,
    mayManage: false,
  } as const;
  return { kind: 'press', asker, id, code: data, message: { inlineMessageId: inline_message_id } };
}

function askerOf(
  said: Pick<Message, 'chat' | 'sender_chat' | 'is_topic_message' | 'message_thread_id'>,
  userId: number | undefined,
): Asker {
  const isPrivate = said.chat.type === 'private';
  // Posts of channels and words of anonymous administrators come in the name of the chat itself.
  const isChatItself = said.sender_chat?.id === said.chat.id;
  const isTopic = said.is_topic_message === true && said.message_thread_id !== undefined;
  return {
    userId: `${isChatItself ? said.chat.id : (userId ?? said.chat.id)}`,
    chatId: `${said.chat.id}`,
    ...(isTopic && { threadId: `${said.message_thread_id}` }),
    isPrivate,
    ...((isPrivate || isChatItself) && { mayManage: true }),
  };
}
