import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from 'telegraf/types';
import { defaultLimits } from '../src/chat/telegram/schedule.ts';
import { mostInWindow } from '../test/chat/telegram/traffic.ts';
import type { EmulatedChat } from '../test/support/telegram/chat.ts';
import { TelegramEmulator } from '../test/support/telegram/emulator.ts';
import { said, startBot, weighed } from './bot-process.ts';
import { type BenchResult, megabytes, percentiles } from './measure.ts';

const [few, many] = [1_000, 10_000];
/** Less than the limit, or people would only wait for each other. */
const quietPaceMs = 80;
/** Two commands and two presses a second, beside the broadcast. */
const askPaceMs = 500;

/** A bot against a loopback Telegram: a broadcast at the real limits with people asking meanwhile, and memory. */
export async function benchTelegram(): Promise<BenchResult> {
  return { timings: [], findings: [...(await broadcast()), await memory()] };
}

/** One picture to 500 chats at the real limits, while people ask and press. */
async function broadcast(): Promise<string[]> {
  const { telegram, process: bot, crowd } = await open('limited');
  const quiet: number[] = [];
  for (let i = 0; i < 50; i += 1) quiet.push(await paced(quietPaceMs, () => crowd.ask()));
  const members = Array.from({ length: 450 }, (_, i) => telegram.privateChat(telegram.addUser(`B${i}`)));
  const groups = Array.from({ length: 50 }, (_, i) => telegram.supergroup(`G${i}`));
  const before = telegram.calls.length;
  const startMs = performance.now();
  bot.send([...members, ...groups].map(({ id }) => `${id}`));
  let isOver = false;
  const sent = said(bot, 'sent').then(() => {
    isOver = true;
  });
  const [asked, pressed]: [number[], number[]] = [[], []];
  while (!isOver) {
    asked.push(await paced(askPaceMs, () => crowd.ask()));
    pressed.push(await crowd.press());
  }
  await sent;
  const seconds = (performance.now() - startMs) / 1000;
  const messages = telegram.calls
    .slice(before)
    .filter(({ method }) => /^(send(Photo|Message)|edit)/.test(method));
  const busiest = mostInWindow(
    messages.map(({ atMs }) => atMs),
    1_000,
  );
  const refusals = telegram.calls.filter(
    ({ outcome }) => outcome !== 'ok' && !outcome.includes('not modified'),
  );
  bot.kill();
  await telegram.stop();
  return [
    `/liqmap with a picture at hand, nothing else going on: ${percentiles(quiet)} to the picture`,
    `one picture to 500 chats: ${seconds.toFixed(1)} s, at most ${busiest} messages in a second (limit ${defaultLimits.perSecond}), uploads ${telegram.world.files.uploads}, refusals ${refusals.length}`,
    `meanwhile ${asked.length} commands: ${percentiles(asked)} to the picture`,
    `and ${pressed.length} presses: ${percentiles(pressed)} to the answer`,
  ];
}

async function memory(): Promise<string> {
  const { telegram, process: bot, crowd } = await open('unlimited');
  const sizes: string[] = [];
  const heaps: number[] = [];
  for (const goal of [few, many]) {
    while (crowd.count < goal) await crowd.askTogether(20);
    const { heap, rss } = await weighed(bot);
    heaps.push(heap);
    sizes.push(`${goal}: heap ${megabytes(heap)}, RSS ${megabytes(rss)}`);
  }
  const growth = (100 * (heaps[1]! / heaps[0]! - 1)).toFixed(1);
  bot.kill();
  await telegram.stop();
  return `memory of the bot after commands: ${sizes.join('; ')} (heap ${growth} %)`;
}

async function open(limits: 'limited' | 'unlimited') {
  const telegram = await TelegramEmulator.start();
  const { token } = telegram.addBot();
  const bot = await startBot('telegram-bot.ts', [telegram.url, token, limits]);
  return { telegram, process: bot, crowd: new Crowd(telegram) };
}

/** So many that all commands stay below what one person may ask at once: who asks more is told to wait, then nothing. */
const people = many / 4;

/** Many people, each in a chat of their own. */
class Crowd {
  readonly #telegram: TelegramEmulator;
  readonly #chats: readonly EmulatedChat[];
  readonly #users;
  count = 0;
  #presses = 0;

  constructor(telegram: TelegramEmulator) {
    this.#telegram = telegram;
    this.#users = Array.from({ length: people }, (_, i) => telegram.addUser(`P${i}`));
    this.#chats = this.#users.map((user) => telegram.privateChat(user));
  }

  /** Somebody asks; milliseconds to the picture. */
  async ask(): Promise<number> {
    const index = this.count++ % this.#chats.length;
    const chat = this.#chats[index]!;
    const known = this.#telegram.saidIn(chat).length;
    const startMs = performance.now();
    this.#telegram.say(this.#users[index]!, chat, '/liqmap eth');
    await this.#telegram.until(() => this.#telegram.saidIn(chat).length > known);
    return performance.now() - startMs;
  }

  async askTogether(askers: number): Promise<void> {
    await Promise.all(Array.from({ length: askers }, () => this.ask()));
  }

  /** Presses a button under an answer that is there already; milliseconds to what the presser sees. */
  async press(): Promise<number> {
    const index = this.#presses++ % Math.min(this.count, this.#chats.length);
    const map = this.#telegram.saidIn(this.#chats[index]!).at(-1) as Message;
    const startMs = performance.now();
    await this.#telegram.press(this.#users[index]!, map, '24h');
    return performance.now() - startMs;
  }
}

/** One in so many milliseconds, however quick each is. */
async function paced<T>(ms: number, run: () => Promise<T>): Promise<T> {
  const [result] = await Promise.all([run(), sleep(ms)]);
  return result;
}
