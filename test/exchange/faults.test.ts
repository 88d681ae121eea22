import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../support/exchange/faults.ts';
import { type Harness, harnessNowMs as nowMs, openHarness } from '../support/exchange/harness.ts';
import { hosts } from '../support/exchange/hosts.ts';

// Every fault shows in the bare answer, where and as often as it was asked for.

const host = 'fapi.binance.com';
const openInterest = '/fapi/v1/openInterest?symbol=BTCUSDT';
const klines = '/fapi/v1/klines?symbol=BTCUSDT&interval=1h&limit=3';

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

function start(fault: Partial<Fault> & Pick<Fault, 'effect'>): () => void {
  return harness.exchange.fault({ host, ...fault });
}

test('a request that names no venue is told so', async () => {
  const reply = await fetch(`${harness.exchange.url}${openInterest}`);
  expect(reply.status).toBe(421);
  expect(await reply.text()).toMatch(/x-original-host is missing.*fapi\.binance\.com/);
  expect((await harness.ask('example.com', '/')).text).toMatch(/says "example.com"/);
  expect(harness.exchange.requests).toEqual([]);
});

test('a path that is not served is told from a venue’s refusal', async () => {
  const reply = await harness.ask(host, '/fapi/v1/aggTrades?symbol=BTCUSDT');
  expect(reply).toMatchObject({
    status: 404,
    text: 'the loopback exchange does not serve GET fapi.binance.com/fapi/v1/aggTrades',
  });
});

test('requests are recorded with host, path, query and body', async () => {
  await harness.ask(host, openInterest);
  await harness.ask('api.hyperliquid.xyz', '/info', { type: 'meta' });
  expect(harness.exchange.requests).toMatchObject([
    { host, method: 'GET', path: '/fapi/v1/openInterest', query: { symbol: 'BTCUSDT' }, body: '' },
    { host: 'api.hyperliquid.xyz', method: 'POST', path: '/info', query: {}, body: '{"type":"meta"}' },
  ]);
});

describe('where and how often', () => {
  const effect = { kind: 'server-error', status: 503 } as const;
  const status = async (path = openInterest, of = host) => (await harness.ask(of, path)).status;

  test('a fault strikes its host and pattern alone, and ends when told', async () => {
    const end = start({ effect, where: /openInterest\?.*BTCUSDT/ });
    expect(await status()).toBe(503);
    expect(await status(openInterest.replace('BTC', 'ETH'))).toBe(200);
    expect(await status('/dapi/v1/openInterest?symbol=BTCUSD_PERP', 'dapi.binance.com')).toBe(200);
    end();
    expect(await status()).toBe(200);
  });

  test('a fault without host strikes all', async () => {
    harness.exchange.fault({ effect });
    const all = await Promise.all(Object.keys(hosts).map((of) => status('/', of)));
    expect(new Set(all)).toEqual(new Set([503]));
  });

  test('a fault can look into the body', async () => {
    harness.exchange.fault({ where: /"coin":"ETH"/, effect });
    const book = (coin: string) => harness.ask('api.hyperliquid.xyz', '/info', { type: 'l2Book', coin });
    expect([(await book('BTC')).status, (await book('ETH')).status]).toEqual([200, 503]);
  });

  test('a fault of two requests is over after two', async () => {
    start({ effect, times: 2 });
    expect([await status(), await status(), await status()]).toEqual([503, 503, 200]);
  });
});

describe('instead of an answer', () => {
  test.each(Object.entries(hosts))('%s refuses the impatient with 429 and Retry-After', async (of) => {
    harness.exchange.fault({ effect: { kind: 'rate-limited', retryAfterSeconds: 7 } });
    const { status, headers, json } = await harness.ask(of, '/');
    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
    expect(json).not.toThrow();
  });

  test('Binance bans with 418', async () => {
    start({ effect: { kind: 'banned', retryAfterSeconds: 120 } });
    const { status, headers, json } = await harness.ask(host, openInterest);
    expect([status, headers.get('retry-after')]).toEqual([418, '120']);
    expect(json()).toMatchObject({ code: -1003 });
  });

  test('Binance blocks places with 451 and a text, Bybit with CloudFront’s page', async () => {
    harness.exchange.fault({ effect: { kind: 'geo-blocked' } });
    const binance = await harness.ask(host, openInterest);
    expect(binance.status).toBe(451);
    expect(binance.json()).toMatchObject({ code: 0, msg: expect.stringContaining('restricted location') });
    const bybit = await harness.ask('api.bybit.com', '/v5/market/tickers?category=linear');
    expect(bybit.status).toBe(403);
    expect(bybit.headers.get('content-type')).toMatch(/html/);
    expect(bybit.text).toMatch(/CloudFront .* block access from your country/);
  });

  test('a page of HTML comes with status 200', async () => {
    start({ effect: { kind: 'html' } });
    const { status, text, json } = await harness.ask(host, openInterest);
    expect(status).toBe(200);
    expect(text).toMatch(/^<!DOCTYPE html>/);
    expect(json).toThrow(SyntaxError);
  });
});

describe('in the answer', () => {
  const rows = async (path = klines) => (await harness.ask(host, path)).json() as unknown[][];
  const numbers = async () => (await rows()).map((row) => row.slice(1, 6).map(Number));

  test('JSON ends in the middle', async () => {
    const { text: whole } = await harness.ask(host, klines);
    start({ effect: { kind: 'truncated' } });
    const { status, text, json } = await harness.ask(host, klines);
    expect(status).toBe(200);
    expect(whole.startsWith(text)).toBe(true);
    expect(json).toThrow(SyntaxError);
  });

  test('time stands still', async () => {
    const byMs = 90 * 60_000;
    start({ effect: { kind: 'stale', byMs } });
    expect((await harness.ask(host, openInterest)).json()).toMatchObject({ time: nowMs - byMs });
    expect((await rows()).at(-1)?.[0]).toBe(Date.UTC(2026, 10, 22, 11));
  });

  test('sizes fall below zero', async () => {
    start({ effect: { kind: 'absurd', how: 'negative' } });
    for (const [, , , , volume] of await numbers()) expect(volume).toBeLessThan(0);
    const { openInterest: size } = (await harness.ask(host, openInterest)).json() as Record<string, string>;
    expect(Number(size)).toBeLessThan(0);
  });

  test('numbers are NaN, or beyond belief', async () => {
    const end = start({ effect: { kind: 'absurd', how: 'nan' } });
    expect((await rows())[0]?.slice(1, 6)).toEqual(['NaN', 'NaN', 'NaN', 'NaN', 'NaN']);
    end();
    start({ effect: { kind: 'absurd', how: 'huge' } });
    for (const row of await numbers()) expect(Math.min(...row)).toBe(1e30);
  });

  test('highs lie below lows, bids above asks, floors of tiers above caps', async () => {
    harness.exchange.fault({ effect: { kind: 'absurd', how: 'high-below-low' } });
    for (const [, high = 0, low = 0] of await numbers()) expect(high).toBeLessThan(low);
    const book = (await harness.ask(host, '/fapi/v1/depth?symbol=BTCUSDT&limit=5')).json() as Book;
    expect(Number(book.bids[0]?.[0])).toBeGreaterThan(Number(book.asks[0]?.[0]));
    const lever = '/api/v2/mix/market/query-position-lever?symbol=BTCUSDT&productType=USDT-FUTURES';
    const { data } = (await harness.ask('api.bitget.com', lever)).json() as {
      data: Record<string, string>[];
    };
    expect(Number(data[0]?.['startUnit'])).toBeGreaterThan(Number(data[0]?.['endUnit']));
  });

  test('another market answers', async () => {
    const truth = await numbers();
    start({ effect: { kind: 'other-symbol' } });
    expect((await harness.ask(host, openInterest)).json()).toMatchObject({ symbol: 'ETHUSDT' });
    expect(await numbers()).not.toEqual(truth);
  });
});

type Book = { bids: string[][]; asks: string[][] };

describe('on the connection', () => {
  test('a reset breaks the request', async () => {
    start({ effect: { kind: 'reset' }, times: 1 });
    await expect(harness.ask(host, openInterest)).rejects.toThrow(/fetch failed/);
    expect((await harness.ask(host, openInterest)).status).toBe(200);
  });

  test('an answer waits for its promise', async () => {
    const { promise, resolve } = withResolvers();
    start({ effect: { kind: 'delay', until: promise } });
    let answered = false;
    const slow = harness.ask(host, openInterest).then((reply) => {
      answered = true;
      return reply;
    });
    // Another request makes the whole way while the first waits.
    expect((await harness.ask('www.okx.com', '/api/v5/public/mark-price?instType=SWAP')).status).toBe(200);
    expect(answered).toBe(false);
    resolve();
    expect((await slow).status).toBe(200);
  });

  test('a request that hangs ends with the exchange', async () => {
    start({ effect: { kind: 'hang' } });
    const hanging = expect(harness.ask(host, openInterest)).rejects.toThrow(/fetch failed/);
    await harness.ask('www.okx.com', '/api/v5/public/mark-price?instType=SWAP');
    await harness.close();
    await hanging;
  });

  test('closing twice is closing once', async () => {
    await harness.close();
    await harness.close();
    await expect(fetch(harness.exchange.url)).rejects.toThrow(/fetch failed/);
  });
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  const resolvers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => {
    resolvers.push(resolve);
  });
  return { promise, resolve: () => resolvers[0]?.() };
}
