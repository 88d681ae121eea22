import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AlertPayload, alertPayloadSchema } from '../../../src/alerts/payload.ts';
import { type AlertReceipt, receiptSchema } from '../../../src/alerts/receipt.ts';
import { alertSettingsSchema } from '../../../src/alerts/settings.ts';
import { type AlertSheet, alertSheet } from '../../../src/alerts/sheet.ts';
import { AlertEngine } from '../../../src/alerts.ts';
import { weightsFor } from '../../../src/core/weights-for.ts';
import { KeptFolds } from '../../../src/kept-folds.ts';
import type { MarketSource } from '../../../src/market/source.ts';
import type { LiquidationFeeds } from '../../../src/observed-liquidations.ts';
import { MapService } from '../../../src/service.ts';
import type { Alert } from '../../../src/store/alert-ledger.ts';
import type { ClusterStage } from '../../../src/store/cluster-stages.ts';
import { openStore } from '../../../src/store/store.ts';
import { keptLog, type LogLine, temporaryFolder } from '../jobs/redis.ts';
import { keptSheets } from './kept-sheets.ts';

type Days = {
  readonly sources: readonly MarketSource[];
  readonly feeds: LiquidationFeeds;
  readonly coins: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Has the market be at that time. */
  readonly moveTo: (timeMs: number) => void;
  /** Ten minutes unless told. */
  readonly mapEveryMs?: number;
  /** A file that maps are kept in. */
  readonly sheets?: string;
};

export type EngineDays = {
  readonly alerts: readonly Alert<AlertPayload>[];
  readonly stages: readonly ClusterStage<AlertReceipt>[];
  readonly logged: readonly LogLine[];
  /** Why nobody could be alerted, at every full hour, counted. */
  readonly blocked: ReadonlyMap<string, number>;
};

const minuteMs = 60_000;

/**
 * The engine of alerts alone, without queue and chats, on days of a market: one subscriber to each coin with the usual
 * settings, a price a minute, a map every ten unless told.
 */
export async function engineDays(days: Days): Promise<EngineDays> {
  const { sources, feeds, coins, fromMs, toMs, moveTo, mapEveryMs = 10 * minuteMs } = days;
  const folder = temporaryFolder();
  let now = fromMs;
  const nowMs = () => now;
  const store = await openStore({ path: join(folder, 'liqmap.db'), nowMs });
  const { log, lines } = keptLog();
  const maps = new MapService({
    sources,
    weights: weightsFor,
    nowMs,
    folds: new KeptFolds({ mostBytes: 200e6, nowMs }),
  });
  const make = async (symbol: string) => alertSheet(await maps.map({ symbol, window: '7d' }));
  const sheetOf = days.sheets === undefined ? make : await keptSheets(days.sheets, make);
  const sheets: AlertSheet[] = [];
  const blocked = new Map<string, number>();
  const engine = new AlertEngine({
    store,
    ticks: { subscribe: () => () => undefined },
    sheets: { news: async () => sheets.splice(0) },
    feeds,
    marketsOf: async (symbol) =>
      (await maps.markets()).markets.map(({ market }) => market).filter(({ base }) => base === symbol),
    deliver: async () => undefined,
    symbols: coins,
    keepFresh: () => undefined,
    tellStatus: async () => undefined,
    nowMs,
    log,
  });
  const subscriptions = store.subscriptions(alertSettingsSchema);
  const settings = alertSettingsSchema.parse({ symbols: coins });
  const { id } = await subscriptions.create({ platform: 'discord', chatId: 'c', settings });
  moveTo(now);
  await engine.sweep();
  try {
    for (; now < toMs; now += minuteMs) {
      moveTo(now);
      if (now % mapEveryMs === 0) {
        for (const symbol of coins) sheets.push(await sheetOf(symbol, now));
        await engine.readSheets();
      }
      await hearAll(engine, days, now);
      await engine.settled();
      await engine.sweep();
      if (now % (60 * minuteMs) !== 0) continue;
      for (const { symbol, blocked: why, clusters } of engine.status().coins) {
        const name = `${symbol}: ${[...why, `${clusters} large`].join(', ')}`;
        blocked.set(name, (blocked.get(name) ?? 0) + 1);
      }
    }
    const alerts = await store.alerts(alertPayloadSchema).recent({ subscriptionId: id, sinceMs: 0 });
    return {
      alerts: alerts.toReversed(),
      stages: await store.clusterStages(receiptSchema).since(0),
      logged: lines,
      blocked,
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hearAll(engine: AlertEngine, { sources, coins }: Days, timeMs: number): Promise<void> {
  for (const source of sources) {
    for (const market of await source.markets()) {
      if (!coins.includes(market.base)) continue;
      const price = await source.price(market);
      if (!price) continue;
      const { venue, symbol } = market;
      engine.hear({ symbol: market.base, venue, market: symbol, priceUsd: price.mark, timeMs });
    }
  }
}
