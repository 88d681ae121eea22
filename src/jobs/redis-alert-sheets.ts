import { type AlertSheet, type AlertSheets, alertSheetSchema } from '../alerts/sheet.ts';
import { type AlertsStatus, alertsStatusSchema } from '../alerts/status.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { RedisClient } from './redis-client.ts';

const sheetsKey = 'liqmap:alert-sheets:1';
const statusKey = 'liqmap:alert-status:1';
const keepStatusMs = 5 * 60_000;

/** What alerts need of maps, one entry a coin, for the one process that runs the engine. */
export class RedisAlertSheets implements AlertSheets {
  readonly #redis: RedisClient;
  readonly #log: Log;
  /** What each entry was when it was read last. */
  readonly #seen = new Map<string, string>();

  /** Takes a connection that fails at once while Redis is away. */
  constructor(options: { readonly redis: RedisClient; readonly log: Log }) {
    this.#redis = options.redis;
    this.#log = options.log;
  }

  async put(sheet: AlertSheet): Promise<void> {
    await this.#redis.hset(sheetsKey, { [sheet.symbol]: JSON.stringify(sheet) });
  }

  async news(): Promise<readonly AlertSheet[]> {
    const all = await this.#redis.hgetall(sheetsKey);
    const changed = Object.entries(all).filter(([symbol, text]) => this.#seen.get(symbol) !== text);
    for (const [symbol, text] of changed) this.#seen.set(symbol, text);
    return changed.flatMap(([symbol, text]) => this.#parse(symbol, text) ?? []);
  }

  #parse(symbol: string, text: string): AlertSheet | undefined {
    try {
      return alertSheetSchema.parse(JSON.parse(text));
    } catch (error) {
      this.#log.warn('a map makes no sense to alerts', { symbol, reason: errorText(error) });
      return undefined;
    }
  }
}

/** Tells every process how alerts do. */
export async function writeAlertsStatus(redis: RedisClient, status: AlertsStatus): Promise<void> {
  await redis.set(statusKey, JSON.stringify(status), 'PX', keepStatusMs);
}

/** How alerts do; undefined while no engine runs, and for whatever another version wrote. */
export async function readAlertsStatus(redis: RedisClient): Promise<AlertsStatus | undefined> {
  const text = await redis.get(statusKey);
  if (text === null) return undefined;
  const parsed = alertsStatusSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}
