import type { Message, User } from 'telegraf/types';
import type { EmulatedBot } from './bot.ts';
import type { EmulatedChat } from './chat.ts';
import { TelegramEmulator } from './emulator.ts';
import { botFor, type TestBot } from './started-bot.ts';

/** An emulated Telegram with one account for a bot, one person, and our bots as the test starts them. */
export class TelegramStage {
  readonly telegram: TelegramEmulator;
  readonly bot: EmulatedBot;
  readonly ada: User;
  readonly #running: TestBot[] = [];

  private constructor(telegram: TelegramEmulator) {
    this.telegram = telegram;
    this.bot = telegram.addBot();
    this.ada = telegram.addUser('Ada');
  }

  static async open(): Promise<TelegramStage> {
    return new TelegramStage(await TelegramEmulator.start());
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map((one) => one.telegram.stop()));
    await this.telegram.stop();
  }

  /** Our bot, not started yet; stopped at the end. */
  made(more: Parameters<typeof botFor>[2] = {}): TestBot {
    const one = botFor(this.telegram, this.bot, more);
    this.#running.push(one);
    return one;
  }

  async started(more: Parameters<typeof botFor>[2] = {}): Promise<TestBot> {
    const one = this.made(more);
    await one.telegram.start();
    return one;
  }

  /** The bot's messages in a chat, once there are so many. */
  async said(chat: EmulatedChat, count = 1): Promise<Message[]> {
    await this.telegram.until(() => this.telegram.saidIn(chat).length >= count);
    return this.telegram.saidIn(chat);
  }

  /** The last of them, which is a picture. */
  async picture(chat: EmulatedChat, count = 1): Promise<Message.PhotoMessage> {
    return (await this.said(chat, count)).at(-1) as Message.PhotoMessage;
  }
}

export function textOf(message: Message | undefined): string {
  return (message as Message.TextMessage).text;
}
