import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  dayMs,
  expectNear,
  lastDays,
  nowMs,
  type OpenVenue,
  openVenue,
  trueCandles,
} from '../against-world.ts';
import { openAnswered } from '../answered.ts';

describe('bitget', () => {
  let venue: OpenVenue;

  beforeAll(async () => {
    venue = await openVenue('bitget');
  });
  afterAll(() => venue.close());

  test('the listing asks for the three real products and not for the demo ones', async () => {
    await venue.source.markets();
    expect(venue.exchange.requests.map(({ query }) => query['productType']).sort()).toEqual([
      'COIN-FUTURES',
      'USDC-FUTURES',
      'USDT-FUTURES',
    ]);
  });

  test('candles older than the recent endpoint reaches come from the history, with the same volumes', async () => {
    const market = await venue.market('BTC/USD:BTC');
    const query = {
      fromMs: nowMs - 29.1 * dayMs,
      toMs: nowMs - 28.9 * dayMs,
      timeframe: '1m',
      price: 'last',
    } as const;
    const before = venue.exchange.requests.length;
    const candles = await venue.source.candles(market, query);
    expectNear(candles, trueCandles(venue.truth.get(market.symbol)!, query));
    const paths = venue.exchange.requests.slice(before).map(({ path }) => path.split('/').at(-1));
    expect([...new Set(paths)].sort()).toEqual(['candles', 'history-candles']);
  });

  test('open interest in coins becomes USD at the mark price', async () => {
    const market = await venue.market('ETH/USD:ETH');
    const truth = venue.truth.get(market.symbol)!;
    expectNear((await venue.source.openInterest(market))?.size, truth.series.openInterest(nowMs));
  });

  test('funding is paged to the start of the range, also of one that ends long ago', async () => {
    const range = { fromMs: nowMs - 38 * dayMs, toMs: nowMs - 36 * dayMs };
    const funding = await venue.source.funding(await venue.market('PEPE/USDT:USDT'), range);
    expect(funding).toHaveLength(12);
  });

  test('it keeps no history of open interest and none of liquidations', async () => {
    const market = await venue.market('BTC/USDT:USDT');
    const query = { ...lastDays(1), timeframe: '1h' } as const;
    expect(await venue.source.openInterestHistory(market, query)).toBeUndefined();
    expect(await venue.source.liquidations(market, query)).toBeUndefined();
  });

  test('a listing that ccxt stumbles over is a bad answer', async () => {
    const { source } = await openAnswered('bitget', () => ({
      data: [{ symbol: 'BTCUSDT', baseCoin: 'BTC', quoteCoin: 'USDT', symbolType: 'perpetual' }],
    }));
    await expect(source.markets()).rejects.toMatchObject({ name: 'MarketError', reason: 'bad-answer' });
  });

  test("a refusal carries the venue's own words", async () => {
    const { source } = await openAnswered('bitget', () => ({
      code: '40034',
      msg: 'Parameter X does not exist',
    }));
    await expect(source.markets()).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(/^bitget: refused \(.*Parameter X does not exist/),
    });
  });
});
