import { AlertCounts } from '../../../src/alerts/counts.ts';
import type { AlertPayload } from '../../../src/alerts/payload.ts';
import { alertPayloadSchema } from '../../../src/alerts/payload.ts';
import { receiptSchema } from '../../../src/alerts/receipt.ts';
import { type AlertSettings, alertSettingsSchema } from '../../../src/alerts/settings.ts';
import type { AlertSheet } from '../../../src/alerts/sheet.ts';
import type { AlertsStatus } from '../../../src/alerts/status.ts';
import { AlertEngine } from '../../../src/alerts.ts';
import type { Cluster } from '../../../src/core/liquidation-map.ts';
import type { ObservedLiquidation } from '../../../src/core/observed.ts';
import type { Log } from '../../../src/log.ts';
import type { LiquidationFeeds } from '../../../src/observed-liquidations.ts';
import type { Alert } from '../../../src/store/alert-ledger.ts';
import type { Armings } from '../../../src/store/armings.ts';
import { openStore, type Store } from '../../../src/store/store.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** A Wednesday, well before midnight. */
export const startMs = Date.UTC(2026, 1, 4, 6);

/** A band below 60,000, or above 70,000 for shorts; the price begins at 65,000 and a day's range is 4 %. */
export function clusterOf(changes: Partial<Cluster> = {}): Cluster {
  const side = changes.side ?? 'long';
  const [low, high] = side === 'long' ? [59_000, 60_000] : [70_000, 71_000];
  return {
    ...{ id: `${side}-1`, side, low, high, peak: (low + high) / 2, usd: 4e8, shareOfOi: 0.05 },
    ...{ distancePct: side === 'long' ? -8.5 : 8.5, leverage: 11, rank: 1 },
    ...changes,
  };
}

type World = {
  readonly path: string;
  readonly symbols?: readonly string[];
};

/** An engine over a store, with a clock, prices and maps in the hand of the test. */
export class AlertWorld {
  nowMs = startMs;
  readonly delivered: string[] = [];
  readonly logged: string[] = [];
  readonly counts = new AlertCounts();
  status: AlertsStatus | undefined;
  liquidations: ObservedLiquidation[] = [];
  isWatched = true;
  /** So many of the next writes of armings fail. */
  failures = 0;
  readonly store: Store;
  readonly engine: AlertEngine;
  #sheets: AlertSheet[] = [];

  private constructor(store: Store, { symbols = ['BTC'] }: World) {
    this.store = store;
    const log: Log = {
      ...{ debug: () => undefined, info: () => undefined },
      warn: (message, fields) => void this.logged.push(`${message} ${JSON.stringify(fields)}`),
      error: (message) => void this.logged.push(message),
      with: () => log,
    };
    this.engine = new AlertEngine({
      store: { ...store, armings: this.#failing(store.armings) },
      ticks: { subscribe: () => () => undefined },
      sheets: { news: async () => this.#sheets.splice(0) },
      feeds: this.#feeds(),
      marketsOf: async () => [],
      deliver: async ({ key }) => void this.delivered.push(key),
      symbols,
      keepFresh: () => undefined,
      tellStatus: async (status) => {
        this.status = status;
      },
      counts: this.counts,
      nowMs: () => this.nowMs,
      log,
      sleep: async () => undefined,
    });
  }

  static async open(world: World): Promise<AlertWorld> {
    const opened: { world?: AlertWorld } = {};
    const store = await openStore({ path: world.path, nowMs: () => opened.world?.nowMs ?? startMs });
    opened.world = new AlertWorld(store, world);
    return opened.world;
  }

  /** Another process takes over on the same store. */
  static async after(before: AlertWorld, world: World): Promise<AlertWorld> {
    await before.engine.settled();
    await before.store.close();
    const next = await AlertWorld.open(world);
    next.nowMs = before.nowMs;
    return next;
  }

  async subscribe(settings: Partial<AlertSettings> = {}, chatId = 'c1'): Promise<string> {
    const subscriptions = this.store.subscriptions(alertSettingsSchema);
    const all = alertSettingsSchema.parse({ symbols: ['BTC'], ...settings });
    const { id } = await subscriptions.create({ platform: 'discord', chatId, settings: all });
    await this.engine.sweep();
    return id;
  }

  async map(clusters: readonly Cluster[], changes: Partial<AlertSheet> = {}): Promise<void> {
    this.#sheets.push({
      ...{ symbol: 'BTC', timeMs: this.nowMs, provenance: 'live', priceUsd: 65_000, atrPct: 4 },
      ...{ openInterestUsd: 8e9, unknownAgeShare: 0.1, nearLongUsd: 5e8, nearShortUsd: 5e8, clusters },
      venues: [
        { venue: 'bybit', market: 'BTC/USDT:USDT', included: true, dataAgeMs: 5_000, openInterestUsd: 8e9 },
      ],
      ...changes,
    });
    await this.engine.readSheets();
    await this.engine.settled();
  }

  /** Prices one second apart, on their way to the last. */
  async price(...prices: readonly number[]): Promise<void> {
    for (const priceUsd of prices) {
      this.nowMs += 1_000;
      this.engine.hear({
        symbol: 'BTC',
        venue: 'bybit',
        market: 'BTC/USDT:USDT',
        priceUsd,
        timeMs: this.nowMs,
      });
    }
    await this.engine.settled();
  }

  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    await this.engine.sweep();
    await this.engine.settled();
  }

  /** What is in the ledger for a subscription, in the order in which it came. */
  async ledger(subscriptionId: string): Promise<readonly Alert<AlertPayload>[]> {
    const ledger = this.store.alerts<AlertPayload>(alertPayloadSchema);
    return (await ledger.recent({ subscriptionId, sinceMs: 0 })).toReversed();
  }

  async told(subscriptionId: string): Promise<readonly string[]> {
    return (await this.ledger(subscriptionId)).map(({ stage, state }) =>
      state === 'dropped' ? `(${stage})` : stage,
    );
  }

  stages() {
    return this.store.clusterStages(receiptSchema).since(0);
  }

  #failing(armings: Armings): Armings {
    return {
      ...armings,
      put: async (list) => {
        if (this.failures-- > 0) throw new Error('the store is away');
        await armings.put(list);
      },
    };
  }

  #feeds(): LiquidationFeeds {
    return {
      see: async (_, { fromMs, toMs }) => ({
        liquidations: this.liquidations.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs),
        watches: this.isWatched ? [{ venue: 'bybit', shows: 'every', watchedMs: toMs - fromMs }] : [],
      }),
    };
  }
}

export function liquidation(changes: Partial<ObservedLiquidation>): ObservedLiquidation {
  return {
    ...{
      timeMs: startMs,
      liquidatedSide: 'long',
      price: 59_500,
      priceKind: 'bankruptcy',
      size: 1,
      usd: 59_500,
    },
    ...{ venue: 'bybit', market: 'BTC/USDT:USDT' },
    ...changes,
  };
}
