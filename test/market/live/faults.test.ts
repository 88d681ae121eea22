import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MarketError } from '../../../src/market/live/market-error.ts';
import type { Market } from '../../../src/market/source.ts';
import type { Fault, FaultEffect } from '../../support/exchange/faults.ts';
import { hourMs, lastDays, type OpenVenue, openVenue } from './against-world.ts';

const venues = [
  ['binance', 'BTC/USDT:USDT'],
  ['bybit', 'BTC/USDT:USDT'],
  ['okx', 'BTC/USDT:USDT'],
  ['gate', 'BTC/USDT:USDT'],
  ['bitget', 'BTC/USDT:USDT'],
  ['hyperliquid', 'BTC/USDC:USDC'],
] as const;

describe.each(venues)('%s', (name, symbol) => {
  let venue: OpenVenue;
  let market: Market;
  let askedBefore: number;
  let endFaults: (() => void)[] = [];

  beforeAll(async () => {
    venue = await openVenue(name);
    market = await venue.market(symbol);
  });
  beforeEach(() => {
    // Past what is remembered for seconds, short of the next candle.
    venue.moveOn(6_000);
    askedBefore = venue.exchange.requests.length;
  });
  afterEach(() => {
    for (const end of endFaults) end();
    endFaults = [];
  });
  afterAll(() => venue.close());

  const fail = (fault: Fault) => {
    endFaults.push(venue.exchange.fault(fault));
  };
  const candles = () => venue.source.candles(market, { ...lastDays(0.5), timeframe: '1h', price: 'last' });
  const reasonOf = (asked: Promise<unknown>) =>
    asked.then(
      () => 'answered',
      (error: unknown) => (error instanceof MarketError ? error.reason : error),
    );
  const asked = () => venue.exchange.requests.length - askedBefore;

  test.each<[FaultEffect['kind'], FaultEffect]>([
    ['server-error', { kind: 'server-error', status: 503 }],
    ['html', { kind: 'html' }],
    ['truncated', { kind: 'truncated' }],
    ['reset', { kind: 'reset' }],
    ['rate-limited', { kind: 'rate-limited', retryAfterSeconds: 1 }],
  ])('answers after a %s that passes', async (_, effect) => {
    fail({ effect, times: 2 });
    expect(await candles()).toHaveLength(11);
    expect(asked()).toBe(3);
  });

  test.each<[MarketError['reason'], number, FaultEffect]>([
    ['unavailable', 3, { kind: 'server-error', status: 502 }],
    ['unavailable', 3, { kind: 'reset' }],
    ['bad-answer', 3, { kind: 'html' }],
    ['bad-answer', 3, { kind: 'truncated' }],
    ['geo-blocked', 1, { kind: 'geo-blocked' }],
  ])('is %s after %i requests when the fault lasts: %o', async (reason, requests, effect) => {
    fail({ effect });
    const error = await candles().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MarketError);
    expect(error).toMatchObject({ reason });
    expect(asked()).toBe(requests);
    const { message } = error as MarketError;
    expect(message).toMatch(new RegExp(`^(${name}|[a-z.]+): `));
    expect(message.length).toBeLessThan(200);
  });

  test('is left alone while it asked for rest', async () => {
    const kind = name === 'binance' ? 'banned' : 'rate-limited';
    const other = await openVenue(name);
    await other.source.price(market);
    const before = other.exchange.requests.length;
    const query = { ...lastDays(0.5), timeframe: '1h', price: 'last' } as const;
    const end = other.exchange.fault({ effect: { kind, retryAfterSeconds: 60 } });
    expect(await reasonOf(other.source.candles(market, query))).toBe('rate-limited');
    end();
    expect(await reasonOf(other.source.candles(market, query))).toBe('rate-limited');
    expect(other.exchange.requests.length - before).toBe(1);
    await other.close();
  });

  test.each(['nan', 'huge', 'high-below-low'] as const)('%s in prices never leaves it', async (how) => {
    fail({ effect: { kind: 'absurd', how } });
    expect(await reasonOf(candles())).toBe('bad-answer');
    expect(await reasonOf(venue.source.orderBook(market))).toBe('bad-answer');
    if (how !== 'high-below-low') expect(await reasonOf(venue.source.price(market))).toBe('bad-answer');
  });

  test.each(['negative', 'nan', 'huge'] as const)('%s in sizes never leaves it', async (how) => {
    fail({ effect: { kind: 'absurd', how } });
    expect(await reasonOf(venue.source.openInterest(market))).toBe('bad-answer');
    expect(await reasonOf(candles())).toBe('bad-answer');
  });

  test.each(['nan', 'huge'] as const)('%s in funding never leaves it', async (how) => {
    fail({ effect: { kind: 'absurd', how } });
    expect(await reasonOf(venue.source.funding(market, lastDays(2)))).toBe('bad-answer');
  });

  test("another market's data are refused where the answer names its market", async () => {
    fail({ effect: { kind: 'other-symbol' } });
    const named = name === 'hyperliquid' ? candles() : venue.source.price(market);
    expect(await reasonOf(named)).toBe('bad-answer');
  });

  test('data that stopped keep their own times, so that their age shows', async () => {
    fail({ effect: { kind: 'stale', byMs: 5 * hourMs } });
    const last = (await candles())?.at(-1);
    expect(last!.openMs).toBeLessThanOrEqual(venue.clockMs() - 5 * hourMs);
    const timed = ['binance', 'bybit', 'okx', 'bitget'].includes(name);
    if (timed) expect((await venue.source.price(market))?.timeMs).toBe(venue.clockMs() - 5 * hourMs);
  });

  test('a listing that failed is asked for anew', async () => {
    const other = await openVenue(name);
    const end = other.exchange.fault({ effect: { kind: 'html' } });
    expect(await reasonOf(other.source.markets())).toBe('bad-answer');
    end();
    expect((await other.source.markets()).length).toBeGreaterThan(3);
    await other.close();
  });
});

test.each(['bybit', 'hyperliquid'])(
  '%s is unavailable when it hangs, and is not asked again',
  async (name) => {
    const venue = await openVenue(name, { timeoutMs: 700 });
    const [market] = await venue.source.markets();
    const before = venue.exchange.requests.length;
    venue.exchange.fault({ effect: { kind: 'hang' } });
    await expect(venue.source.price(market!)).rejects.toMatchObject({ reason: 'unavailable' });
    expect(venue.exchange.requests.length - before).toBe(1);
    await venue.close();
  },
);

test('a market the venue does not list is refused by name', async () => {
  const venue = await openVenue('bybit');
  const market = { ...(await venue.market('BTC/USDT:USDT')), symbol: 'NOPE/USDT:USDT' };
  await expect(venue.source.price(market)).rejects.toThrow('bybit: lists no NOPE/USDT:USDT');
  await venue.close();
});
