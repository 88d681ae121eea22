import type { Chat, InlineQueryResult, InlineQueryResultsButton, Message, User } from 'telegraf/types';
import { EmulatedBot } from './bot.ts';
import { EmulatedChat } from './chat.ts';
import { OpenQueries } from './open-queries.ts';
import { badRequest } from './refusal.ts';
import { StoredFiles } from './stored-files.ts';

export type CallbackAnswer = { readonly text?: string; readonly showAlert: boolean };
export type InlineAnswer = {
  readonly results: readonly InlineQueryResult[];
  readonly button?: InlineQueryResultsButton;
  readonly cacheSeconds: number;
  readonly isPersonal: boolean;
};

/** How long Telegram waits for a bot's answer. */
const callbackMs = 15_000;
const inlineMs = 10_000;

/** All that the emulated Telegram knows. */
export class World {
  readonly nowMs: () => number;
  readonly bots = new Map<string, EmulatedBot>();
  readonly chats = new Map<number, EmulatedChat>();
  readonly users = new Map<number, User>();
  readonly files = new StoredFiles();
  readonly callbacks = new OpenQueries<CallbackAnswer>(callbackMs);
  readonly inlineQueries = new OpenQueries<InlineAnswer>(inlineMs);
  /** Messages that were sent by way of inline mode, by inline_message_id. */
  readonly inlineMessages = new Map<string, { readonly chat: EmulatedChat; readonly messageId: number }>();
  /** Messages that bots have sent themselves. */
  readonly #said = new Map<number, EmulatedChat>();
  #nextId = 1000;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  nextId(): number {
    return this.#nextId++;
  }

  seconds(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  addBot(username: string): EmulatedBot {
    const bot = new EmulatedBot({ id: 5_000_000_000 + this.nextId(), username });
    this.bots.set(bot.token, bot);
    return bot;
  }

  addUser(firstName: string): User {
    const id = 200_000 + this.nextId();
    const user: User = {
      id,
      is_bot: false,
      first_name: firstName,
      username: firstName.toLowerCase(),
      language_code: 'en',
    };
    this.users.set(id, user);
    return user;
  }

  addChat(chat: Chat): EmulatedChat {
    const added = new EmulatedChat(chat);
    this.chats.set(chat.id, added);
    return added;
  }

  findChat(id: number | string | undefined): EmulatedChat {
    if (id === undefined) throw badRequest('chat_id is empty');
    const named = (chat: Chat) => 'username' in chat && `@${chat.username}` === id;
    const found =
      typeof id === 'number' ? this.chats.get(id) : [...this.chats.values()].find(({ chat }) => named(chat));
    if (found === undefined) throw badRequest('chat not found');
    return found;
  }

  /** Puts what a bot says into a chat. */
  post<M extends Message>(chat: EmulatedChat, message: M): M {
    chat.messages.set(message.message_id, message);
    this.#said.set(message.message_id, chat);
    return message;
  }

  /** What bots have said in a chat, as it stands now. */
  saidIn(chat: EmulatedChat): Message[] {
    return [...chat.messages.values()].filter(({ message_id }) => this.#said.get(message_id) === chat);
  }

  /** Bots that hear what is said in a chat. */
  *listeners(chat: EmulatedChat): Generator<EmulatedBot> {
    for (const bot of this.bots.values()) if (chat.isHeardBy(bot.id)) yield bot;
  }

  /** The message as it stands now. */
  current(message: Message): Message {
    const chat = this.chats.get(message.chat.id);
    const found = chat?.messages.get(message.message_id);
    if (found === undefined) throw new Error(`there is no message ${message.message_id} any more`);
    return found;
  }
}
