import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Discord as Chat } from '../src/chat/discord/index.ts';
import { createLog } from '../src/log.ts';
import { mapReply, memoryStore, TestBackend } from '../test/support/discord/backend.ts';
import { Discord } from '../test/support/discord/discord.ts';
import type { Person } from '../test/support/discord/people.ts';
import { blackPng } from '../test/support/discord/picture.ts';
import type { Channel, Server } from '../test/support/discord/world.ts';
import { machine } from './measure.ts';

// The bot runs in a process of its own, so that neither time nor memory of the loopback Discord counts as its.
// Pictures are of a map's size in bytes and drawn beforehand: what is measured is the chat, not the drawing.

const channelCount = 500;
const [few, many] = [1_000, 10_000];
const picture = Buffer.concat([blackPng(1200, 675), randomBytes(150_000)]);

async function runBench(): Promise<void> {
  const discord = await Discord.start();
  const home = discord.addServer('home', { channels: Array.from({ length: 200 }, (_, i) => `room-${i}`) });
  const { channels } = discord.addServer('many', {
    channels: Array.from({ length: channelCount }, (_, i) => `alerts-${i}`),
  });
  const bot = fork(fileURLToPath(import.meta.url), ['bot', discord.apiUrl, discord.token]);
  await said(bot, 'ready');
  await discord.until('commands', () => discord.world.commands.length > 0);
  const crowd = new Crowd(discord, home);
  console.log(`${machine()}\n`);

  const quiet = await crowd.ask(200);
  console.log(
    `- /liqmap with a picture at hand, nothing else going on: ${percentiles(quiet.answered)} to the picture`,
  );

  const sizes: string[] = [];
  for (const goal of [few, many]) {
    while (crowd.count < goal) {
      await crowd.ask(50);
      discord.requests.length = 0;
    }
    bot.send('weigh');
    const { heap, rss } = (await said(bot, 'heap')) as { heap: number; rss: number };
    sizes.push(`${goal}: heap ${mib(heap)}, RSS ${mib(rss)}`);
  }
  console.log(`- memory of the bot after commands: ${sizes.join('; ')}`);

  const startMs = performance.now();
  bot.send(channels.map(({ id }) => id));
  let isOver = false;
  void said(bot, 'sent').then(() => {
    isOver = true;
  });
  const accepted: number[] = [];
  while (!isOver) accepted.push(...(await crowd.ask(5)).accepted);
  const seconds = (performance.now() - startMs) / 1000;
  const posts = discord.requests.filter(({ request }) => request.path.startsWith('/channels/'));
  console.log(
    `- one picture to ${channelCount} channels: ${seconds.toFixed(1)} s, at most ${busiest(posts)} in a second, refusals: ${discord.refusals.length}`,
  );
  console.log(`- meanwhile ${accepted.length} commands: first answer ${percentiles(accepted)}`);
  bot.kill();
  await discord.stop();
}

/** Many people in many rooms, so that nobody meets the limit of one person. */
class Crowd {
  readonly #discord: Discord;
  readonly #people: readonly Person[];
  readonly #rooms: readonly Channel[];
  count = 0;

  constructor(discord: Discord, home: Server) {
    this.#discord = discord;
    this.#rooms = home.channels;
    this.#people = Array.from({ length: 2_000 }, (_, i) => discord.person(`p${i}`, { servers: [home] }));
  }

  /** Asks so many times, one after another; milliseconds to the first answer and to the picture. */
  async ask(times: number): Promise<{ readonly accepted: number[]; readonly answered: number[] }> {
    const [accepted, answered]: [number[], number[]] = [[], []];
    for (let i = 0; i < times; i += 1, this.count += 1) {
      const room = this.#rooms[this.count % this.#rooms.length]!;
      const startMs = performance.now();
      const asked = this.#people[this.count % this.#people.length]!.slash(room, 'liqmap', { symbol: 'eth' });
      await asked.accepted();
      accepted.push(performance.now() - startMs);
      await asked.answer();
      answered.push(performance.now() - startMs);
      room.messages.length = 0;
      this.#discord.interactions.all.length = 0;
    }
    return { accepted, answered };
  }
}

async function runBot(apiUrl: string, token: string): Promise<void> {
  const backend = new TestBackend();
  backend.answer = async ({ words }) => {
    backend.ran.length = 0;
    return mapReply(words, picture);
  };
  const log = createLog({ level: 'error' });
  const chat = new Chat({ token, apiUrl, backend, store: memoryStore(), log });
  process.on('message', async (order: 'weigh' | readonly string[]) => {
    if (order === 'weigh')
      return void process.send!({ heap: heapAfterCollection(), rss: process.memoryUsage().rss });
    const reply = mapReply({ symbol: 'eth' }, picture);
    await Promise.all(order.map((channelId) => chat.outbox.send({ channelId, reply, nonce: channelId })));
    process.send!({ sent: true });
  });
  process.on('disconnect', () => process.exit());
  await chat.start();
  process.send!({ ready: true });
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

function busiest(posts: readonly { readonly atMs: number }[]): number {
  const starts = posts.map(({ atMs }) => atMs).sort((a, b) => a - b);
  return Math.max(...starts.map((from, i) => starts.findLastIndex((at) => at < from + 1_000) - i + 1));
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

if (process.argv[2] === 'bot') await runBot(process.argv[3]!, process.argv[4]!);
else await runBench();
