import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RedisPriceTicks } from '../../src/jobs/price-ticks.ts';
import type { RedisClient } from '../../src/jobs/redis-client.ts';
import { createLog } from '../../src/log.ts';
import type { PriceTick } from '../../src/price-ticks.ts';

const startMs = 1_800_000_000_000;
const tick = (priceUsd: number, timeMs = startMs): PriceTick => ({
  ...{ venue: 'okx', market: 'ETH/USDT:USDT', symbol: 'ETH', contract: 'linear' },
  ...{ priceUsd, timeMs },
});

describe('price ticks', () => {
  let wire: EventEmitter;
  let published: string[];
  let isAway: boolean;
  let ticks: RedisPriceTicks;
  let heard: PriceTick[];
  let levels: string[];

  beforeEach(() => {
    vi.useFakeTimers({ now: startMs });
    wire = new EventEmitter();
    [published, heard, levels, isAway] = [[], [], [], false];
    const redis = {
      publish: async (_: string, text: string) => {
        if (isAway) throw new Error('away');
        published.push(text);
        wire.emit('message', 'any', text);
      },
    };
    ticks = new RedisPriceTicks({
      redis: redis as unknown as RedisClient,
      listen: () => Object.assign(wire, { subscribe: async () => 1 }) as unknown as RedisClient,
      nowMs: Date.now,
      log: createLog({ level: 'debug', write: (line) => levels.push(JSON.parse(line).level) }),
    });
    ticks.subscribe((one) => heard.push(one));
  });
  afterEach(() => {
    ticks.stop();
    vi.useRealTimers();
  });
  const pass = () => vi.advanceTimersByTimeAsync(100);

  it('are heard all, in their order, from one message for each tenth of a second', async () => {
    const sent = [tick(3_000), tick(3_001), tick(2_999.5)];
    for (const each of sent) ticks.publish(each);
    await pass();
    expect(heard).toEqual(sent);
    expect(published).toHaveLength(1);
    ticks.publish(tick(3_002));
    await pass();
    expect(heard.at(-1)).toEqual(tick(3_002));
    expect(published).toHaveLength(2);
  });

  it('that are old when they arrive are told to nobody, nor are those from the future', async () => {
    for (const timeMs of [startMs - 46_000, startMs + 46_000]) ticks.publish(tick(3_000, timeMs));
    ticks.publish(tick(3_001, startMs - 44_000));
    await pass();
    expect(heard.map(({ priceUsd }) => priceUsd)).toEqual([3_001]);
    expect(ticks.counts).toMatchObject({ stale: 2, heard: 1 });
  });

  it('that could not be sent are not sent later', async () => {
    isAway = true;
    ticks.publish(tick(3_000));
    await pass();
    isAway = false;
    ticks.publish(tick(3_001));
    await pass();
    expect(heard.map(({ priceUsd }) => priceUsd)).toEqual([3_001]);
    expect(ticks.counts).toMatchObject({ lost: 1, sent: 1 });
  });

  it('are listened to anew when the connection does not answer', async () => {
    const disconnect = vi.fn();
    Object.assign(wire, { status: 'ready', ping: async () => 'PONG', disconnect });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(disconnect).not.toHaveBeenCalled();
    Object.assign(wire, { ping: () => new Promise(() => undefined) });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(disconnect).toHaveBeenCalledExactlyOnceWith(true);
    Object.assign(wire, { status: 'reconnecting' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(disconnect).toHaveBeenCalledTimes(1);
  });

  it('that make no sense are refused and counted', () => {
    const garbled = ['{', '7', '[7]', JSON.stringify([{ ...tick(3_000), priceUsd: -1 }])];
    const absurd = [
      { ...tick(3_000), contract: 'square' },
      { ...tick(3_000), venue: undefined },
    ];
    for (const text of [...garbled, ...absurd.map((one) => JSON.stringify([one]))]) {
      wire.emit('message', 'any', text);
    }
    expect(heard).toEqual([]);
    expect(ticks.counts.refused).toBe(6);
  });

  it('reach the others when one listener throws, and none after it left or after the stop', async () => {
    ticks.subscribe(() => {
      throw new Error('broken');
    });
    const others: number[] = [];
    const leave = ticks.subscribe(({ priceUsd }) => others.push(priceUsd));
    ticks.publish(tick(3_000));
    await pass();
    leave();
    ticks.publish(tick(3_001));
    await pass();
    expect(others).toEqual([3_000]);
    expect(heard).toHaveLength(2);
    expect(levels).toContain('error');
    ticks.stop();
    wire.emit('message', 'any', JSON.stringify([tick(3_002)]));
    ticks.publish(tick(3_003));
    await pass();
    expect(heard).toHaveLength(2);
  });
});
