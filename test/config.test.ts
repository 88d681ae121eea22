import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig, settings, setUpFonts } from '../src/config.ts';
import { UserError } from '../src/errors.ts';

function refusal(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
  throw new Error('the configuration was accepted');
}

describe('the configuration', () => {
  it('needs nothing to be set', () => {
    expect(loadConfig({})).toEqual({
      venues: ['binance', 'bybit', 'okx', 'gate', 'bitget', 'hyperliquid'],
      sweepWeight: 800,
      symbols: ['BTC', 'ETH', 'SOL'],
      roles: ['collect', 'compute', 'discord', 'telegram', 'web'],
      dataFolder: 'data',
      foldMemoryMb: 384,
      brand: 'liqmap',
      httpHost: '127.0.0.1',
      httpPort: 8420,
      trustedProxies: 0,
      pageDays: 7,
      logLevel: 'info',
    });
  });

  it('takes what is set and leaves alone what is not ours', () => {
    const environment = {
      EXCHANGE_API_URL: 'http://127.0.0.1:8080',
      EXCHANGE_PROXY_URL: 'http://user:secret@proxy.example:3128',
      VENUES: ' Bybit, okx ,bybit,',
      SWEEP_WEIGHT: '0',
      SYMBOLS: 'eth, 1000pepe',
      ROLES: 'Web',
      DATA_DIR: '/srv/liqmap',
      REDIS_URL: 'rediss://:secret@redis.example:6380/2',
      DATABASE_URL: 'postgresql://liqmap@db.example/liqmap',
      DISCORD_TOKEN: 'the-id-of-the-bot.a-date.and-a-secret-signature',
      DISCORD_API_URL: 'https://discord.example/api',
      TELEGRAM_TOKEN: '123456789:the-secret-that-BotFather-tells-you',
      TELEGRAM_API_URL: 'http://127.0.0.1:8082',
      TELEGRAM_WEBHOOK_URL: 'https://liqmap.example/telegram',
      TELEGRAM_WEBHOOK_SECRET: 'any-long-word-of-your-own',
      TELEGRAM_STORE_CHAT: '@liqmap_store',
      FOLD_MEMORY_MB: '0',
      BRAND: ' example.org ',
      HTTP_HOST: '::1',
      HTTP_PORT: '0',
      PUBLIC_URL: 'https://Maps.example.com/',
      WEB_PASSWORD: 'another-long-word',
      TRUSTED_PROXIES: '2',
      PAGE_DAYS: '0.5',
      BULL_BOARD_PASSWORD: 'any-long-word-of-your-own',
      LOG_LEVEL: 'debug',
      HOME: '/root',
    };
    expect(loadConfig(environment)).toEqual({
      exchangeApiUrl: 'http://127.0.0.1:8080',
      exchangeProxyUrl: 'http://user:secret@proxy.example:3128',
      venues: ['bybit', 'okx'],
      sweepWeight: 0,
      symbols: ['ETH', '1000PEPE'],
      roles: ['web'],
      dataFolder: '/srv/liqmap',
      redisUrl: 'rediss://:secret@redis.example:6380/2',
      databaseUrl: 'postgresql://liqmap@db.example/liqmap',
      discordToken: 'the-id-of-the-bot.a-date.and-a-secret-signature',
      discordApiUrl: 'https://discord.example/api',
      telegramToken: '123456789:the-secret-that-BotFather-tells-you',
      telegramApiUrl: 'http://127.0.0.1:8082',
      telegramWebhookUrl: 'https://liqmap.example/telegram',
      telegramWebhookSecret: 'any-long-word-of-your-own',
      telegramStoreChat: '@liqmap_store',
      foldMemoryMb: 0,
      brand: 'example.org',
      httpHost: '::1',
      httpPort: 0,
      publicUrl: 'https://maps.example.com',
      webPassword: 'another-long-word',
      trustedProxies: 2,
      pageDays: 0.5,
      bullBoardPassword: 'any-long-word-of-your-own',
      logLevel: 'debug',
    });
  });

  it('has no line on pictures where none is wanted', () => {
    expect(loadConfig({ BRAND: 'none' })).not.toHaveProperty('brand');
    expect(loadConfig({ BRAND: '' })).toHaveProperty('brand', 'liqmap');
  });

  it('treats an empty value as not set', () => {
    expect(loadConfig({ EXCHANGE_API_URL: '', VENUES: ' ', LOG_LEVEL: '' })).toEqual(loadConfig({}));
  });

  it.each([
    ['EXCHANGE_API_URL', 'ftp://x.example', 'http:// or https://'],
    ['EXCHANGE_API_URL', 'localhost:80', 'http:// or https://'],
    ['EXCHANGE_PROXY_URL', 'not an address', 'http:// or https://'],
    ['VENUES', 'binance,bybt', '"bybt" is not one of binance, bybit'],
    ['VENUES', ',', 'names no exchange'],
    ['SYMBOLS', 'x'.repeat(41), 'over 40 letters'],
    ['ROLES', 'compute,chat', '"chat" is not one of collect, compute'],
    ['ROLES', ',', 'names no role'],
    ['REDIS_URL', 'localhost:6379', 'redis:// or rediss://'],
    ['DATABASE_URL', 'mysql://db.example/liqmap', 'postgres://'],
    ['DISCORD_TOKEN', 'just-one-long-part-without-any-dots-in-it', 'not a bot token'],
    ['DISCORD_API_URL', 'discord.com/api', 'http:// or https://'],
    ['TELEGRAM_TOKEN', '123456789', 'not a bot token'],
    ['TELEGRAM_API_URL', 'api.telegram.org', 'http:// or https://'],
    ['TELEGRAM_WEBHOOK_URL', 'http://liqmap.example/telegram', 'https://'],
    ['TELEGRAM_WEBHOOK_SECRET', 'with a space in the middle', '16 to 256 letters'],
    ['TELEGRAM_STORE_CHAT', 'liqmap_store', 'neither the number of a chat'],
    ['FOLD_MEMORY_MB', '-1', 'below 0'],
    ['HTTP_PORT', '80a', 'not a number'],
    ['HTTP_PORT', '65536', 'above 65535'],
    ['HTTP_PORT', '1.5', 'not a whole number'],
    ['PUBLIC_URL', 'http://maps.example.com', 'https://'],
    ['PUBLIC_URL', 'https://localhost', 'full name'],
    ['PUBLIC_URL', 'https://maps.example.com/liqmap', 'no path'],
    ['PUBLIC_URL', 'https://me:hunter2@maps.example.com', 'https://'],
    ['WEB_PASSWORD', 'hunter2', 'fewer than 12 characters'],
    ['TRUSTED_PROXIES', '-1', 'below 0'],
    ['PAGE_DAYS', '0', 'below 0.01'],
    ['BULL_BOARD_PASSWORD', 'hunter2', 'fewer than 12 characters'],
    ['LOG_LEVEL', 'loud', '"loud" is not one of debug, info'],
  ])('refuses %s=%s with the key, the problem and an example', (key, value, problem) => {
    const message = refusal({ [key]: value });
    expect(message).toMatch(new RegExp(`^${key}: .*\\. Example: ${key}=\\S+$`));
    expect(message).toContain(problem);
  });

  it('names every wrong key at once', () => {
    expect(refusal({ VENUES: 'x', LOG_LEVEL: 'y' }).split('\n')).toHaveLength(2);
  });

  it('does not print a password from a wrong address', () => {
    for (const key of ['EXCHANGE_PROXY_URL', 'REDIS_URL', 'DATABASE_URL']) {
      expect(refusal({ [key]: 'socks://user:hunter2@proxy.example' })).not.toContain('hunter2');
    }
  });

  it('does not print a token', () => {
    for (const key of [
      'DISCORD_TOKEN',
      'TELEGRAM_TOKEN',
      'TELEGRAM_WEBHOOK_SECRET',
      'WEB_PASSWORD',
      'BULL_BOARD_PASSWORD',
    ]) {
      expect(refusal({ [key]: 'hunter2' })).not.toContain('hunter2');
    }
  });

  it('offers only examples that it accepts', () => {
    const anyTextWillDo = ['SYMBOLS', 'DATA_DIR', 'BRAND', 'HTTP_HOST'];
    const keys = Object.keys(settings.shape).filter((key) => !anyTextWillDo.includes(key));
    const message = refusal(Object.fromEntries(keys.map((key) => [key, 'x'])));
    const examples = parseEnv(message.replaceAll(/^.*Example: /gm, ''));
    expect(Object.keys(examples).sort()).toEqual(keys.sort());
    expect(() => loadConfig(examples as Record<string, string>)).not.toThrow();
  });
});

describe('.env', () => {
  const home = process.cwd();
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'liqmap-config-'));
    writeFileSync(join(folder, '.env'), 'VENUES=gate\nLOG_LEVEL=error\n');
  });
  afterEach(() => {
    process.chdir(home);
    delete process.env['VENUES'];
    delete process.env['LOG_LEVEL'];
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('in the working folder is read, but the environment wins', () => {
    process.chdir(folder);
    process.env['LOG_LEVEL'] = 'warn';
    expect(loadConfig()).toMatchObject({ venues: ['gate'], logLevel: 'warn' });
  });
});

describe('.env.example', () => {
  const text = readFileSync(fileURLToPath(new URL('../.env.example', import.meta.url)), 'utf8');

  it('lists every setting in order, each with one comment', () => {
    const keys = Object.keys(settings.shape);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => (line.startsWith('# ') ? '#' : line.split('=')[0]))).toEqual(
      keys.flatMap((key) => ['#', key]),
    );
  });

  it('holds the defaults', () => {
    expect(loadConfig(parseEnv(text) as Record<string, string>)).toEqual(loadConfig({}));
  });
});

describe('the shipped fonts', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'liqmap-fonts-'));
    setUpFonts(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Sum of ink and width of a word drawn in a font, in px. */
  async function draw(style: string, word = 'Liquidation'): Promise<{ ink: number; width: number }> {
    const { default: sharp } = await import('sharp');
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="80"><rect width="900" height="80" fill="white"/><text x="9" y="55" font-size="40" ${style}>${word}</text></svg>`;
    const image = sharp(Buffer.from(svg)).flatten({ background: 'white' }).greyscale();
    const { info } = await image
      .clone()
      .trim({ background: 'white' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = await image.raw().toBuffer();
    return { ink: pixels.reduce((sum, grey) => sum + (255 - grey) / 255, 0), width: info.width };
  }

  it('draw Inter in four weights, each bolder than the one before', async () => {
    const inks: number[] = [];
    for (const weight of [400, 500, 600, 700]) {
      inks.push((await draw(`font-family="Inter" font-weight="${weight}"`)).ink);
    }
    for (const [i, ink] of inks.slice(1).entries()) expect(ink).toBeGreaterThan(inks[i]! * 1.02);
  });

  it('draw DejaVu Sans beside Inter, and Inter for every other family', async () => {
    const [inter, dejavu, mono, unknown] = [
      await draw('font-family="Inter"'),
      await draw('font-family="DejaVu Sans"'),
      await draw('font-family="DejaVu Sans Mono"'),
      await draw('font-family="Some Font That Nobody Has"'),
    ];
    expect(dejavu).not.toEqual(inter);
    expect(mono).toEqual(inter);
    expect(unknown).toEqual(inter);
  });

  it('draw what Inter lacks with DejaVu Sans', async () => {
    expect(await draw('font-family="Inter"', '▁▃▅')).toEqual(await draw('font-family="DejaVu Sans"', '▁▃▅'));
  });

  it('may be set up again and again, without leaving drafts', () => {
    const file = process.env['FONTCONFIG_FILE'];
    setUpFonts(folder);
    expect(process.env['FONTCONFIG_FILE']).toBe(file);
    expect(readdirSync(folder).filter((name) => name !== 'cache')).toEqual([file?.slice(folder.length + 1)]);
  });

  it('are refused from a folder that belongs to somebody else', () => {
    vi.stubGlobal('process', { ...process, env: process.env, getuid: () => 123_456 });
    expect(() => setUpFonts(folder)).toThrow(/belongs to another user/);
    vi.unstubAllGlobals();
  });
});
