import { existsSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from './errors.ts';
import { defaultFontFolder, writeFontConfig } from './fonts.ts';

const venueNames = ['binance', 'bybit', 'okx', 'gate', 'bitget', 'hyperliquid'] as const;
const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** The parts of the service that may run in processes of their own. */
export const roles = ['collect', 'compute', 'discord', 'telegram', 'web'] as const;

export type VenueName = (typeof venueNames)[number];
export type Role = (typeof roles)[number];
export type LogLevel = (typeof logLevels)[number];

export type Config = {
  /** Stands in for every venue when set: a mirror, or the loopback exchange of the tests. */
  readonly exchangeApiUrl?: string;
  readonly exchangeProxyUrl?: string;
  readonly venues: readonly VenueName[];
  /** Of Hyperliquid's 1,200 a minute, for looking at real positions; 0: they are not looked at. */
  readonly sweepWeight: number;
  /** Coins whose maps are kept fresh though nobody asks. */
  readonly symbols: readonly string[];
  readonly roles: readonly Role[];
  /** Where files are kept: the SQLite file, and Redis' own when we start one. */
  readonly dataFolder: string;
  /** Undefined: the service brings its own. */
  readonly redisUrl?: string;
  /** PostgreSQL; undefined: a SQLite file in the data folder. */
  readonly databaseUrl?: string;
  /** Undefined: no bot in Discord. */
  readonly discordToken?: string;
  /** Stands in for Discord when set, such as a proxy, or the loopback Discord of the tests. */
  readonly discordApiUrl?: string;
  /** Undefined: no bot in Telegram. */
  readonly telegramToken?: string;
  /** Stands in for Telegram when set, such as a Bot API server of one's own, or the loopback Telegram of the tests. */
  readonly telegramApiUrl?: string;
  /** Where Telegram brings its updates to; undefined: they are fetched. */
  readonly telegramWebhookUrl?: string;
  /** Undefined: made from the token. */
  readonly telegramWebhookSecret?: string;
  /** Where pictures are uploaded to be shared by inline mode; undefined: words are shared. */
  readonly telegramStoreChat?: string;
  /** For folds that maps go on from. */
  readonly foldMemoryMb: number;
  /** Stands small at the foot of every picture; undefined: nothing does. */
  readonly brand?: string;
  readonly httpHost: string;
  readonly httpPort: number;
  /** Where strangers reach this service, without a slash at the end; undefined: nowhere, and pictures carry no links. */
  readonly publicUrl?: string;
  /** Opens the chat window to who does not sit at this machine; undefined: it stays closed to them. */
  readonly webPassword?: string;
  /** How many proxies of ours stand before us and say whom they speak for. */
  readonly trustedProxies: number;
  /** How long the page behind a shared picture stays. */
  readonly pageDays: number;
  /** For Bull Board; undefined: it is not served. */
  readonly bullBoardPassword?: string;
  readonly logLevel: LogLevel;
};

export type Environment = Readonly<Record<string, string | undefined>>;

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'is not an address that begins with http:// or https://',
});

/** An empty value counts as not set, so that nothing has a word of its own. */
const noBrand = 'none';

/** What may be set, in the order of `.env.example`. */
export const settings = z.object({
  EXCHANGE_API_URL: httpUrl.optional(),
  EXCHANGE_PROXY_URL: httpUrl.optional(),
  VENUES: z
    .string()
    .default(venueNames.join(','))
    .transform(listOf)
    .pipe(z.array(z.enum(venueNames, notOneOf(venueNames))).min(1, 'names no exchange')),
  SWEEP_WEIGHT: z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(0, 'is below 0')
    .max(800, 'is above 800')
    .default(800),
  SYMBOLS: z
    .string()
    .default('BTC,ETH,SOL')
    .transform((text) => listOf(text).map((name) => name.toUpperCase()))
    .pipe(z.array(z.string().max(40, 'holds a name of over 40 letters')).max(200, 'names over 200 coins')),
  ROLES: z
    .string()
    .default(roles.join(','))
    .transform(listOf)
    .pipe(z.array(z.enum(roles, notOneOf(roles))).min(1, 'names no role')),
  DATA_DIR: z.string().default('data'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'is not an address that begins with redis:// or rediss://' })
    .optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'is not an address that begins with postgres://' })
    .optional(),
  DISCORD_TOKEN: z
    .string()
    .regex(/^[\w-]{17,}\.[\w-]{5,}\.[\w-]{20,}$/, 'is not a bot token: three parts with dots between them')
    .optional(),
  DISCORD_API_URL: httpUrl.optional(),
  TELEGRAM_TOKEN: z
    .string()
    .regex(/^\d{6,12}:[\w-]{30,}$/, 'is not a bot token: a number, a colon and a secret')
    .optional(),
  TELEGRAM_API_URL: httpUrl.optional(),
  TELEGRAM_WEBHOOK_URL: z
    .url({ protocol: /^https$/, error: 'is not an address that begins with https://' })
    .optional(),
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{16,256}$/, 'is not 16 to 256 letters, digits, low lines or hyphens')
    .optional(),
  TELEGRAM_STORE_CHAT: z
    .string()
    .regex(/^(-?\d+|@\w{4,32})$/, 'is neither the number of a chat nor the @name of a channel')
    .optional(),
  FOLD_MEMORY_MB: z.coerce
    .number('is not a number')
    .min(0, 'is below 0')
    .max(65_536, 'is above 65536')
    .default(384),
  BRAND: z.string().trim().max(40, 'is longer than 40 letters').default('liqmap'),
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(0, 'is below 0')
    .max(65535, 'is above 65535')
    .default(8420),
  PUBLIC_URL: z
    .string()
    .regex(
      /^https:\/\/[\w-]+(\.[\w-]+)+(:\d{1,5})?\/?$/,
      'is not an address that begins with https:// and ends after a full name: there can be no path',
    )
    .transform((address) => address.toLowerCase().replace(/\/$/, ''))
    .optional(),
  WEB_PASSWORD: z.string().min(12, 'has fewer than 12 characters').optional(),
  TRUSTED_PROXIES: z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(0, 'is below 0')
    .max(5, 'is above 5')
    .default(0),
  PAGE_DAYS: z.coerce
    .number('is not a number')
    .min(0.01, 'is below 0.01')
    .max(365, 'is above 365')
    .default(7),
  BULL_BOARD_PASSWORD: z.string().min(12, 'has fewer than 12 characters').optional(),
  LOG_LEVEL: z.enum(logLevels, notOneOf(logLevels)).default('info'),
});

type Setting = keyof typeof settings.shape;

const examples: Readonly<Record<Setting, string>> = {
  EXCHANGE_API_URL: 'http://127.0.0.1:8080',
  EXCHANGE_PROXY_URL: 'http://127.0.0.1:3128',
  VENUES: 'binance,bybit',
  SWEEP_WEIGHT: '400',
  SYMBOLS: 'BTC,ETH',
  ROLES: 'collect,compute',
  DATA_DIR: 'data',
  REDIS_URL: 'redis://127.0.0.1:6379',
  DATABASE_URL: 'postgres://liqmap:password@127.0.0.1:5432/liqmap',
  DISCORD_TOKEN: 'the-id-of-the-bot.a-date.and-a-secret-signature',
  DISCORD_API_URL: 'http://127.0.0.1:8081/api',
  TELEGRAM_TOKEN: '123456789:the-secret-that-BotFather-tells-you',
  TELEGRAM_API_URL: 'http://127.0.0.1:8082',
  TELEGRAM_WEBHOOK_URL: 'https://liqmap.example/telegram',
  TELEGRAM_WEBHOOK_SECRET: 'any-long-word-of-your-own',
  TELEGRAM_STORE_CHAT: '-1001234567890',
  FOLD_MEMORY_MB: '512',
  BRAND: 'example.org',
  HTTP_HOST: '127.0.0.1',
  HTTP_PORT: '8420',
  PUBLIC_URL: 'https://maps.example.com',
  WEB_PASSWORD: 'any-long-word-of-your-own',
  TRUSTED_PROXIES: '1',
  PAGE_DAYS: '7',
  BULL_BOARD_PASSWORD: 'any-long-word-of-your-own',
  LOG_LEVEL: 'info',
};

/**
 * Reads the settings, by default from the process' environment and, for what is not set there, from `.env` in the
 * working folder. An empty value counts as not set.
 *
 * @throws UserError that names every wrong key, what is wrong with it and an example.
 */
export function loadConfig(environment: Environment = processEnvironment()): Config {
  const isSet = (entry: readonly [string, string | undefined]) =>
    entry[1] !== undefined && entry[1].trim() !== '';
  const result = settings.safeParse(Object.fromEntries(Object.entries(environment).filter(isSet)));
  if (!result.success) throw new UserError(result.error.issues.map(explain).join('\n'));
  const given = result.data;
  return {
    ...(given.EXCHANGE_API_URL !== undefined && { exchangeApiUrl: given.EXCHANGE_API_URL }),
    ...(given.EXCHANGE_PROXY_URL !== undefined && { exchangeProxyUrl: given.EXCHANGE_PROXY_URL }),
    ...(given.REDIS_URL !== undefined && { redisUrl: given.REDIS_URL }),
    ...(given.DATABASE_URL !== undefined && { databaseUrl: given.DATABASE_URL }),
    ...(given.DISCORD_TOKEN !== undefined && { discordToken: given.DISCORD_TOKEN }),
    ...(given.DISCORD_API_URL !== undefined && { discordApiUrl: given.DISCORD_API_URL }),
    ...(given.TELEGRAM_TOKEN !== undefined && { telegramToken: given.TELEGRAM_TOKEN }),
    ...(given.TELEGRAM_API_URL !== undefined && { telegramApiUrl: given.TELEGRAM_API_URL }),
    ...(given.TELEGRAM_WEBHOOK_URL !== undefined && { telegramWebhookUrl: given.TELEGRAM_WEBHOOK_URL }),
    ...(given.TELEGRAM_WEBHOOK_SECRET !== undefined && {
      telegramWebhookSecret: given.TELEGRAM_WEBHOOK_SECRET,
    }),
    ...(given.TELEGRAM_STORE_CHAT !== undefined && { telegramStoreChat: given.TELEGRAM_STORE_CHAT }),
    ...(given.PUBLIC_URL !== undefined && { publicUrl: given.PUBLIC_URL }),
    ...(given.WEB_PASSWORD !== undefined && { webPassword: given.WEB_PASSWORD }),
    ...(given.BULL_BOARD_PASSWORD !== undefined && { bullBoardPassword: given.BULL_BOARD_PASSWORD }),
    venues: given.VENUES,
    sweepWeight: given.SWEEP_WEIGHT,
    symbols: given.SYMBOLS,
    roles: given.ROLES,
    dataFolder: given.DATA_DIR,
    foldMemoryMb: given.FOLD_MEMORY_MB,
    ...(given.BRAND !== noBrand && { brand: given.BRAND }),
    httpHost: given.HTTP_HOST,
    httpPort: given.HTTP_PORT,
    trustedProxies: given.TRUSTED_PROXIES,
    pageDays: given.PAGE_DAYS,
    logLevel: given.LOG_LEVEL,
  };
}

/**
 * Makes the shipped fonts the only ones that this process, and every worker it starts later, draws with. Call it in
 * the main thread before sharp is imported: afterwards, or in a worker, it comes too late.
 */
export function setUpFonts(folder = defaultFontFolder()): void {
  process.env['FONTCONFIG_FILE'] = writeFontConfig(folder);
}

function processEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

function listOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  return [...new Set(names.filter((name) => name !== ''))];
}

function notOneOf(allowed: readonly string[]): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => `${spoken(input)} is not one of ${allowed.join(', ')}` };
}

/** What is longer than any choice may be a secret in the wrong place. */
function spoken(input: unknown): string {
  const word = String(input);
  return word.length <= 20 ? `"${word}"` : `what stands there (${word.length} letters)`;
}

/** The value itself appears only where it cannot be secret: an address may hold a password. */
function explain(issue: z.core.$ZodIssue): string {
  const key = issue.path[0] as Setting;
  return `${key}: ${issue.message}. Example: ${key}=${examples[key]}`;
}
