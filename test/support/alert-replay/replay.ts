import { setTimeout as sleep } from 'node:timers/promises';
import { type AlertPayload, alertPayloadSchema } from '../../../src/alerts/payload.ts';
import { receiptSchema } from '../../../src/alerts/receipt.ts';
import { alertSettingsSchema } from '../../../src/alerts/settings.ts';
import { makeMapKind, refreshMapKind } from '../../../src/jobs/map-kinds.ts';
import { RedisPriceTicks } from '../../../src/jobs/price-ticks.ts';
import type { Alert } from '../../../src/store/alert-ledger.ts';
import { AlertStage } from '../alert-stage.ts';
import { Permissions } from '../discord/world.ts';
import { until } from '../jobs/process.ts';
import { keptLog, redisKinds } from '../jobs/redis.ts';
import type { EmulatedChat } from '../telegram/chat.ts';
import { type ChannelWatch, watchDiscord, watchTelegram } from './channel-watch.ts';
import { type FaultKind, ReplayFaults } from './faults.ts';
import type { MarketPath } from './market-path.ts';
import { readPaths } from './path-source.ts';
import type { ServiceStart } from './service.ts';
import { ServiceInTime } from './service-in-time.ts';

export type ReplayOptions = {
  readonly data: string;
  readonly coins: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Market time from one price to the next; whole minutes. */
  readonly stepMs?: number;
  /** Market time before, in which maps are made and nobody listens. */
  readonly warmMs?: number;
  /** In this order, spread over the time. */
  readonly faults?: readonly FaultKind[];
  readonly onHour?: (atMs: number) => void;
};

/** An alert of the ledger, without what differs from run to run. */
export type Told = {
  readonly to: string;
  /** Cluster, arming and stage: the same in every run. */
  readonly key: string;
  readonly state: Alert<AlertPayload>['state'];
  readonly reason?: string;
  readonly payload: AlertPayload;
};

export type Replayed = {
  readonly channels: readonly ChannelWatch[];
  readonly told: readonly Told[];
  readonly faults: ReplayFaults['done'];
  readonly logged: readonly string[];
  readonly maps: number;
  readonly stages: Awaited<ReturnType<ReturnType<AlertStage['store']['clusterStages']>['since']>>;
};

const minuteMs = 60_000;
const warmStepMs = 20 * minuteMs;
const settleMs = 90_000;

/**
 * Runs the whole service through recorded days: prices along the path of candles are told as collectors tell them, maps
 * are made as often as the service schedules them, and market time goes on as soon as everybody has done what there was to do.
 */
export async function replayAlerts(options: ReplayOptions): Promise<Replayed> {
  const stage = await AlertStage.open(redisKinds.includes('child') ? 'child' : 'in-process');
  const replay = new Replay(stage, options, await readPaths(options.data, options.coins));
  try {
    return await replay.run();
  } finally {
    await replay.end();
    await stage.close();
  }
}

class Replay {
  readonly #stage: AlertStage;
  readonly #options: ReplayOptions;
  readonly #paths: ReadonlyMap<string, MarketPath>;
  readonly #service: ServiceInTime<ServiceStart>;
  readonly #ticks: RedisPriceTicks;
  readonly #madeMs = new Map<string, number>();
  readonly #logged: string[] = [];
  readonly #heard = new Map<string, number>();
  #nowMs: number;
  #maps = 0;
  #elsewhere: EmulatedChat | undefined;

  constructor(stage: AlertStage, options: ReplayOptions, paths: ReadonlyMap<string, MarketPath>) {
    this.#stage = stage;
    this.#options = options;
    this.#paths = paths;
    this.#nowMs = options.fromMs - (options.warmMs ?? 0);
    const { data, coins } = options;
    this.#service = new ServiceInTime({
      entry: new URL('./service.ts', import.meta.url),
      start: { settings: stage.settings(), data, coins },
      onLog: (line) => this.#logged.push(line),
    });
    const connections = stage.connect();
    this.#ticks = new RedisPriceTicks({
      redis: connections.hasty('replay'),
      listen: () => connections.patient('replay-listening'),
      nowMs: () => this.#nowMs,
      log: keptLog().log,
    });
    this.#ticks.subscribe(({ symbol, timeMs }) => this.#heard.set(symbol, timeMs));
  }

  async run(): Promise<Replayed> {
    const { fromMs, toMs, stepMs = minuteMs, faults: wanted = [], onHour } = this.#options;
    await this.#service.start(this.#nowMs);
    while (this.#nowMs < fromMs) await this.#step(Math.min(fromMs, this.#nowMs + warmStepMs));
    const { channels, elsewhere } = await this.#subscribe();
    const faults = new ReplayFaults(this.#stage, elsewhere, wanted);
    while (this.#nowMs < toMs) {
      await this.#step(this.#nowMs + stepMs);
      const gone = (this.#nowMs - fromMs) / (toMs - fromMs);
      const isUnderWay = (await this.#underWay()).length > 0;
      await faults.befall(this.#service, { gone, nowMs: this.#nowMs, isUnderWay });
      await this.#settled();
      for (const channel of channels) channel.look(this.#nowMs);
      if (this.#nowMs % (60 * minuteMs) === 0) onHour?.(this.#nowMs);
    }
    return {
      channels,
      told: await this.#told(),
      faults: faults.done,
      logged: this.#logged,
      maps: this.#maps,
      stages: await this.#stage.store.clusterStages(receiptSchema).since(0),
    };
  }

  async end(): Promise<void> {
    this.#ticks.stop();
    await this.#service.kill();
  }

  /** As people do it: who manages a server, and an administrator of a group, by the command. */
  async #subscribe(): Promise<{
    readonly channels: readonly ChannelWatch[];
    readonly elsewhere: EmulatedChat;
  }> {
    const { discord, telegram, server, ada } = this.#stage;
    const symbols = this.#options.coins.join(' ').toLowerCase();
    await discord.until('commands', () => discord.world.commands.length > 0);
    const boss = discord.person('boss', { servers: [server], permissions: Permissions.ManageGuild });
    const channel = this.#stage.channel('alerts');
    const answer = await boss.slash(channel, 'alerts', { action: 'on', symbols }).whisper();
    const [group, elsewhere] = [telegram.supergroup('Traders'), telegram.supergroup('Elsewhere')];
    this.#elsewhere = elsewhere;
    for (const chat of [group, elsewhere]) {
      chat.administrators.push(ada);
      const words = chat === group ? symbols : symbols.split(' ')[0]!;
      telegram.say(ada, chat, `/alerts on ${words}`);
      await until(
        () => telegram.saidIn(chat).length > 0,
        60_000,
        `an answer in Telegram, after ${answer.content}`,
      );
    }
    await until(async () => (await this.#subscriptions()).length === 3, 10_000, 'three subscriptions');
    const channels = [
      watchDiscord('Discord #alerts', channel),
      watchTelegram('Telegram Traders', telegram, group),
    ];
    for (const one of channels) one.look(this.#nowMs);
    return { channels, elsewhere };
  }

  async #step(toMs: number): Promise<void> {
    this.#nowMs = toMs;
    await this.#service.tell({ moveTo: toMs });
    await this.#makeMaps();
    await this.#tellPrices();
    await this.#service.tell({ round: true });
  }

  /** Those that the service would make by now, by the interval that it has set itself. */
  async #makeMaps(): Promise<void> {
    const schedules = await this.#patiently(() => this.#stage.queue.schedules(refreshMapKind));
    const due = this.#options.coins.filter((symbol) => {
      const everyMs = schedules.get(`${symbol}/7d`) ?? 0;
      return this.#nowMs - (this.#madeMs.get(symbol) ?? 0) >= everyMs;
    });
    for (const symbol of due) {
      const key = `${symbol}/7d`;
      const payload = { key, request: { symbol, window: '7d' } } as const;
      await this.#patiently(() => this.#stage.queue.request(makeMapKind, key, payload, 60_000));
      this.#madeMs.set(symbol, this.#nowMs);
      this.#maps += 1;
    }
  }

  async #tellPrices(): Promise<void> {
    const { coins } = this.#options;
    const isHeard = () => coins.every((coin) => this.#heard.get(coin) === this.#nowMs);
    for (let attempt = 0; attempt < 100 && !isHeard(); attempt++) {
      for (const symbol of coins) this.#tellPrice(symbol);
      for (let waited = 0; waited < 100 && !isHeard(); waited++) await sleep(5);
    }
    if (!isHeard()) throw new Error('prices are not heard');
  }

  /** All since the last time, one a minute, as of now: what is older is not heard. */
  #tellPrice(symbol: string): void {
    const market = { venue: 'binance', market: `${symbol}/USDT:USDT`, symbol, contract: 'linear' } as const;
    const stepMs = Math.min(this.#options.stepMs ?? minuteMs, warmStepMs);
    for (let ms = this.#nowMs - stepMs + minuteMs; ms <= this.#nowMs; ms += minuteMs) {
      const priceUsd = this.#paths.get(symbol)!.priceAt(ms);
      if (priceUsd === undefined) throw new Error(`no price of ${symbol} at ${ms}`);
      this.#ticks.publish({ ...market, priceUsd, timeMs: this.#nowMs });
    }
  }

  async #underWay(): Promise<readonly Alert<AlertPayload>[]> {
    const ledger = this.#stage.store.alerts(alertPayloadSchema);
    const unsettled = await ledger.unsettled(Number.MAX_SAFE_INTEGER);
    return unsettled.filter(
      ({ state, reason, payload: { notBeforeMs = 0 } }) =>
        notBeforeMs <= this.#nowMs && (state === 'pending' || reason === undefined),
    );
  }

  async #settled(): Promise<void> {
    try {
      await until(async () => (await this.#underWay()).length === 0, settleMs, 'all alerts delivered');
    } catch (error) {
      const left = (await this.#underWay()).map(({ key, state }) => `${key} ${state}`);
      throw new Error([...left, ...this.#logged.slice(-30)].join('\n'), { cause: error });
    }
  }

  #subscriptions() {
    return this.#stage.store.subscriptions(alertSettingsSchema).list({});
  }

  async #told(): Promise<readonly Told[]> {
    const ledger = this.#stage.store.alerts(alertPayloadSchema);
    const all = await Promise.all(
      (await this.#subscriptions()).map(async ({ id, platform, chatId }) => {
        const rows = await ledger.recent({ subscriptionId: id, sinceMs: 0 });
        const to = chatId === `${this.#elsewhere?.id}` ? `${platform} elsewhere` : platform;
        return rows.toReversed().map(({ key, state, reason, payload }) => ({
          ...{ to, key: key.slice(id.length + 1), state, payload },
          ...(reason !== undefined && { reason }),
        }));
      }),
    );
    return all.flat();
  }

  /** Redis may just have been killed. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt >= 20) throw error;
        await sleep(1_000);
      }
    }
  }
}
