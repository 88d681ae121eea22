import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AlertPayload, alertPayloadSchema } from '../src/alerts/payload.ts';
import { receiptSchema } from '../src/alerts/receipt.ts';
import { alertSettingsSchema } from '../src/alerts/settings.ts';
import { type AlertSheet, alertSheet } from '../src/alerts/sheet.ts';
import { AlertEngine } from '../src/alerts.ts';
import { dayMs, minuteMs } from '../src/core/durations.ts';
import { wideWeights } from '../src/core/weights.ts';
import { createLog } from '../src/log.ts';
import { MapService } from '../src/service.ts';
import type { Alert } from '../src/store/alert-ledger.ts';
import { openStore, type Store } from '../src/store/store.ts';
import type { BenchResult } from './measure.ts';
import { type RecordedCoin, recordedCoin } from './recorded-week.ts';

const coins = ['BTC', 'ETH', 'SOL'];
/** The days on which BTC fell from 76 to 60 thousand are among them. */
const [startMs, endMs] = [Date.UTC(2026, 1, 2), Date.UTC(2026, 1, 8)];
const tickMs = 5 * minuteMs;
const mapMs = 30 * minuteMs;

/** What a channel on three coins would have been told in six recorded days, by the engine as it runs in the service. */
export async function benchAlertReplay(): Promise<BenchResult> {
  const folder = process.env['LIQMAP_DATA'];
  if (folder === undefined)
    return { timings: [], findings: ['recorded days: left out, LIQMAP_DATA names no folder of data'] };
  const place = mkdtempSync(join(tmpdir(), 'liqmap-bench-'));
  let nowMs = startMs;
  const store = await openStore({ path: join(place, 'alerts.db'), nowMs: () => nowMs });
  try {
    const recorded = await Promise.all(coins.map((coin) => recordedCoin(folder, coin, () => nowMs)));
    const { engine, sheets } = engineOn(store, () => nowMs);
    const settings = alertSettingsSchema.parse({ symbols: coins });
    const { id } = await store
      .subscriptions(alertSettingsSchema)
      .create({ platform: 'discord', chatId: '1', settings });
    await engine.sweep();
    for (; nowMs < endMs; nowMs += tickMs) {
      if (nowMs % mapMs === 0)
        sheets.push(...(await Promise.all(recorded.map((one) => sheetOf(one, nowMs)))));
      await engine.readSheets();
      await engine.settled();
      for (const { coin, priceAt } of recorded) {
        const priceUsd = priceAt(nowMs);
        if (priceUsd !== undefined)
          engine.hear({ symbol: coin, venue: 'binance', market: coin, priceUsd, timeMs: nowMs });
      }
      await engine.settled();
      await engine.sweep();
    }
    const ledger = store.alerts<AlertPayload>(alertPayloadSchema);
    return {
      timings: [],
      findings: await findings(store, await ledger.recent({ subscriptionId: id, sinceMs: 0 })),
    };
  } finally {
    await store.close();
    rmSync(place, { recursive: true, force: true });
  }
}

function engineOn(
  store: Store,
  nowMs: () => number,
): { readonly engine: AlertEngine; readonly sheets: AlertSheet[] } {
  const sheets: AlertSheet[] = [];
  const engine = new AlertEngine({
    store,
    ticks: { subscribe: () => () => undefined },
    sheets: { news: async () => sheets.splice(0) },
    feeds: { see: async () => ({ liquidations: [], watches: [] }) },
    marketsOf: async () => [],
    deliver: async () => undefined,
    symbols: coins,
    keepFresh: () => undefined,
    tellStatus: async () => undefined,
    nowMs,
    log: createLog({ level: 'warn' }),
  });
  return { engine, sheets };
}

async function sheetOf({ coin, source }: RecordedCoin, nowMs: number): Promise<AlertSheet> {
  const maps = new MapService({ sources: [source], weights: wideWeights, nowMs: () => nowMs });
  return alertSheet(await maps.map({ symbol: coin, window: '7d' }));
}

async function findings(store: Store, alerts: readonly Alert<AlertPayload>[]): Promise<string[]> {
  const days = (endMs - startMs) / dayMs;
  const messages = alerts.filter(({ state, payload }) => state !== 'dropped' && payload.edits === undefined);
  const perDay = Array.from({ length: days }, (_, day) => {
    const fromMs = startMs + day * dayMs;
    return messages.filter(({ createdMs }) => createdMs >= fromMs && createdMs < fromMs + dayMs).length;
  });
  const stages = await store.clusterStages(receiptSchema).since(0);
  const approaches = stages.filter(({ stage, atMs }) => stage === 'approach' && atMs < endMs - dayMs);
  const touched = approaches.filter(({ clusterId, atMs }) =>
    stages.some(
      (one) =>
        one.stage === 'touch' && one.clusterId === clusterId && one.atMs >= atMs && one.atMs < atMs + dayMs,
    ),
  );
  const counted = [...new Set(alerts.map(({ stage }) => stage))].sort();
  return [
    `${days} recorded days of ${coins.join(', ')} from ${new Date(startMs).toISOString().slice(0, 10)}, hourly candles drawn out, a map each 30 min: a channel is told ${perDay.join(', ')} messages a day (edits not counted)`,
    `of them ${counted.map((stage) => `${alerts.filter((one) => one.stage === stage).length} ${stage}`).join(', ')}; left out ${alerts.filter(({ state }) => state === 'dropped').length}`,
    `approaches that became touches within a day: ${touched.length} of ${approaches.length}`,
  ];
}
