import type { InlineKeyboardMarkup, Message, User } from 'telegraf/types';
import type { EmulatedBot } from '../telegram/bot.ts';
import type { EmulatedChat } from '../telegram/chat.ts';
import { TelegramEmulator } from '../telegram/emulator.ts';
import type { Notes, Received } from './notes.ts';

/** Somebody in a group of the loopback Telegram, and what they do there. */
export class TelegramScene {
  readonly telegram: TelegramEmulator;
  readonly bot: EmulatedBot;
  /** Where pictures are kept that are shared elsewhere. */
  readonly store: EmulatedChat;
  readonly #notes: Notes;
  readonly #ada: User;
  readonly #group: EmulatedChat;

  private constructor(telegram: TelegramEmulator, notes: Notes) {
    this.telegram = telegram;
    this.#notes = notes;
    this.bot = telegram.addBot();
    this.#ada = telegram.addUser('Ada');
    this.store = telegram.privateChat(telegram.addUser('Owner'));
    this.#group = telegram.supergroup('Traders');
  }

  static async open(notes: Notes): Promise<TelegramScene> {
    return new TelegramScene(await TelegramEmulator.start(), notes);
  }

  async isThere(): Promise<void> {
    await this.telegram.untilPolled(this.bot);
  }

  async say(name: string, text: string): Promise<Message> {
    this.#notes.did(`Telegram: Ada writes \`${text}\` in a group`);
    const startMs = performance.now();
    const count = this.telegram.saidIn(this.#group).length;
    this.telegram.say(this.#ada, this.#group, text);
    await this.telegram.until(() => this.telegram.saidIn(this.#group).length > count);
    const message = this.telegram.saidIn(this.#group).at(-1)!;
    this.#received(name, message, startMs);
    return message;
  }

  async press(name: string, message: Message, label: string): Promise<void> {
    this.#notes.did(`Telegram: Ada presses [${label}] under that message, which changes in place`);
    const startMs = performance.now();
    const edits = this.#edits();
    const answer = await this.telegram.press(this.#ada, message, label);
    const said = answer.text === undefined ? '' : ` with "${answer.text}"`;
    this.#notes.note(`accepted after ${Math.round(performance.now() - startMs)} ms${said}`);
    await this.telegram.until(() => this.#edits() > edits);
    this.#received(name, this.telegram.world.current(message), startMs);
  }

  /** Searches behind the bot's name and sends what is found into a chat where the bot is not. */
  async share(name: string, query: string): Promise<Message> {
    this.#notes.did(`Telegram: Ada types \`@${this.bot.user.username} ${query}\` in a chat without the bot`);
    const startMs = performance.now();
    const answer = await this.telegram.search(this.#ada, query);
    const results = answer.results.map((one) => `${one.type}: ${'title' in one ? one.title : ''}`);
    this.#notes.note(`is offered after ${Math.round(performance.now() - startMs)} ms: ${results.join('; ')}`);
    const elsewhere = this.telegram.supergroup('Friends');
    elsewhere.setStanding(this.bot.id, 'left');
    const message = this.telegram.share(this.#ada, elsewhere, { answer });
    this.#received(name, message, startMs);
    return message;
  }

  #edits(): number {
    const edits = [...this.telegram.callsOf('editMessageMedia'), ...this.telegram.callsOf('editMessageText')];
    return edits.filter(({ outcome }) => outcome === 'ok').length;
  }

  #received(name: string, message: Message, startMs: number): void {
    const { files } = this.telegram.world;
    const photo = 'photo' in message ? message.photo : undefined;
    const markup = (message as { readonly reply_markup?: InlineKeyboardMarkup }).reply_markup;
    const { caption = '', text = caption } = message as { readonly caption?: string; readonly text?: string };
    const received: Received = {
      text,
      ...(photo && { picture: { png: files.bytesOf(photo) } }),
      buttons: (markup?.inline_keyboard ?? []).map((row) => row.map((button) => button.text)),
    };
    this.#notes.received(`telegram-${name}`, received, performance.now() - startMs);
  }
}
