import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Discord } from '../support/discord/discord.ts';
import { startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';
import { freePort, type ServiceProcess, startService, until } from '../support/jobs/process.ts';
import { redisKinds, temporaryFolder } from '../support/jobs/redis.ts';
import { TelegramEmulator } from '../support/telegram/emulator.ts';

vi.setConfig({ testTimeout: 150_000 });

const plant = (name: string) => `Qz7${name}Zx9planted`;
const secrets = {
  redis: plant('Redis'),
  database: plant('Database'),
  proxy: plant('Proxy'),
  discord: `MTE5OTk5OTk5OTk5OTk5OTk5OQ.Gtest1.${plant('Discord')}-of-the-tests-only`,
  webhook: plant('Webhook'),
  board: plant('Board'),
  page: plant('Page'),
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function folderForNow(): string {
  const folder = temporaryFolder();
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Everything that a process writes on both of its outputs, as it came. */
function start(settings: Readonly<Record<string, string>>): {
  service: ServiceProcess;
  written: () => string;
} {
  const service = startService([], settings);
  const chunks: string[] = [];
  service.child.stderr!.on('data', (chunk: Buffer) => void chunks.push(chunk.toString('utf8')));
  closers.push(() => service.end('SIGKILL'));
  return { service, written: () => chunks.join('') };
}

function requireUntold(where: string, text: string, told: readonly string[] = Object.values(secrets)): void {
  for (const secret of told) {
    const at = text.indexOf(secret);
    expect(at < 0 ? 'nothing' : `${where}: ${text.slice(Math.max(0, at - 200), at)}`).toBe('nothing');
  }
}

async function startRedis(): Promise<string> {
  const port = await freePort();
  const folder = folderForNow();
  const words = [
    '--port',
    `${port}`,
    '--requirepass',
    secrets.redis,
    '--save',
    '',
    '--dir',
    folder,
    '--bind',
    '127.0.0.1',
  ];
  const child: ChildProcess = spawn('redis-server', words, { stdio: 'ignore' });
  closers.push(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const url = `redis://:${secrets.redis}@127.0.0.1:${port}`;
  await until(() => isThere(url), 10_000, 'redis');
  return url;
}

async function isThere(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  } finally {
    redis.disconnect();
  }
}

/** Keys and what they hold, of whatever type, as one text. */
async function wholeRedis(url: string): Promise<string> {
  const redis = new Redis(url);
  const keys = await redis.keys('*');
  const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  redis.disconnect();
  return [...keys, ...dumps.map((dump) => dump?.toString('latin1') ?? '')].join('\n');
}

function filesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

describe('secrets', () => {
  it.skipIf(!redisKinds.includes('child'))(
    'are in no log, page, metric, file and key of a service that works and is then driven through errors',
    async () => {
      const nowMs = Date.now();
      const exchange = await startLoopbackExchange({ world: smallWorld({ nowMs }), nowMs: Date.now });
      const discord = await Discord.start({ token: secrets.discord, patienceMs: 60_000 });
      const telegram = await TelegramEmulator.start();
      closers.push(
        () => exchange.close(),
        () => discord.stop(),
        () => telegram.stop(),
      );
      const bot = telegram.addBot();
      const server = discord.addServer('traders', { channels: ['general'] });
      const folder = folderForNow();
      const redisUrl = await startRedis();
      const { service, written } = start({
        REDIS_URL: redisUrl,
        DATA_DIR: folder,
        EXCHANGE_API_URL: exchange.url,
        VENUES: 'hyperliquid,okx',
        SYMBOLS: 'BTC',
        DISCORD_TOKEN: secrets.discord,
        DISCORD_API_URL: discord.apiUrl,
        TELEGRAM_TOKEN: bot.token,
        TELEGRAM_API_URL: telegram.url,
        TELEGRAM_WEBHOOK_URL: 'https://liqmap.example/telegram',
        TELEGRAM_WEBHOOK_SECRET: secrets.webhook,
        BULL_BOARD_PASSWORD: secrets.board,
        WEB_PASSWORD: secrets.page,
      });
      const web = `${(await service.line('started', 60_000))['web']}`;
      await until(() => bot.webhook !== undefined, 30_000, 'the webhook');
      telegram.route('liqmap.example', web);
      await discord.until('commands', () => discord.world.commands.length > 0);

      const channel = server.channels[0]!;
      const ann = discord.person('ann', { servers: [server] });
      const map = await ann.slash(channel, 'liqmap', { symbol: 'btc' }).answer();
      expect(map.attachments).toHaveLength(1);
      const ada = telegram.addUser('Ada');
      const chat = telegram.privateChat(ada);
      telegram.fail({ fault: { kind: 'flood', retryAfterS: 1 }, method: 'sendMessage', times: 1 });
      telegram.say(ada, chat, '/status');
      exchange.fault({ effect: { kind: 'server-error', status: 502 } });
      discord.faults.plan({ method: 'PATCH', path: /./ }, { kind: 'error', status: 500 });
      ann.slash(channel, 'liqmap', { symbol: 'eth' });
      await fetch(`${web}/telegram`, { method: 'POST', body: '{' });
      await fetch(`${web}/telegram`, {
        method: 'POST',
        body: '{',
        headers: { 'x-telegram-bot-api-secret-token': secrets.webhook },
      });
      await until(() => telegram.saidIn(chat).length > 0, 30_000, 'an answer');

      const authorization = `Basic ${Buffer.from(`me:${secrets.board}`).toString('base64')}`;
      const paths = ['/healthz', '/metrics', '/board', '/board/api/queues', '/', '/chat', '/m/x', '/nothing'];
      for (const path of paths) {
        for (const headers of [{}, { authorization }]) {
          requireUntold(path, await (await fetch(`${web}${path}`, { headers })).text(), [
            ...Object.values(secrets),
            bot.token,
          ]);
        }
      }
      requireUntold('redis', await wholeRedis(redisUrl), [...Object.values(secrets), bot.token]);
      await service.end('SIGTERM');
      requireUntold('log', written(), [...Object.values(secrets), bot.token]);
      requireUntold('files', filesIn(folder), [...Object.values(secrets), bot.token]);
      for (const message of channel.messages) {
        requireUntold('message', `${message.content} ${JSON.stringify(message.attachments)}`);
      }
    },
  );

  it('are in no word of a service whose neighbours all refuse it', async () => {
    const port = await freePort();
    const { service, written } = start({
      REDIS_URL: `redis://user:${secrets.redis}@127.0.0.1:${port}`,
      DATABASE_URL: `postgres://user:${secrets.database}@127.0.0.1:${port}/liqmap`,
      EXCHANGE_PROXY_URL: `http://user:${secrets.proxy}@127.0.0.1:${port}`,
      DATA_DIR: folderForNow(),
      DISCORD_TOKEN: secrets.discord,
      DISCORD_API_URL: `http://127.0.0.1:${port}/api`,
      BULL_BOARD_PASSWORD: secrets.board,
    });
    await until(() => /ECONNREFUSED|waited for|away|refused/i.test(written()), 60_000, 'a word about Redis');
    await service.end('SIGTERM');
    requireUntold('log', written());
  });

  it.each([
    ['a Redis address', 'REDIS_URL', `redis//:${secrets.redis}@host`],
    ['a database address', 'DATABASE_URL', `mysql://u:${secrets.database}@host`],
    ['a token', 'DISCORD_TOKEN', `${secrets.webhook} ${secrets.webhook}`],
    ['a token in another place', 'LOG_LEVEL', secrets.discord],
    ['a token among exchanges', 'VENUES', secrets.discord],
  ])('%s that is wrong is not repeated to whoever reads the refusal', async (_, key, value) => {
    const { service, written } = start({ DATA_DIR: folderForNow(), [key]: value });
    await until(() => service.child.exitCode !== null, 30_000, 'the end');
    expect(service.child.exitCode).toBe(2);
    expect(written()).toContain(key);
    requireUntold(
      'refusal',
      written().toLowerCase(),
      Object.values(secrets).map((one) => one.toLowerCase()),
    );
  });
});
