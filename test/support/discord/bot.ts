import { onTestFinished } from 'vitest';
import { Discord as Chat, type DiscordOptions } from '../../../src/chat/discord/index.ts';
import { createLog } from '../../../src/log.ts';
import { memoryStore, TestBackend } from './backend.ts';
import { Discord } from './discord.ts';
import type { Person } from './people.ts';
import type { Channel, Server } from './world.ts';

export type Bot = {
  readonly discord: Discord;
  readonly backend: TestBackend;
  readonly store: ReturnType<typeof memoryStore>;
  /** Everything that was logged, one JSON object a line. */
  readonly lines: string[];
  readonly alarms: string[];
  readonly server: Server;
  readonly channel: Channel;
  /** A member of the server. */
  readonly ann: Person;
  readonly chat: Chat;
  /** The same bot in a new process: same token, commands and store. */
  again(options?: Partial<DiscordOptions>): Chat;
};

const quick = { firstMs: 10, longestMs: 40 };

type OnEnd = (close: () => Promise<void>) => unknown;
const onEndOfThisTest: OnEnd = (close) => onTestFinished(close);

/**
 * A loopback Discord with one server and one member, and the bot, not yet started. All of it ends with the test; one
 * that runs beside others passes its own onTestFinished.
 */
export async function openBot(options: Partial<DiscordOptions> = {}, onEnd = onEndOfThisTest): Promise<Bot> {
  const discord = await Discord.start();
  onEnd(() => discord.stop());
  const server = discord.addServer('traders', { channels: ['general'] });
  const [backend, store, lines, alarms] = [new TestBackend(), memoryStore(), [] as string[], [] as string[]];
  const again = (more: Partial<DiscordOptions> = {}): Chat => {
    const chat = new Chat({
      token: discord.token,
      apiUrl: discord.apiUrl,
      backend,
      store,
      log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
      onAlarm: (alarm) => alarms.push(alarm),
      backoff: quick,
      ...options,
      ...more,
    });
    onEnd(() => chat.stop());
    return chat;
  };
  const ann = discord.person('ann', { servers: [server] });
  return {
    discord,
    backend,
    store,
    lines,
    alarms,
    server,
    channel: server.channels[0]!,
    ann,
    chat: again(),
    again,
  };
}

/** The same, with the bot connected and its commands registered. */
export async function startBot(options: Partial<DiscordOptions> = {}, onEnd = onEndOfThisTest): Promise<Bot> {
  const bot = await openBot(options, onEnd);
  await bot.chat.start();
  await bot.discord.until('commands', () => bot.discord.world.commands.length > 0);
  return bot;
}
