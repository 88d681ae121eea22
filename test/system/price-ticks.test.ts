import { afterEach, beforeEach, describe, it } from 'vitest';
import { RedisPriceTicks } from '../../src/jobs/price-ticks.ts';
import type { RedisConnections } from '../../src/jobs/redis-client.ts';
import type { PriceTick } from '../../src/price-ticks.ts';
import { until } from '../support/jobs/process.ts';
import { type RedisBench, redisKinds, startBench } from '../support/jobs/redis.ts';

const tick = (priceUsd: number): PriceTick => ({
  ...{ venue: 'okx', market: 'ETH/USDT:USDT', symbol: 'ETH', contract: 'linear' },
  ...{ priceUsd, timeMs: Date.now() },
});

describe.each(redisKinds)('price ticks on a Redis of kind %s', (kind) => {
  let bench: RedisBench;
  const opened: RedisPriceTicks[] = [];

  beforeEach(async () => {
    bench = await startBench(kind);
  });
  afterEach(async () => {
    for (const ticks of opened.splice(0)) ticks.stop();
    await bench.close();
  });

  /** As another process would have them. */
  async function open(connections: RedisConnections = bench.connect()) {
    const redis = connections.hasty('ticks');
    const listen = () => connections.patient('ticks-heard');
    const ticks = new RedisPriceTicks({ redis, listen, nowMs: Date.now, log: bench.log });
    opened.push(ticks);
    await connections.ready();
    return ticks;
  }

  it('go from one process to every other, and on after a connection was lost', async () => {
    const [collector, first, second] = [await open(), await open(), await open()];
    const heard: number[][] = [[], []];
    [first, second].forEach((ticks, i) => {
      ticks.subscribe(({ priceUsd }) => heard[i]!.push(priceUsd));
    });
    const reaches = (price: number) =>
      until(
        () => {
          collector.publish(tick(price));
          return heard.every((prices) => prices.includes(price));
        },
        10_000,
        `${price} heard by both`,
      );
    await reaches(3_000);
    if (kind === 'child') {
      const killer = bench.connect();
      const redis = killer.hasty('killer');
      await killer.ready();
      await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    }
    await reaches(3_001);
  });
});
