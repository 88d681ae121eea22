import type { Chat, Message, User } from 'telegraf/types';
import type { EmulatedBot } from './bot.ts';
import type { EmulatedChat, Standing } from './chat.ts';
import type { FaultRule } from './faults.ts';
import { memberOf } from './methods.ts';
import { botUser } from './posting.ts';
import { BotApiServer, type RecordedCall } from './server.ts';
import type { News } from './update-queue.ts';
import { WebhookSender } from './webhook-sender.ts';
import { type CallbackAnswer, type InlineAnswer, World } from './world.ts';

type Saying = {
  /** Topic of a forum. */
  readonly threadId?: number;
  /** When it was said; now unless told. */
  readonly atMs?: number;
  /** An administrator who hides behind the group's name. */
  readonly anonymous?: true;
};

/**
 * Telegram on the loopback address: a strict Bot API for bots (`url`, tokens from `addBot`), and people who type,
 * press and search, for tests.
 */
export class TelegramEmulator {
  readonly world: World;
  readonly #server: BotApiServer;
  readonly #routes = new Map<string, string>();
  readonly #senders: WebhookSender[] = [];
  readonly #waiting = new Set<() => void>();
  #url = '';

  private constructor(nowMs: () => number) {
    this.world = new World(nowMs);
    this.#server = new BotApiServer(this.world);
    this.#server.onCall = () => this.#notice();
  }

  static async start(options: { readonly nowMs?: () => number } = {}): Promise<TelegramEmulator> {
    const emulator = new TelegramEmulator(options.nowMs ?? Date.now);
    emulator.#url = await emulator.#server.listen();
    return emulator;
  }

  async stop(): Promise<void> {
    await this.#server.close();
  }

  /** Root of the Bot API. */
  get url(): string {
    return this.#url;
  }

  /** Every request, in the order of the answers. */
  get calls(): readonly RecordedCall[] {
    return this.#server.calls;
  }

  callsOf(method: string): readonly RecordedCall[] {
    return this.calls.filter((call) => call.method.toLowerCase() === method.toLowerCase());
  }

  /** @returns what ends the fault. */
  fail(rule: FaultRule): () => void {
    return this.#server.faults.add(rule);
  }

  /** Resolves once it holds; looked at after every request, delivery and new poll. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Resolves once the bot waits for news. */
  untilPolled(bot: EmulatedBot): Promise<void> {
    return this.until(() => bot.updates.isPolled);
  }

  addBot(username = 'liqmap_bot'): EmulatedBot {
    const bot = this.world.addBot(username);
    bot.updates.onPoll = () => this.#notice();
    this.#senders.push(new WebhookSender(bot, this.#routes, () => this.#notice()));
    return bot;
  }

  /** Says where the public host of a webhook really is, as name servers do. */
  route(publicHost: string, base: string): void {
    this.#routes.set(publicHost, base);
  }

  /** Tries again to deliver what a webhook has refused. */
  async retryWebhooks(): Promise<void> {
    await Promise.all(this.#senders.map((sender) => sender.run()));
  }

  addUser(firstName = 'Ada'): User {
    return this.world.addUser(firstName);
  }

  /** The private chat of somebody with the bots; `never` unless they have started them. */
  privateChat(user: User, standing: Standing = 'member'): EmulatedChat {
    const { id, first_name, username } = user;
    const known = this.world.chats.get(id);
    const chat =
      known ?? this.world.addChat({ id, type: 'private', first_name, ...(username && { username }) });
    return this.#standAll(chat, standing);
  }

  group(title = 'Traders'): EmulatedChat {
    const chat: Chat = { id: -this.world.nextId(), type: 'group', title };
    return this.#standAll(this.world.addChat(chat), 'member');
  }

  supergroup(title = 'Many traders', topics: Readonly<Record<number, string>> = {}): EmulatedChat {
    const isForum = Object.keys(topics).length > 0;
    const chat = this.world.addChat({
      id: this.#bigId(),
      type: 'supergroup',
      title,
      ...(isForum && { is_forum: true as const }),
    });
    for (const [id, name] of Object.entries(topics)) chat.topics.set(Number(id), { name, closed: false });
    return this.#standAll(chat, 'member');
  }

  channel(title = 'Liquidations'): EmulatedChat {
    const chat = this.world.addChat({ id: this.#bigId(), type: 'channel', title, username: `ch${title}` });
    return this.#standAll(chat, 'administrator');
  }

  /** Somebody writes; bots hear it as Telegram lets them (in groups: commands that are theirs, or all as administrators). */
  say(user: User, chat: EmulatedChat, text: string, how: Saying = {}): Message.TextMessage {
    const { threadId, atMs = this.world.nowMs(), anonymous } = how;
    const isChannel = chat.chat.type === 'channel';
    const command = /^\/\w+(@\w+)?/.exec(text)?.[0];
    const message: Message.TextMessage = {
      message_id: this.world.nextId(),
      date: Math.floor(atMs / 1000),
      chat: chat.chat,
      text,
      ...(!isChannel && { from: anonymous ? anonymousAdministrator : user }),
      ...((isChannel || anonymous) && { sender_chat: chat.chat }),
      ...(threadId !== undefined && { message_thread_id: threadId, is_topic_message: true }),
      ...(command && { entities: [{ type: 'bot_command', offset: 0, length: command.length }] }),
    };
    chat.messages.set(message.message_id, message);
    for (const bot of this.world.listeners(chat)) {
      if (!hears(bot, chat, text)) continue;
      bot.updates.push((isChannel ? { channel_post: message } : { message }) as News);
    }
    return message;
  }

  /** Somebody presses a button, named by its label or by what it would send. Resolves with the bot's answer. */
  press(user: User, message: Message, button: string, bot = this.#onlyBot()): Promise<CallbackAnswer> {
    const current = this.world.current(message);
    const inline = [...this.world.inlineMessages].find(
      ([, { messageId }]) => messageId === message.message_id,
    );
    const id = `cb${this.world.nextId()}`;
    const answer = this.world.callbacks.ask(id, { botId: bot.id, askedMs: this.world.nowMs() });
    bot.updates.push({
      callback_query: {
        id,
        from: user,
        chat_instance: `${current.chat.id * 31}`,
        data: buttonData(current, button),
        ...(inline ? { inline_message_id: inline[0] } : { message: current }),
      },
    });
    return answer;
  }

  /** Somebody types behind the bot's name. Resolves with the bot's answer. */
  search(user: User, query: string, bot = this.#onlyBot()): Promise<InlineAnswer> {
    const id = `iq${this.world.nextId()}`;
    const answer = this.world.inlineQueries.ask(id, { botId: bot.id, askedMs: this.world.nowMs() });
    bot.updates.push({ inline_query: { id, from: user, query, offset: '', chat_type: 'group' } });
    return answer;
  }

  /** Somebody sends one of the results of a search into a chat, where the bot need not be. */
  share(user: User, chat: EmulatedChat, given: { answer: InlineAnswer; index?: number; bot?: EmulatedBot }) {
    const { answer, index = 0, bot = this.#onlyBot() } = given;
    const result = answer.results[index];
    if (result === undefined) throw new Error(`the answer has no result ${index}`);
    const content =
      'photo_file_id' in result
        ? { photo: [...this.world.files.find(bot.id, result.photo_file_id)], ...captioned(result) }
        : {
            text: (result as { input_message_content: { message_text: string } }).input_message_content
              .message_text,
          };
    const message = {
      message_id: this.world.nextId(),
      date: this.world.seconds(),
      chat: chat.chat,
      from: user,
      via_bot: botUser(bot),
      ...content,
      ...(result.reply_markup && { reply_markup: result.reply_markup }),
    } as Message;
    chat.messages.set(message.message_id, message);
    this.world.inlineMessages.set(`im${message.message_id}`, { chat, messageId: message.message_id });
    return message;
  }

  /** Changes how a bot stands to a chat and tells it so. */
  setStanding(chat: EmulatedChat, standing: Standing, by: User, bot = this.#onlyBot()): void {
    const old = chat.standingOf(bot.id);
    chat.setStanding(bot.id, standing);
    bot.updates.push({
      my_chat_member: {
        chat: chat.chat,
        from: by,
        date: this.world.seconds(),
        old_chat_member: memberOf(bot, old),
        new_chat_member: memberOf(bot, standing),
      },
    } as News);
  }

  /** Turns a group into a supergroup; bots are told by two service messages unless `silently`. */
  migrate(group: EmulatedChat, how: { readonly silently?: true } = {}): EmulatedChat {
    const title = 'title' in group.chat ? group.chat.title : '';
    const next = this.supergroup(title);
    group.migratedTo = next.id;
    if (how.silently) return next;
    const common = () => ({ message_id: this.world.nextId(), date: this.world.seconds() });
    for (const bot of this.world.listeners(next)) {
      bot.updates.push({
        message: { ...common(), chat: group.chat, migrate_to_chat_id: next.id },
      } as News);
      bot.updates.push({
        message: { ...common(), chat: next.chat, migrate_from_chat_id: group.id },
      } as News);
    }
    return next;
  }

  /** What bots have said in a chat, as it stands now. */
  saidIn(chat: EmulatedChat): Message[] {
    return this.world.saidIn(chat);
  }

  #notice(): void {
    for (const look of [...this.#waiting]) look();
  }

  #standAll(chat: EmulatedChat, standing: Standing): EmulatedChat {
    for (const bot of this.world.bots.values()) chat.setStanding(bot.id, standing);
    return chat;
  }

  #onlyBot(): EmulatedBot {
    const [bot] = this.world.bots.values();
    if (bot === undefined) throw new Error('there is no bot yet');
    return bot;
  }

  #bigId(): number {
    return -1_000_000_000_000 - this.world.nextId();
  }
}

const anonymousAdministrator: User = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: 'Group',
  username: 'GroupAnonymousBot',
};

function hears(bot: EmulatedBot, chat: EmulatedChat, text: string): boolean {
  const isOpen = ['private', 'channel'].includes(chat.chat.type);
  if (isOpen || chat.standingOf(bot.id) === 'administrator') return true;
  const [command, addressee] = /^\/\w+(?:@(\w+))?/.exec(text) ?? [];
  return (
    command !== undefined &&
    (addressee === undefined || addressee.toLowerCase() === bot.user.username.toLowerCase())
  );
}

function buttonData(message: Message, button: string): string {
  const rows = ('reply_markup' in message && message.reply_markup?.inline_keyboard) || [];
  const found = rows
    .flat()
    .find((one) => one.text === button || ('callback_data' in one && one.callback_data === button));
  if (found === undefined || !('callback_data' in found)) {
    throw new Error(`no button "${button}" under message ${message.message_id}`);
  }
  return found.callback_data;
}

function captioned(result: object): { caption?: string } {
  return 'caption' in result && typeof result.caption === 'string' ? { caption: result.caption } : {};
}
