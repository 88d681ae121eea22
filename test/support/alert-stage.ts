import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { User } from 'telegraf/types';
import type { AlertPayload } from '../../src/alerts/payload.ts';
import { alertPayloadSchema } from '../../src/alerts/payload.ts';
import { type AlertSettings, alertSettingsSchema } from '../../src/alerts/settings.ts';
import { chatFactories } from '../../src/app/chats.ts';
import { type App, type AppOptions, startApp } from '../../src/app.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { enqueueAlert, isAlertPlatform } from '../../src/jobs/alert-kinds.ts';
import { jobKinds } from '../../src/jobs/map-kinds.ts';
import type { JobQueue } from '../../src/jobs/queue.ts';
import type { RedisConnections } from '../../src/jobs/redis-client.ts';
import type { Alert } from '../../src/store/alert-ledger.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { Destination, Subscription } from '../../src/store/subscriptions.ts';
import { Discord } from './discord/discord.ts';
import type { Server } from './discord/world.ts';
import { type ServiceProcess, startService, until } from './jobs/process.ts';
import {
  keptLog,
  type LogLine,
  type RedisBench,
  type RedisKind,
  startBench,
  temporaryFolder,
} from './jobs/redis.ts';
import type { EmulatedBot } from './telegram/bot.ts';
import { TelegramEmulator } from './telegram/emulator.ts';

type Subscribed = Subscription<AlertSettings>;

/** Both emulators, a Redis and a store, and our service that delivers alerts between them, here or as a process. */
export class AlertStage {
  readonly discord: Discord;
  readonly server: Server;
  readonly telegram: TelegramEmulator;
  readonly bot: EmulatedBot;
  readonly ada: User;
  readonly store: Store;
  readonly queue: JobQueue;
  readonly lines: LogLine[];
  readonly #redis: RedisBench;
  readonly #folder: string;
  readonly #databaseUrl: string | undefined;
  readonly #apps: App[] = [];
  readonly #processes: ServiceProcess[] = [];
  readonly #log = keptLog();
  #count = 0;

  private constructor(
    parts: Pick<AlertStage, 'discord' | 'telegram' | 'store'> & {
      redis: RedisBench;
      folder: string;
      databaseUrl: string | undefined;
    },
  ) {
    this.discord = parts.discord;
    this.server = this.discord.addServer('traders', { channels: ['general', 'alerts'] });
    this.telegram = parts.telegram;
    this.bot = this.telegram.addBot();
    this.ada = this.telegram.addUser('Ada');
    this.store = parts.store;
    this.lines = this.#log.lines;
    this.#redis = parts.redis;
    this.#folder = parts.folder;
    this.#databaseUrl = parts.databaseUrl;
    this.queue = this.#redis.queue({ kinds: jobKinds });
  }

  /** @param databaseUrl of a PostgreSQL; a SQLite file unless told */
  static async open(redisKind: RedisKind = 'in-process', databaseUrl?: string): Promise<AlertStage> {
    const folder = temporaryFolder();
    const [discord, telegram, redis] = await Promise.all([
      Discord.start(),
      TelegramEmulator.start(),
      startBench(redisKind),
    ]);
    const path = join(folder, 'liqmap.db');
    const store = await openStore({ path, ...(databaseUrl !== undefined && { url: databaseUrl }) });
    return new AlertStage({ discord, telegram, redis, folder, store, databaseUrl });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#apps.map((app) => app.stop()));
    await Promise.all(this.#processes.map((one) => one.end('SIGKILL')));
    await this.store.close();
    await Promise.all([this.discord.stop(), this.telegram.stop(), this.#redis.close()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The service in this process, with the two platforms. */
  async start(more: Partial<AppOptions> = {}, settings: Readonly<Record<string, string>> = {}): Promise<App> {
    const config: Config = { ...loadConfig({ ...this.settings(), ...settings }), httpPort: 0 };
    const app = startApp({
      config,
      roles: ['discord', 'telegram'],
      log: this.#log.log,
      chats: chatFactories(config),
      ...more,
    });
    this.#apps.push(app);
    await app.started;
    return app;
  }

  /** The same as a process of its own, which can be killed. */
  process(roles = 'discord,telegram'): ServiceProcess {
    const made = startService(['--roles', roles], this.settings());
    this.#processes.push(made);
    return made;
  }

  /** What a process of our own on this stage is told. */
  settings(): Record<string, string> {
    return {
      REDIS_URL: this.#redis.place.url,
      DATA_DIR: this.#folder,
      DISCORD_TOKEN: this.discord.token,
      DISCORD_API_URL: this.discord.apiUrl,
      TELEGRAM_TOKEN: this.bot.token,
      TELEGRAM_API_URL: this.telegram.url,
      ...(this.#databaseUrl !== undefined && { DATABASE_URL: this.#databaseUrl }),
    };
  }

  /** Of a Redis that is a process, started again by whoever watches it. */
  redisPid(): number {
    const note = readFileSync(join(this.#redis.folder, 'redis', 'child.json'), 'utf8');
    return (JSON.parse(note) as { pid: number }).pid;
  }

  /** Connections of another process on the same Redis. */
  connect(): RedisConnections {
    return this.#redis.connect();
  }

  /** A channel of the server. */
  channel(name = 'general') {
    const found = this.server.channels.find((one) => one.name === name);
    if (!found) throw new Error(`no channel ${name}`);
    return found;
  }

  inChannel(name = 'general'): Destination {
    return { platform: 'discord', communityId: this.server.id, chatId: this.channel(name).id };
  }

  subscribe(to: Destination, more: Partial<AlertSettings> & { readonly createdBy?: string } = {}) {
    const { createdBy, ...settings } = more;
    return this.store.subscriptions(alertSettingsSchema).create({
      ...to,
      ...(createdBy !== undefined && { createdBy }),
      settings: alertSettingsSchema.parse({ symbols: ['ETH'], ...settings }),
    });
  }

  /** Writes an alert down, as whoever found it due does; returns its key. */
  async claim({ id }: Subscribed, text: string, more: Partial<AlertPayload> = {}): Promise<string> {
    this.#count += 1;
    const key = `${id}/c${this.#count}/0/approach`;
    const payload: AlertPayload = {
      kind: 'approach',
      symbol: 'ETH',
      atMs: Date.now(),
      priceUsd: 2_500,
      text,
      silent: false,
      withPicture: false,
      expiresMs: Date.now() + 300_000,
      ...more,
    };
    const about = { key, subscriptionId: id, symbol: 'ETH', clusterId: `c${this.#count}`, stage: 'approach' };
    const claim = await this.#ledger().claim({ ...about, payload });
    if (claim !== 'claimed') throw new Error(`the alert is ${claim}`);
    return key;
  }

  async enqueue({ platform }: Subscribed, key: string): Promise<void> {
    if (!isAlertPlatform(platform)) throw new Error(`no alerts on ${platform}`);
    await enqueueAlert(this.queue, { key, platform });
  }

  async alert(subscription: Subscribed, text: string, more: Partial<AlertPayload> = {}): Promise<string> {
    const key = await this.claim(subscription, text, more);
    await this.enqueue(subscription, key);
    return key;
  }

  async row(key: string): Promise<Alert<AlertPayload>> {
    const found = await this.#ledger().find(key);
    if (!found) throw new Error(`no alert ${key}`);
    return found;
  }

  /** Waits until it is known for good what became of an alert. */
  async settled(key: string, timeoutMs = 20_000): Promise<Alert<AlertPayload>> {
    const isOver = ({ state, reason }: Alert<AlertPayload>) =>
      state !== 'pending' && (state !== 'unknown' || reason !== undefined);
    await until(async () => isOver(await this.row(key)), timeoutMs, `an end of ${key}`);
    return this.row(key);
  }

  #ledger() {
    return this.store.alerts(alertPayloadSchema);
  }
}
