import { AlertCounts } from '../alerts/counts.ts';
import { AlertEngine } from '../alerts.ts';
import { enqueueAlert, isAlertPlatform } from '../jobs/alert-kinds.ts';
import type { FreshMaps } from '../jobs/fresh-maps.ts';
import { RedisAlertSheets, writeAlertsStatus } from '../jobs/redis-alert-sheets.ts';
import type { Maps } from '../maps.ts';
import type { LiquidationFeeds } from '../observed-liquidations.ts';
import type { Store } from '../store/store.ts';
import { watchAlerts } from './alert-metrics.ts';
import type { House } from './house.ts';
import { workInOneProcess } from './one-process.ts';

type Parts = {
  readonly store: Store;
  readonly fresh: FreshMaps;
  readonly maps: Pick<Maps, 'markets'>;
  readonly liquidations: LiquidationFeeds;
};

/** The map that alerts go by. */
const window = '7d';
/** Told more often, a map that is only watched would be made as often as one that people look at. */
const freshEveryMs = 10 * 60_000;

/** Decides when alerts are due, in one process at a time. */
export function startAlerting(house: House, parts: Parts): void {
  let engine: AlertEngine | undefined;
  const counts = new AlertCounts();
  watchAlerts(house, counts, () => engine);
  const work = async (signal: AbortSignal): Promise<void> => {
    // A new one each time: it takes up what the one before has left in the store.
    engine = engineOf(house, parts, counts);
    await engine.run(signal).finally(() => {
      engine = undefined;
    });
  };
  // Without Redis there are no prices to go by.
  workInOneProcess(house, { name: 'alerts', lease: 'alerts', whenAway: 'stop', work });
}

function engineOf(
  house: House,
  { store, fresh, maps, liquidations }: Parts,
  counts: AlertCounts,
): AlertEngine {
  const { config, redis, queue, ticks, nowMs, pause, log } = house;
  const askedMs = new Map<string, number>();
  return new AlertEngine({
    store,
    ticks,
    sheets: new RedisAlertSheets({ redis, log }),
    feeds: liquidations,
    marketsOf: async (symbol) => {
      const { markets } = await maps.markets();
      return markets.map(({ market }) => market).filter(({ base }) => base === symbol);
    },
    deliver: async ({ key, platform, notBeforeMs }) => {
      if (!isAlertPlatform(platform)) return;
      const delayMs = notBeforeMs === undefined ? 0 : notBeforeMs - nowMs();
      await enqueueAlert(queue, { key, platform, delayMs });
    },
    symbols: config.symbols,
    keepFresh: (symbol) => {
      const now = nowMs();
      if (now - (askedMs.get(symbol) ?? Number.NEGATIVE_INFINITY) < freshEveryMs) return;
      askedMs.set(symbol, now);
      fresh.asked(`${symbol}/${window}`, { symbol, window });
    },
    tellStatus: (status) => writeAlertsStatus(redis, status),
    counts,
    nowMs,
    pause,
    log,
  });
}

/** Whether a map is one that alerts go by. */
export function isAlertMap(keyed: { readonly key: string }, symbol: string): boolean {
  return keyed.key === `${symbol}/${window}`;
}
