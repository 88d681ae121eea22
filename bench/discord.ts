import type { ChildProcess } from 'node:child_process';
import { Discord } from '../test/support/discord/discord.ts';
import type { Person } from '../test/support/discord/people.ts';
import type { Channel, Server } from '../test/support/discord/world.ts';
import { said, startBot, weighed } from './bot-process.ts';
import { type BenchResult, megabytes, percentiles } from './measure.ts';

const channelCount = 500;
const [few, many] = [1_000, 10_000];

/** A bot against a loopback Discord: a quiet hour, memory, and a broadcast with people asking meanwhile. */
export async function benchDiscord(): Promise<BenchResult> {
  const discord = await Discord.start();
  const home = discord.addServer('home', { channels: Array.from({ length: 200 }, (_, i) => `room-${i}`) });
  const { channels } = discord.addServer('many', {
    channels: Array.from({ length: channelCount }, (_, i) => `alerts-${i}`),
  });
  const bot = await startBot('discord-bot.ts', [discord.apiUrl, discord.token]);
  await discord.until('commands', () => discord.world.commands.length > 0);
  const crowd = new Crowd(discord, home);
  const findings = [await quiet(crowd), await memory(crowd, bot), ...(await broadcast(crowd, bot, channels))];
  bot.kill();
  await discord.stop();
  return { timings: [], findings };
}

async function quiet(crowd: Crowd): Promise<string> {
  const { answered } = await crowd.ask(200);
  return `/liqmap with a picture at hand, nothing else going on: ${percentiles(answered)} to the picture`;
}

async function memory(crowd: Crowd, bot: ChildProcess): Promise<string> {
  const sizes: string[] = [];
  for (const goal of [few, many]) {
    while (crowd.count < goal) {
      await crowd.ask(50);
      crowd.discord.requests.length = 0;
    }
    const { heap, rss } = await weighed(bot);
    sizes.push(`${goal}: heap ${megabytes(heap)}, RSS ${megabytes(rss)}`);
  }
  return `memory of the bot after commands: ${sizes.join('; ')}`;
}

/** One picture to many channels while people ask. */
async function broadcast(crowd: Crowd, bot: ChildProcess, channels: readonly Channel[]): Promise<string[]> {
  const { discord } = crowd;
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
  return [
    `one picture to ${channelCount} channels: ${seconds.toFixed(1)} s, at most ${busiest(posts)} in a second, refusals: ${discord.refusals.length}`,
    `meanwhile ${accepted.length} commands: first answer ${percentiles(accepted)}`,
  ];
}

/** Many people in many rooms, so that nobody meets the limit of one person. */
class Crowd {
  readonly discord: Discord;
  readonly #people: readonly Person[];
  readonly #rooms: readonly Channel[];
  count = 0;

  constructor(discord: Discord, home: Server) {
    this.discord = discord;
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
      this.discord.interactions.all.length = 0;
    }
    return { accepted, answered };
  }
}

function busiest(posts: readonly { readonly atMs: number }[]): number {
  const starts = posts.map(({ atMs }) => atMs).sort((a, b) => a - b);
  return Math.max(...starts.map((from, i) => starts.findLastIndex((at) => at < from + 1_000) - i + 1));
}
