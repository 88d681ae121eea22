import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LoopbackExchange, startLoopbackExchange } from './exchange/server.ts';
import { smallWorld } from './exchange/small-world.ts';
import { startService } from './jobs/process.ts';
import { needed, scriptOptions } from './script-options.ts';
import { DiscordScene } from './transcript/discord-scene.ts';
import { Notes } from './transcript/notes.ts';
import { TelegramScene } from './transcript/telegram-scene.ts';

const usage = `npx tsx test/support/transcript.ts --out FOLDER

Both bots as npm start runs them, before the loopback Discord, Telegram and exchange; writes down what people did and received.

  --out FOLDER   takes transcript.md and the pictures
  --help`;

/** For the collectors to have heard some liquidations and prices, and for every venue to have answered. */
const settleMs = 45_000;
/** One person may press once in five seconds. */
const betweenMs = 5_500;

const { values } = scriptOptions(usage, { out: { type: 'string' } });
const notes = new Notes(needed(values.out, '--out FOLDER', usage));
const exchange = await startLoopbackExchange({ world: smallWorld({ nowMs: Date.now() }), nowMs: Date.now });
const ticking = setInterval(() => exchange.sockets.pushWorld(), 1_000);
const [discord, telegram] = [await DiscordScene.open(notes), await TelegramScene.open(notes)];
const folder = mkdtempSync(join(tmpdir(), 'liqmap-transcript-'));
const service = startService([], {
  DATA_DIR: folder,
  EXCHANGE_API_URL: exchange.url,
  DISCORD_TOKEN: discord.discord.token,
  DISCORD_API_URL: discord.discord.apiUrl,
  TELEGRAM_TOKEN: telegram.bot.token,
  TELEGRAM_API_URL: telegram.telegram.url,
  TELEGRAM_STORE_CHAT: `${telegram.store.id}`,
  PUBLIC_URL: 'https://maps.example.com',
  LOG_LEVEL: 'info',
});
try {
  await Promise.all([discord.isThere(), telegram.isThere()]);
  await act(exchange);
} finally {
  process.stdout.write(`${notes.write()}\n`);
  for (const { level, msg, ...rest } of service.lines) {
    if (level === 'warn' || level === 'error') console.error(level, msg, JSON.stringify(rest));
  }
  await service.end('SIGTERM');
  await Promise.all([discord.discord.stop(), telegram.telegram.stop()]);
  clearInterval(ticking);
  await exchange.close();
  rmSync(folder, { recursive: true });
}

async function act({ fault }: LoopbackExchange): Promise<void> {
  notes.title('What people see');
  notes.note(
    'Made-up markets of the loopback exchange; times are from the act to the message standing there.',
  );
  notes.title('At once after the first start ever', 2);
  const cold = await discord.slash('cold', 'liqmap', { symbol: 'eth' });
  notes.note(`${settleMs / 1000} s later`);
  await sleep(settleMs);
  await discord.press('refreshed', cold, 'Refresh');

  notes.title('A map, and its buttons', 2);
  const map = await discord.slash('map', 'liqmap', { symbol: 'eth' });
  await sleep(betweenMs);
  await discord.press('24h', map, '24h');
  await sleep(betweenMs);
  await discord.press('observed', map, 'Observed liquidations');
  const said = await telegram.say('map', '/liqmap eth');
  await telegram.press('24h', said, '24h');
  await sleep(betweenMs);
  await telegram.press('observed', said, 'Observed liquidations');

  notes.title('Other answers', 2);
  await discord.type('e');
  await discord.slash('compare', 'compare', { symbols: 'btc,eth,sol,pepe' });
  await telegram.say('clusters', '/clusters btc');
  await sleep(betweenMs);
  await telegram.say('near', '/near');
  await telegram.say('light', '/liqmap btc 30d light');

  notes.title('A symbol that nobody lists', 2);
  await discord.slashInVain('unknown', 'liqmap', { symbol: 'ethh' });
  await sleep(betweenMs);
  await telegram.say('unknown', '/liqmap ethh');

  notes.title('Sharing where the bot is not', 2);
  const shared = await telegram.share('shared', 'sol 24h');
  await sleep(betweenMs);
  await telegram.press('shared-7d', shared, '7d');

  notes.title('A venue outage', 2);
  notes.note('From here on Bybit answers 503, and OKX to no question about candles.');
  const ends = [
    fault({ host: 'api.bybit.com', effect: { kind: 'server-error', status: 503 } }),
    fault({ host: 'www.okx.com', where: /candles/, effect: { kind: 'hang' } }),
  ];
  await sleep(betweenMs);
  const outage = await discord.slash('outage', 'liqmap', { symbol: 'btc', window: '24h' });
  await telegram.say('outage', '/liqmap btc 24h');
  await sleep(2 * betweenMs);
  await discord.press('outage-refreshed', outage, 'Refresh');
  for (const end of ends) end();
}
