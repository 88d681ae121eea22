/**
 * The whole service on a loopback exchange, as a process whose time its parent moves and that tells how it does. Started by
 * `ServiceInTime`.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { CoinAlerts } from '../../../src/alerts/coin.ts';
import { AlertEngine } from '../../../src/alerts.ts';
import { chatFactories } from '../../../src/app/chats.ts';
import { startApp } from '../../../src/app.ts';
import { loadConfig, roles } from '../../../src/config.ts';
import { dayMs } from '../../../src/core/durations.ts';
import { refreshMapKind } from '../../../src/jobs/map-kinds.ts';
import { JobQueue } from '../../../src/jobs/queue.ts';
import { type FoldBegins, KeptFolds } from '../../../src/kept-folds.ts';
import { createLog } from '../../../src/log.ts';
import { ClockWatch } from '../../../src/market/clock.ts';
import { createLiveVenues } from '../../../src/market/live/index.ts';
import { ReplayClock } from '../alert-replay/clock.ts';
import type { Order } from '../alert-replay/service-in-time.ts';
import type { EngineInput } from './engine-inputs.ts';
import { startLeak } from './leaks.ts';
import { ProcessWatch, type Weight } from './process-watch.ts';
import { soakVenues } from './world.ts';

export type SoakStart = {
  readonly settings: Readonly<Record<string, string>>;
  readonly exchangeUrl: string;
  readonly coins: readonly string[];
  readonly nowMs: number;
  /** Breaks something on purpose: see `leaks.ts`. */
  readonly leak?: string;
};
export type SoakOrder = Order & {
  /** Wake the engine where its time has come, and wait for nothing. */
  readonly ring?: true;
  /** Tell what the process weighs. */
  readonly weigh?: true;
};
/** Folds that maps go on from, and with what those of all maps so far have begun. */
export type SoakFolds = FoldBegins & { readonly bytes: number };
export type SoakReport = {
  readonly inputs: readonly EngineInput[];
  /** How often an engine has begun: one that begins anew goes by what it finds in the store. */
  readonly engines: number;
  readonly rssBytes: number;
  readonly folds: SoakFolds;
  readonly weight?: Weight;
};

const lookEveryMs = 5;
const watch = new ProcessWatch();
const inputs: EngineInput[] = [];
/** When the newest price was of that the engine has heard, by venue and coin. */
const heard = new Map<string, number>();
let engine: AlertEngine | undefined;
let engines = 0;
let folds: KeptFolds | undefined;

process.once('message', (start: SoakStart) => void run(start));
// Without its parent there is nothing to do.
process.once('disconnect', () => process.exit());

async function run({ settings, exchangeUrl, coins, nowMs: startMs, leak }: SoakStart): Promise<void> {
  const clock = new ReplayClock(startMs);
  const config = { ...loadConfig(settings), httpPort: 0, symbols: coins };
  liveInMarketTime();
  keepInputs();
  findFolds();
  const venues = createLiveVenues({
    venues: soakVenues,
    apiUrl: exchangeUrl,
    nowMs: clock.nowMs,
    // Nobody else uses this exchange, and a day of requests goes by in minutes.
    paced: false,
    // The exchange shares the cores with all else: that it is slow is no fault of a venue.
    timeoutMs: 60_000,
    onProblem: (venue, problem) => log.warn('trouble with a stream', { venue, problem }),
  });
  const log = createLog({ level: 'info' });
  const app = startApp({
    config,
    roles,
    log,
    chats: chatFactories(config),
    sources: venues.map(({ source }) => source),
    streams: venues.map(({ streams }) => streams),
    nowMs: clock.nowMs,
    pause: clock.pause,
  });
  if (leak !== undefined) startLeak(leak);
  process.on('message', async ({ moveTo, ring, round, weigh }: SoakOrder) => {
    if (moveTo !== undefined) clock.moveTo(moveTo);
    if (ring) clock.ring();
    if (round) {
      await settled(clock, coins.length * soakVenues.length);
      await clock.round();
      await engine?.settled();
    }
    tell(weigh ? await watch.weigh() : undefined);
  });
  await app.started;
  await clock.untilAsleep();
  tell();
}

function tell(weight?: Weight): void {
  const rssBytes = process.memoryUsage.rss();
  process.send?.({
    inputs: inputs.splice(0),
    engines,
    rssBytes,
    folds: foldsNow(),
    ...(weight && { weight }),
  } satisfies SoakReport);
}

/** All prices of now are heard, and what followed from them is done. */
async function settled(clock: ReplayClock, prices: number): Promise<void> {
  const missing = () => prices - [...heard.values()].filter((timeMs) => timeMs === clock.nowMs()).length;
  while (missing() > 0) await sleep(lookEveryMs);
  await engine?.settled();
}

/** What goes by the machine's clock and would make maps, or find the clock set, at times of its own. */
function liveInMarketTime(): void {
  Object.defineProperty(ClockWatch.prototype, 'jumpedMs', { get: () => 0 });
  const { schedule } = JobQueue.prototype;
  JobQueue.prototype.schedule = function (this: JobQueue, kind, key, everyMs, payload) {
    return schedule.call(this, kind, key, kind.name === refreshMapKind.name ? dayMs : everyMs, payload);
  } as typeof schedule;
}

/** Notes what the engine goes by, in its order: maps, prices, and when it looks at sizes anew. */
function keepInputs(): void {
  const { run, hear } = AlertEngine.prototype;
  AlertEngine.prototype.run = function (this: AlertEngine, signal) {
    engine = this;
    engines += 1;
    return run.call(this, signal);
  };
  AlertEngine.prototype.hear = function (this: AlertEngine, tick) {
    heard.set(`${tick.venue} ${tick.symbol}`, tick.timeMs);
    return hear.call(this, tick);
  };
  const { takeMap, tick, learnSizes, blocked } = CoinAlerts.prototype;
  CoinAlerts.prototype.takeMap = function (sheet) {
    inputs.push({ what: 'map', symbol: this.symbol, sheet });
    return takeMap.call(this, sheet);
  };
  CoinAlerts.prototype.tick = function (price, nowMs) {
    inputs.push({ what: 'price', symbol: this.symbol, price, nowMs, ...(this.muted && { isMuted: true }) });
    return tick.call(this, price, nowMs);
  };
  CoinAlerts.prototype.learnSizes = function (sizes) {
    inputs.push({ what: 'sizes', symbol: this.symbol });
    return learnSizes.call(this, sizes);
  };
  CoinAlerts.prototype.blocked = function (nowMs) {
    const reasons = blocked.call(this, nowMs);
    if (reasons.length > 0) inputs.push({ what: 'blocked', symbol: this.symbol, reasons, nowMs });
    return reasons;
  };
}

function foldsNow(): SoakFolds {
  const begins = [...(folds?.begins.values() ?? [])];
  const sum = (which: keyof FoldBegins) => begins.reduce((all, one) => all + one[which], 0);
  return { bytes: folds?.bytes ?? 0, kept: sum('kept'), anew: sum('anew') };
}

function findFolds(): void {
  const { keep } = KeptFolds.prototype;
  KeptFolds.prototype.keep = function (this: KeptFolds, place, kept) {
    folds = this;
    return keep.call(this, place, kept);
  };
}
