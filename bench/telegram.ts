import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Message } from 'telegraf/types';
import type { Reply } from '../commands/command.ts';
import { Telegram } from '../src/chat/telegram/index.ts';
import { defaultLimits } from '../src/chat/telegram/schedule.ts';
import { createLog } from '../src/log.ts';
import { mostInWindow } from '../test/chat/telegram/traffic.ts';
import type { EmulatedChat } from '../test/support/telegram/chat.ts';
import { TelegramEmulator } from '../test/support/telegram/emulator.ts';
import { greyPng } from '../test/support/telegram/png.ts';
import { memoryStore, ScriptedBackend } from '../test/support/telegram/scripted-backend.ts';
import { machine } from './measure.ts';

// The bot runs in a process of its own, so that neither time nor memory of the emulated Telegram counts as its.
// Pictures are of a map's size in bytes and drawn beforehand: what is measured is the chat, not the drawing.

const [few, many] = [1_000, 10_000];
const png = padded(greyPng(), 150_000);
/** Less than the limit, or people would only wait for each other. */
const quietPaceMs = 80;
/** Two commands and two presses a second, beside the broadcast. */
const askPaceMs = 500;
const unlimited = { perSecond: 100_000, chatGapMs: 0, groupPerMinute: 100_000 };

async function runBench(): Promise<void> {
  console.log(`${machine()}\n`);
  await benchBroadcast();
  await benchMemory();
}

/** One picture to 500 chats at the real limits, while people ask and press. */
async function benchBroadcast(): Promise<void> {
  const { telegram, process: bot, crowd } = await open('limited');
  const quiet: number[] = [];
  for (let i = 0; i < 50; i += 1) quiet.push(await paced(quietPaceMs, () => crowd.ask()));
  console.log(
    `- /liqmap with a picture at hand, nothing else going on: ${percentiles(quiet)} to the picture`,
  );
  const people = Array.from({ length: 450 }, (_, i) => telegram.privateChat(telegram.addUser(`B${i}`)));
  const groups = Array.from({ length: 50 }, (_, i) => telegram.supergroup(`G${i}`));
  const before = telegram.calls.length;
  const startMs = performance.now();
  bot.send([...people, ...groups].map(({ id }) => `${id}`));
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
  console.log(
    `- one picture to 500 chats: ${seconds.toFixed(1)} s, at most ${busiest} messages in a second (limit ${defaultLimits.perSecond}), uploads ${telegram.world.files.uploads}, refusals ${refusals.length}`,
  );
  console.log(`- meanwhile ${asked.length} commands: ${percentiles(asked)} to the picture`);
  console.log(`- and ${pressed.length} presses: ${percentiles(pressed)} to the answer`);
  bot.kill();
  await telegram.stop();
}

async function benchMemory(): Promise<void> {
  const { telegram, process: bot, crowd } = await open('unlimited');
  const sizes: string[] = [];
  const heaps: number[] = [];
  for (const goal of [few, many]) {
    while (crowd.count < goal) await crowd.askTogether(20);
    bot.send('weigh');
    const { heap, rss } = (await said(bot, 'heap')) as { heap: number; rss: number };
    heaps.push(heap);
    sizes.push(`${goal}: heap ${mib(heap)}, RSS ${mib(rss)}`);
  }
  const growth = (100 * (heaps[1]! / heaps[0]! - 1)).toFixed(1);
  console.log(`- memory of the bot after commands: ${sizes.join('; ')} (heap ${growth} %)`);
  bot.kill();
  await telegram.stop();
}

async function open(limits: 'limited' | 'unlimited') {
  const telegram = await TelegramEmulator.start();
  const bot = telegram.addBot();
  const child = fork(fileURLToPath(import.meta.url), ['bot', telegram.url, bot.token, limits]);
  await said(child, 'ready');
  return { telegram, process: child, crowd: new Crowd(telegram) };
}

/** Many people, so that nobody meets the limit of one person. */
class Crowd {
  readonly #telegram: TelegramEmulator;
  readonly #chats: readonly EmulatedChat[];
  readonly #users;
  count = 0;
  #presses = 0;

  constructor(telegram: TelegramEmulator) {
    this.#telegram = telegram;
    this.#users = Array.from({ length: 1_000 }, (_, i) => telegram.addUser(`P${i}`));
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

  async askTogether(people: number): Promise<void> {
    await Promise.all(Array.from({ length: people }, () => this.ask()));
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

async function runBot(apiUrl: string, token: string, limits: string): Promise<void> {
  const backend = new BenchBackend();
  const telegram = new Telegram({
    token,
    apiUrl,
    backend,
    store: memoryStore(),
    log: createLog({ level: 'error' }),
    ...(limits === 'unlimited' && { limits: unlimited }),
  });
  process.on('message', async (order: 'weigh' | readonly string[]) => {
    if (order === 'weigh') {
      process.send!({ heap: heapAfterCollection(), rss: process.memoryUsage().rss });
      return;
    }
    const reply = backend.mapReply('btc', '7d');
    await Promise.all(order.map((chatId) => telegram.send({ chatId, reply, priority: 'broadcast' })));
    process.send!({ sent: true });
  });
  process.on('disconnect', () => process.exit());
  await telegram.start();
  process.send!({ ready: true });
}

/** The same pictures for all, of a map's weight. */
class BenchBackend extends ScriptedBackend {
  override async run(_: string, words: Readonly<Record<string, string | undefined>>): Promise<Reply> {
    return this.mapReply(words['symbol'] ?? 'eth', words['window'] ?? '7d');
  }

  override mapReply(symbol: string, window: string): Reply {
    const reply = super.mapReply(symbol, window);
    return { ...reply, picture: { ...reply.picture!, draw: async () => png } };
  }
}

/** A PNG with so many bytes of a chunk that readers pass over. */
function padded(picture: Buffer, bytes: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(bytes, 0);
  head.write('liQm', 4, 'ascii');
  const end = picture.length - 12;
  return Buffer.concat([picture.subarray(0, end), head, randomBytes(bytes + 4), picture.subarray(end)]);
}

/** One in so many milliseconds, however quick each is. */
async function paced<T>(ms: number, run: () => Promise<T>): Promise<T> {
  const [result] = await Promise.all([run(), sleep(ms)]);
  return result;
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

function said(bot: ChildProcess, key: string): Promise<object> {
  return new Promise((resolve) => {
    const listen = (message: object) => {
      if (!(key in message)) return;
      bot.off('message', listen);
      resolve(message);
    };
    bot.on('message', listen);
  });
}

function percentiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`;
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

if (process.argv[2] === 'bot') await runBot(process.argv[3]!, process.argv[4]!, process.argv[5]!);
else await runBench();
