import type { AlertSheet } from '../../../src/alerts/sheet.ts';
import { RedisPriceTicks } from '../../../src/jobs/price-ticks.ts';
import { RedisAlertSheets, readAlertsStatus } from '../../../src/jobs/redis-alert-sheets.ts';
import type { RedisClient, RedisConnections } from '../../../src/jobs/redis-client.ts';
import { clusterOf } from '../alerts/house.ts';
import { keptLog } from '../jobs/redis.ts';

const sayEveryMs = 500;
/** Maps are made again, as those of real coins are. */
const mapEveryMs = 5_000;
const market = { venue: 'bybit', contract: 'linear' } as const;

/** Maps and prices of made-up coins, as those who make maps and collect prices tell them through Redis. */
export class CoinFeed {
  readonly #redis: RedisClient;
  readonly #sheets: RedisAlertSheets;
  readonly #ticks: RedisPriceTicks;
  readonly #prices = new Map<string, number>();
  readonly #saying: NodeJS.Timeout;
  readonly #mapping: NodeJS.Timeout;

  constructor(connections: RedisConnections) {
    const { log } = keptLog();
    this.#redis = connections.hasty('coins');
    this.#sheets = new RedisAlertSheets({ redis: this.#redis, log });
    const listen = () => connections.patient('coins-listening');
    this.#ticks = new RedisPriceTicks({ redis: this.#redis, listen, nowMs: Date.now, log });
    this.#saying = setInterval(() => this.#say(), sayEveryMs);
    this.#mapping = setInterval(() => this.#mapAll(), mapEveryMs);
  }

  close(): void {
    clearInterval(this.#saying);
    clearInterval(this.#mapping);
    this.#ticks.stop();
  }

  /** A coin at $65,000 with a large cluster of longs right below $60,000. */
  map(symbol: string): void {
    this.price(symbol, 65_000);
    this.#map(symbol);
  }

  #mapAll(): void {
    for (const symbol of this.#prices.keys()) this.#map(symbol);
  }

  #map(symbol: string): void {
    const sheet: AlertSheet = {
      ...{
        symbol,
        timeMs: Date.now(),
        provenance: 'live',
        priceUsd: 65_000,
        atrPct: 4,
        openInterestUsd: 8e9,
      },
      ...{ unknownAgeShare: 0.1, nearLongUsd: 5e8, nearShortUsd: 5e8, clusters: [clusterOf()] },
      venues: [
        { venue: 'bybit', market: marketOf(symbol), included: true, dataAgeMs: 5_000, openInterestUsd: 8e9 },
      ],
    };
    // While Redis is away nothing is told; the next time it is.
    this.#sheets.put(sheet).catch(() => undefined);
  }

  /** Said again and again, as venues do. */
  price(symbol: string, priceUsd: number): void {
    this.#prices.set(symbol, priceUsd);
  }

  forget(symbol: string): void {
    this.#prices.delete(symbol);
  }

  /** Whether a running engine has map and price, and would tell; not when that cannot be asked. */
  async isWatched(symbol: string): Promise<boolean> {
    const status = await readAlertsStatus(this.#redis).catch(() => undefined);
    const coin = status?.coins.find((one) => one.symbol === symbol);
    return coin?.clusters === 1 && coin.blocked.length === 0;
  }

  /** When an engine was heard of last; undefined: a while ago. */
  async heardMs(): Promise<number | undefined> {
    return (await readAlertsStatus(this.#redis))?.atMs;
  }

  #say(): void {
    for (const [symbol, priceUsd] of this.#prices) {
      this.#ticks.publish({ ...market, symbol, market: marketOf(symbol), priceUsd, timeMs: Date.now() });
    }
  }
}

function marketOf(symbol: string): string {
  return `${symbol}/USDT:USDT`;
}
