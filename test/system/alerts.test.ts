import type { Message } from 'telegraf/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlertSheet } from '../../src/alerts/sheet.ts';
import { RedisPriceTicks } from '../../src/jobs/price-ticks.ts';
import { RedisAlertSheets, readAlertsStatus } from '../../src/jobs/redis-alert-sheets.ts';
import type { RedisClient } from '../../src/jobs/redis-client.ts';
import { AlertStage } from '../support/alert-stage.ts';
import { clusterOf, minuteMs } from '../support/alerts/house.ts';
import { until } from '../support/jobs/process.ts';
import { keptLog } from '../support/jobs/redis.ts';

vi.setConfig({ testTimeout: 120_000 });

/** What makes maps and collects prices, on the other side of Redis. */
class Outside {
  readonly #sheets: RedisAlertSheets;
  readonly #ticks: RedisPriceTicks;
  readonly #redis: RedisClient;
  readonly #nowMs: () => number;

  constructor(stage: AlertStage, nowMs: () => number) {
    const { log } = keptLog();
    const connections = stage.connect();
    this.#redis = connections.hasty('outside');
    this.#nowMs = nowMs;
    this.#sheets = new RedisAlertSheets({ redis: this.#redis, log });
    const listen = () => connections.patient('outside-listening');
    this.#ticks = new RedisPriceTicks({ redis: this.#redis, listen, nowMs, log });
  }

  stop(): void {
    this.#ticks.stop();
  }

  /** Resolves when the engine has taken it. */
  async map(changes: Partial<AlertSheet> = {}): Promise<void> {
    const timeMs = this.#nowMs();
    await this.#sheets.put({
      ...{ symbol: 'BTC', timeMs, provenance: 'live', priceUsd: 65_000, atrPct: 4, openInterestUsd: 8e9 },
      ...{ unknownAgeShare: 0.1, nearLongUsd: 5e8, nearShortUsd: 5e8, clusters: [clusterOf()] },
      venues: [
        { venue: 'bybit', market: 'BTC/USDT:USDT', included: true, dataAgeMs: 5_000, openInterestUsd: 8e9 },
      ],
      ...changes,
    });
    await until(
      async () => {
        this.#price(65_000);
        const status = await readAlertsStatus(this.#redis);
        const coin = status?.coins.find(({ symbol }) => symbol === 'BTC');
        return (
          status !== undefined && status.atMs >= timeMs && coin?.clusters === 1 && coin.blocked.length === 0
        );
      },
      60_000,
      'a map and a price with the engine',
    );
  }

  price(priceUsd: number): void {
    this.#price(priceUsd);
  }

  #price(priceUsd: number): void {
    const market = { venue: 'bybit', market: 'BTC/USDT:USDT', symbol: 'BTC', contract: 'linear' } as const;
    this.#ticks.publish({ ...market, priceUsd, timeMs: this.#nowMs() });
  }
}

describe('alerts in the whole service', () => {
  let stage: AlertStage;
  let outside: Outside;
  let aheadMs = 0;
  const nowMs = () => Date.now() + aheadMs;

  beforeEach(async () => {
    aheadMs = 0;
    stage = await AlertStage.open();
    outside = new Outside(stage, nowMs);
  });
  afterEach(async () => {
    outside.stop();
    await stage.close();
  });

  const start = () => stage.start({ roles: ['compute', 'discord', 'telegram'], sources: [], nowMs });
  const onDiscord = () => stage.channel().messages.map(({ content }) => content.split('\n')[0]);
  const onTelegram = () =>
    stage.telegram.saidIn(stage.telegram.privateChat(stage.ada)).map((message) => {
      const { text, caption } = message as Message.TextMessage & Message.PhotoMessage;
      return (text ?? caption ?? '').split('\n')[0];
    });
  const close = 'BTC is close to $400M of longs that would be liquidated';
  const there = 'BTC has reached $400M of longs that would be liquidated';

  it('go from price and map to both platforms, are answered by the touch, and end as its receipt', async () => {
    await stage.subscribe(stage.inChannel(), { symbols: ['BTC'] });
    await stage.subscribe(
      { platform: 'telegram', chatId: `${stage.telegram.privateChat(stage.ada).id}` },
      { symbols: ['BTC'] },
    );
    await start();
    await outside.map();
    outside.price(60_700);
    await until(() => onDiscord().length === 1, 20_000, 'the approach');
    outside.price(59_900);
    await until(() => onDiscord().length === 2, 20_000, 'the touch');
    expect(onDiscord()).toEqual([close, there]);
    const [approach, touch] = stage.channel().messages;
    expect(touch!.answers).toBe(approach);
    aheadMs = 16 * minuteMs;
    outside.price(59_400);
    await until(() => touch!.content.includes('After 15 min'), 40_000, 'the receipt');
    expect(touch!.content).toContain('After 15 min: liquidations not observed; price $59,400');
    expect(onDiscord()).toEqual([close, there]);
    expect(onTelegram().filter((line) => line === close || line === there)).toEqual([close, there]);
  });

  it('come once, though the service ends and begins again in between', async () => {
    await stage.subscribe(stage.inChannel(), { symbols: ['BTC'] });
    const first = await start();
    await outside.map();
    outside.price(60_700);
    await until(() => onDiscord().length === 1, 20_000, 'the approach');
    await first.stop();
    await start();
    await outside.map({ priceUsd: 60_650 });
    outside.price(60_600);
    outside.price(59_900);
    await until(() => onDiscord().length === 2, 20_000, 'the touch');
    expect(onDiscord()).toEqual([close, there]);
  });
});
