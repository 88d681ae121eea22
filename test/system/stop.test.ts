import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Discord } from '../support/discord/discord.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';
import { type ServiceProcess, startService, until } from '../support/jobs/process.ts';
import { redisKinds, temporaryFolder } from '../support/jobs/redis.ts';
import type { EmulatedBot } from '../support/telegram/bot.ts';
import type { EmulatedChat } from '../support/telegram/chat.ts';
import { TelegramEmulator } from '../support/telegram/emulator.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A process manager kills after 10 s by default; ours must be gone before. */
const mostMs = 9_500;
const answers = /\/webhooks\//;

describe('the whole service, told to stop', () => {
  let exchange: LoopbackExchange;
  let discord: Discord;
  let telegram: TelegramEmulator;
  let bot: EmulatedBot;
  let chat: EmulatedChat;
  let folder: string;
  let service: ServiceProcess;
  let endings: (() => void)[];

  beforeEach(async () => {
    const nowMs = Date.now();
    exchange = await startLoopbackExchange({ world: smallWorld({ nowMs }), nowMs: Date.now });
    discord = await Discord.start({ patienceMs: 60_000 });
    telegram = await TelegramEmulator.start();
    bot = telegram.addBot();
    chat = telegram.privateChat(telegram.addUser('Ada'));
    folder = temporaryFolder();
    endings = [];
    service = startService([], {
      EXCHANGE_API_URL: exchange.url,
      SYMBOLS: 'BTC,ETH,SOL',
      DATA_DIR: folder,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      TELEGRAM_TOKEN: bot.token,
      TELEGRAM_API_URL: telegram.url,
    });
  });
  afterEach(async () => {
    await service.end('SIGKILL');
    for (const end of endings) end();
    await Promise.all([exchange.close(), discord.stop(), telegram.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Somebody on each platform asks for a map; resolves when both questions have come in. */
  async function ask(): Promise<void> {
    const server = discord.addServer('traders', { channels: ['general'] });
    const person = discord.person('Bea', { servers: [server] });
    await discord.until('the commands', () => discord.world.commands.length > 0);
    await telegram.untilPolled(bot);
    const asked = person.slash(server.channels[0]!, 'liqmap', { symbol: 'eth' });
    await asked.accepted();
    telegram.say({ id: chat.id, is_bot: false, first_name: 'Ada' }, chat, '/liqmap eth');
    await telegram.until(() => telegram.callsOf('sendChatAction').length > 0);
  }

  async function stop(): Promise<{ readonly code: number | null; readonly tookMs: number }> {
    const startMs = performance.now();
    const code = await service.end('SIGTERM');
    return { code, tookMs: performance.now() - startMs };
  }

  const said = () => service.lines.map(({ msg }) => String(msg));

  it('ends in time while venues hang, and tells whoever waits for a map to come back', async () => {
    exchange.fault({ effect: { kind: 'hang' } });
    await service.line('started', 60_000);
    await ask();
    const { code, tookMs } = await stop();
    expect({ code, late: tookMs > mostMs }).toEqual({ code: 0, late: false });
    const told = telegram.saidIn(chat).map((message) => JSON.stringify(message));
    expect(told.some((text) => text.includes('Restarting at this moment'))).toBe(true);
  });

  it.skipIf(!redisKinds.includes('child'))(
    'ends in time while platforms are silent or refuse and Redis has died, and names what it waits for',
    async () => {
      await service.line('started', 60_000);
      await ask();
      const never = new Promise<void>((resolve) => endings.push(resolve));
      endings.push(telegram.fail({ fault: { kind: 'hang' } }));
      discord.faults.plan({ path: answers }, { kind: 'hold', until: never }, 1_000);
      const limit = { kind: 'limit', retryAfterMs: 40_000 } as const;
      discord.faults.plan({ method: 'POST' }, limit, 1_000);
      const note = JSON.parse(readFileSync(join(folder, 'redis', 'child.json'), 'utf8')) as { pid: number };
      process.kill(note.pid, 'SIGKILL');
      await until(() => said().some((line) => line.includes('it is started again')), 10_000, 'its death');
      const { code, tookMs } = await stop();
      expect({ code, late: tookMs > mostMs }).toEqual({ code: 0, late: false });
      expect(said()).toContain('waiting for telegram to stop');
    },
  );
});
