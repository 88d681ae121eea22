import { setTimeout as sleep } from 'node:timers/promises';
import { type AlertPayload, alertPayloadSchema } from '../../../src/alerts/payload.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/core/durations.ts';
import { errorText } from '../../../src/errors.ts';
import { compactStoreKind, makeMapKind } from '../../../src/jobs/map-kinds.ts';
import { RedisPriceTicks } from '../../../src/jobs/price-ticks.ts';
import type { Alert } from '../../../src/store/alert-ledger.ts';
import { ServiceInTime } from '../alert-replay/service-in-time.ts';
import { AlertStage } from '../alert-stage.ts';
import { unitMalloc } from '../deployed.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../exchange/server.ts';
import { until } from '../jobs/process.ts';
import { keptLog, redisKinds } from '../jobs/redis.ts';
import { type Subscribed, subscribeCrowd } from './crowd.ts';
import { delivered } from './delivered.ts';
import { type Dispute, Disputes } from './disputes.ts';
import { PlainAlerts } from './plain-alerts.ts';
import type { LoopDelay, Weight } from './process-watch.ts';
import type { SoakFolds, SoakOrder, SoakReport, SoakStart } from './service.ts';
import { type Shelves, SoakShelves } from './shelves.ts';
import { soakCoins, soakVenues, soakWorld } from './world.ts';

export type SoakOptions = {
  readonly days: number;
  readonly coins: number;
  readonly subscriptions: number;
  /** Market time from one map of a coin to the next. */
  readonly recomputeMinutes: number;
  /** Market time from one price to the next; divides the one above. */
  readonly priceMinutes: number;
  /** Seconds of the world at the end in which market time goes by as it does in the world, and every coin's map is made once. */
  readonly worldSeconds: number;
  /** What goes wrong on purpose: see `leaks.ts`. */
  readonly leak?: string;
  readonly onHour?: (hour: SoakHour) => void;
};

/** How the service stood at the end of a simulated hour. */
export type SoakHour = Weight &
  Shelves & {
    readonly hour: number;
    /** In the middle of the hour's, as the system counts it. */
    readonly rssBytes: number;
    readonly folds: SoakFolds;
    /** In the world. */
    readonly tookMs: number;
    readonly alerts: number;
    /** Alerts so far that are not as the plain reckoning has them. */
    readonly differences: number;
  };

export type Soaked = {
  readonly options: Omit<SoakOptions, 'onHour'>;
  readonly hours: readonly SoakHour[];
  /** At the pace of the world, and for how long of it the service had no core because others had it. */
  readonly loop: LoopDelay & { readonly waitedForCoreMs: number };
  readonly maps: number;
  /** Alerts that are not as the plain reckoning has them, and messages that are not as the ledger has them; empty when all are exact. */
  readonly differences: readonly string[];
  /** Of some of them, all that is known. */
  readonly disputes: readonly Dispute[];
  /** Engines of alerts that have begun; a reckoning knows of one. */
  readonly engines: number;
  readonly alerts: Readonly<Record<string, number>>;
  /** Lines of the log by level and message, from warnings on. */
  readonly complaints: Readonly<Record<string, number>>;
};

/** A Monday at midnight. */
const startMs = Date.UTC(2026, 0, 5);
const patienceMs = 600_000;
const lookEveryMs = 5;
const attempts = 3;
/** Before what the log complained of in it. */
export const firstHour = 'in the first hour, ';
/** A venue that says nothing for long counts as lost, however long the maps take. */
const pushEveryMs = 1_000;

/** Runs the whole service through simulated days and tells how it stood at the end of each hour. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const coins = soakCoins(options.coins);
  const market = { nowMs: startMs };
  const nowMs = () => market.nowMs;
  const exchange = await startLoopbackExchange({ world: soakWorld({ nowMs: startMs, coins }), nowMs });
  const stage = await AlertStage.open(redisKinds.includes('child') ? 'child' : 'in-process');
  const run = new Soak(options, { coins, market, exchange, stage });
  try {
    return await run.run();
  } finally {
    await run.end();
    await stage.close();
    await exchange.close();
  }
}

type Parts = {
  readonly coins: readonly string[];
  /** The time of everything. */
  readonly market: { nowMs: number };
  readonly exchange: LoopbackExchange;
  readonly stage: AlertStage;
};

class Soak {
  readonly #options: SoakOptions;
  readonly #parts: Parts;
  readonly #service: ServiceInTime<SoakStart, SoakReport>;
  readonly #ticks: RedisPriceTicks;
  readonly #shelves: SoakShelves;
  readonly #heard = new Set<string>();
  readonly #complaints: Record<string, number> = {};
  readonly #hours: SoakHour[] = [];
  #crowd: readonly Subscribed[] = [];
  #alerts: PlainAlerts | undefined;
  #disputes: Disputes | undefined;
  #engines = 0;
  #pushing: NodeJS.Timeout | undefined;
  readonly #rss: number[] = [];
  #maps = 0;

  constructor(options: SoakOptions, parts: Parts) {
    const { stage, exchange, coins, market } = parts;
    this.#options = options;
    this.#parts = parts;
    this.#service = new ServiceInTime({
      entry: new URL('./service.ts', import.meta.url),
      start: {
        ...{ settings: stage.settings(), exchangeUrl: exchange.url, coins },
        ...(options.leak !== undefined && { leak: options.leak }),
      },
      flags: ['--expose-gc'],
      env: unitMalloc(),
      onLog: (line) => this.#log(line),
    });
    const connections = stage.connect();
    this.#shelves = new SoakShelves(connections.hasty('soak'), stage.settings()['DATA_DIR']!);
    this.#ticks = new RedisPriceTicks({
      redis: connections.hasty('soak-prices'),
      listen: () => connections.patient('soak-listening'),
      nowMs: () => market.nowMs,
      log: keptLog().log,
    });
    this.#ticks.subscribe(({ venue, symbol, timeMs }) => {
      if (timeMs === market.nowMs) this.#heard.add(`${venue} ${symbol}`);
    });
  }

  async run(): Promise<Soaked> {
    const { days, subscriptions, recomputeMinutes, priceMinutes, onHour } = this.#options;
    const { stage, coins, market } = this.#parts;
    this.#crowd = await subscribeCrowd(stage, { coins, count: subscriptions });
    this.#alerts = new PlainAlerts(this.#crowd);
    this.#disputes = new Disputes(this.#alerts);
    await this.#service.start(startMs);
    this.#pushing = setInterval(() => this.#parts.exchange.sockets.pushWorld(), pushEveryMs);
    let since = performance.now();
    const endMs = startMs + days * dayMs;
    await this.#prices();
    // One after the other: the first of each coin is of weeks that nobody has asked for yet.
    for (const coin of coins) await this.#makeMap(coin);
    while (market.nowMs < endMs) {
      await this.#moveTo(market.nowMs + priceMinutes * minuteMs);
      await this.#prices();
      if ((market.nowMs - startMs) % (recomputeMinutes * minuteMs) === 0) await this.#makeMaps();
      await this.#round();
      if (market.nowMs % dayMs === 0) await this.#tidy();
      if (market.nowMs % hourMs !== 0) continue;
      const hour = await this.#weigh(performance.now() - since);
      since = performance.now();
      this.#hours.push(hour);
      // Hundreds of thousands a day.
      (this.#parts.exchange.requests as unknown[]).length = 0;
      onHour?.(hour);
    }
    const loop = await this.#atWorldPace();
    return this.#soaked(loop);
  }

  async end(): Promise<void> {
    clearInterval(this.#pushing);
    this.#ticks.stop();
    await this.#service.kill();
    await this.#shelves.close();
  }

  async #moveTo(timeMs: number): Promise<void> {
    const { market } = this.#parts;
    await this.#shelves.age(timeMs - market.nowMs);
    // First, as the service leaves prices of the future aside. What it has heard since it was asked last counts too.
    await this.#take({ moveTo: timeMs });
    market.nowMs = timeMs;
    this.#heard.clear();
  }

  /** The exchange pushes them, collectors hear them and tell everybody. */
  async #prices(): Promise<void> {
    const { coins, exchange } = this.#parts;
    const wanted = coins.length * soakVenues.length;
    exchange.sockets.pushWorld();
    const untilMs = performance.now() + patienceMs;
    while (this.#heard.size < wanted) {
      if (performance.now() > untilMs) throw new Error(`${this.#heard.size} of ${wanted} prices are heard`);
      await sleep(lookEveryMs);
    }
  }

  /**
   * Sped up, a service that is never idle says nothing of how long it does not listen: so a while as the world goes, with a price of
   * every market a second and the maps evenly spread.
   */
  async #atWorldPace(): Promise<Soaked['loop']> {
    const { coins, market } = this.#parts;
    const { worldSeconds } = this.#options;
    const { weight: before } = await this.#take({ weigh: true });
    const [fromMs, fromWorldMs] = [market.nowMs, performance.now()];
    const made: Promise<void>[] = [];
    for (let second = 1; second <= worldSeconds; second++) {
      await sleep(Math.max(0, fromWorldMs + 1_000 * second - performance.now()));
      await this.#moveTo(fromMs + 1_000 * second);
      const due = Math.floor((coins.length * second) / worldSeconds);
      while (made.length < due) made.push(this.#makeMap(coins[made.length]!));
      await this.#take({ ring: true });
    }
    await Promise.all(made);
    const { weight: after } = await this.#take({ weigh: true });
    await this.#prices();
    await this.#round();
    const waited = (one: Weight | undefined) => one?.waitedForCoreMs ?? 0;
    return { ...after!.loop, waitedForCoreMs: waited(after) - waited(before) };
  }

  async #makeMaps(): Promise<void> {
    await Promise.all(this.#parts.coins.map((symbol) => this.#makeMap(symbol)));
  }

  async #makeMap(symbol: string): Promise<void> {
    const key = `${symbol}/7d`;
    const payload = { key, request: { symbol, window: '7d' } } as const;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#parts.stage.queue.request(makeMapKind, key, payload, patienceMs);
        this.#maps += 1;
        return;
      } catch (error) {
        if (attempt === attempts) throw error;
        this.#complain(`a map had to be asked for again: ${errorText(error)}`);
      }
    }
  }

  /** Lets the engine look at everything, and all that follows be delivered. */
  async #round(): Promise<void> {
    await this.#take({ round: true });
    await this.#release();
    await until(async () => (await this.#underWay()).length === 0, patienceMs, 'all alerts delivered');
  }

  /** What was held back until now waits in the queue by the machine's clock. */
  async #release(): Promise<void> {
    const held = (await this.#underWay()).filter(({ payload }) => payload.notBeforeMs !== undefined);
    if (held.length === 0) return;
    const keys = new Set(held.map(({ key }) => key));
    for (const queue of this.#parts.stage.queue.queues) {
      if (!queue.name.startsWith('deliver-')) continue;
      for (const job of await queue.getDelayed()) if (keys.has(job.data.key)) await job.promote();
    }
  }

  async #take(order: SoakOrder): Promise<SoakReport> {
    const report = await this.#service.tell(order);
    this.#rss.push(report.rssBytes);
    this.#engines = report.engines;
    this.#disputes!.take(report.inputs);
    this.#alerts!.take(report.inputs, this.#parts.market.nowMs);
    return report;
  }

  async #underWay(): Promise<readonly Alert<AlertPayload>[]> {
    const ledger = this.#parts.stage.store.alerts(alertPayloadSchema);
    const unsettled = await ledger.unsettled(Number.MAX_SAFE_INTEGER);
    const now = this.#parts.market.nowMs;
    return unsettled.filter(
      ({ state, reason, payload: { notBeforeMs = 0 } }) =>
        notBeforeMs <= now && (state === 'pending' || reason === undefined),
    );
  }

  /** What the service has done once a day of the machine. */
  async #tidy(): Promise<void> {
    await this.#parts.stage.queue.request(compactStoreKind, 'market day', {}, patienceMs);
  }

  async #weigh(tookMs: number): Promise<SoakHour> {
    const { weight, folds } = await this.#take({ weigh: true });
    if (!weight) throw new Error('the service does not tell what it weighs');
    const rss = this.#rss.splice(0).sort((a, b) => a - b);
    const rssBytes = rss[rss.length >> 1]!;
    const hour = (this.#parts.market.nowMs - startMs) / hourMs;
    const alerts = this.#alerts!.expected.size;
    const differences = this.#disputes!.look(await this.#ledger()).length;
    return {
      hour,
      tookMs,
      rssBytes,
      folds,
      alerts,
      differences,
      ...weight,
      ...(await this.#shelves.look()),
    };
  }

  async #ledger(): Promise<readonly Alert<AlertPayload>[]> {
    const ledger = this.#parts.stage.store.alerts(alertPayloadSchema);
    const own = this.#crowd.map(({ id }) => ledger.recent({ subscriptionId: id, sinceMs: 0 }));
    return (await Promise.all(own)).flat();
  }

  async #soaked(loop: Soaked['loop']): Promise<Soaked> {
    const { onHour: _, ...options } = this.#options;
    const rows = await this.#ledger();
    const alerts: Record<string, number> = {};
    for (const { stage, state, reason } of rows) {
      const name = [stage, state, ...(reason === undefined ? [] : [`(${reason})`])].join(' ');
      alerts[name] = (alerts[name] ?? 0) + 1;
    }
    return {
      options,
      hours: this.#hours,
      loop,
      maps: this.#maps,
      differences: [...this.#disputes!.look(rows), ...delivered(this.#parts.stage, this.#crowd, rows)],
      disputes: this.#disputes!.found,
      engines: this.#engines,
      alerts,
      complaints: this.#complaints,
    };
  }

  #log(line: string): void {
    const { level, msg } = line.startsWith('{') ? JSON.parse(line) : { level: 'raw', msg: line };
    if (level === 'info' || level === 'debug') return;
    this.#complain(`${level}: ${msg}`);
  }

  #complain(what: string): void {
    // While weeks are loaded venues are late.
    const name = this.#hours.length === 0 ? `${firstHour}${what}` : what;
    this.#complaints[name] = (this.#complaints[name] ?? 0) + 1;
  }
}
