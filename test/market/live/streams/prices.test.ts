import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Market } from '../../../../src/market/source.ts';
import type { StreamHandle } from '../../../../src/market/streams.ts';
import { turn, until } from '../../../support/moved-clock.ts';
import { openStreams, type StreamedVenue } from './streamed.ts';

// Over real sockets to the loopback exchange, on a clock that stands until it is moved.

let venue: StreamedVenue;
let handle: StreamHandle;
let btc: Market;
let eth: Market;

async function watch(name: string, ...symbols: string[]): Promise<void> {
  venue = await openStreams(name);
  const markets = await venue.markets(...symbols);
  [btc, eth] = markets as [Market, Market];
  handle = venue.streams.watchPrices(markets, (update) => venue.prices.push(update));
}

const sockets = () => venue.exchange.sockets;
const connections = () => sockets().connections();
const state = () => handle.status().state;
const marks = (from?: 'stream' | 'poll') =>
  venue.prices.filter((update) => from === undefined || update.from === from).map(({ price }) => price.mark);
const asksOverHttp = () => venue.exchange.requests.filter(({ path }) => path.endsWith('/tickers')).length;

afterEach(() => venue.close());

describe('a list that changes', () => {
  beforeEach(() => watch('bybit', 'BTC/USDT:USDT', 'ETH/USDT:USDT'));

  test('subscribes to what is new and unsubscribes from what is gone, on the same connection', async () => {
    await venue.subscribed(2);
    const [sol] = await venue.markets('SOL/USDT:USDT');
    handle.watch([eth, sol!]);
    await until(() => !connections()[0]!.topics.has('tickers.BTCUSDT'));
    await venue.subscribed(2);
    expect([...connections()[0]!.topics]).toEqual(['tickers.ETHUSDT', 'tickers.SOLUSDT']);
    const requests = connections()[0]!.received.map(
      (text) => JSON.parse(text) as { op: string; args: string[] },
    );
    expect(requests.map(({ op, args }) => [op, ...args])).toEqual([
      ['subscribe', 'tickers.BTCUSDT', 'tickers.ETHUSDT'],
      ['unsubscribe', 'tickers.BTCUSDT'],
      ['subscribe', 'tickers.SOLUSDT'],
    ]);
    expect(sockets().asked).toHaveLength(1);
  });

  test('that becomes empty leaves no connection and no timer', async () => {
    await venue.subscribed(2);
    handle.watch([]);
    await until(() => connections().length === 0);
    expect(state()).toBe('idle');
    expect(venue.clock.timers).toBe(0);
  });

  test('is subscribed anew after a connection was lost', async () => {
    await venue.subscribed(2);
    sockets().drop();
    await until(() => handle.status().lost === 1);
    expect(state()).toBe('connecting');
    expect(handle.status().problem).toMatch(/^stream\.bybit\.com: closed/);
    await venue.clock.advance(500);
    await venue.subscribed(2);
    const mark = 70_000;
    sockets().pushPrice('bybit', 'BTCUSDT', { mark });
    await until(() => marks().includes(mark));
    await until(() => state() === 'live');
  });
});

describe('a price', () => {
  beforeEach(async () => {
    await watch('bybit', 'BTC/USDT:USDT');
    await venue.subscribed(1);
    await until(() => marks().length === 1);
  });

  test('that does not change is told once a second', async () => {
    const price = { mark: 64_100, last: 64_110 };
    for (let push = 0; push < 10; push += 1) sockets().pushPrice('bybit', 'BTCUSDT', price);
    sockets().pushPrice('bybit', 'BTCUSDT', { mark: 64_101 });
    await until(() => marks().includes(64_101));
    expect(marks().slice(1)).toEqual([64_100, 64_101]);
    await venue.clock.advance(1_000);
    sockets().pushPrice('bybit', 'BTCUSDT', { mark: 64_101 });
    await until(() => marks().length === 4);
    expect(venue.prices.at(-1)!.price).toMatchObject({ mark: 64_101, last: 64_110 });
  });

  test('of which a message leaves a part out is as it was, but not for long', async () => {
    sockets().pushPrice('bybit', 'BTCUSDT', { mark: 64_100, last: 64_110 });
    await until(() => marks().includes(64_100));
    await venue.clock.advance(5_000);
    sockets().pushPrice('bybit', 'BTCUSDT', { last: 64_120 });
    await until(() => venue.prices.at(-1)!.price.last === 64_120);
    expect(venue.prices.at(-1)!.price).toMatchObject({ mark: 64_100, timeMs: venue.clock.nowMs() });
    await venue.clock.advance(6_000);
    const told = venue.prices.length;
    sockets().pushPrice('bybit', 'BTCUSDT', { last: 64_130 });
    sockets().pushPrice('bybit', 'BTCUSDT', { mark: 64_200 });
    await until(() => marks().includes(64_200));
    expect(venue.prices.slice(told).map(({ price }) => price.last)).toEqual([64_130]);
  });

  test.each([
    ['below zero', { mark: -64_000 }],
    ['that is none', { mark: Number.NaN, last: 64_000 }],
    ['of another planet', { mark: 1e12 }],
    ['far from the last trade', { mark: 64_000, last: 3 }],
  ])('%s is refused, counted and not told', async (_, price) => {
    const told = venue.prices.length;
    sockets().pushPrice('bybit', 'BTCUSDT', price);
    sockets().pushPrice('bybit', 'BTCUSDT', { mark: 64_321, last: 64_320 });
    await until(() => marks().includes(64_321));
    expect(marks().slice(told)).toEqual([64_321]);
    expect(handle.status().refused).toBe(1);
  });

  test('from the future is refused: a venue’s time in seconds, or our clock set back', async () => {
    venue.clock.jump(-3_600_000);
    sockets().pushPrice('bybit', 'BTCUSDT', { mark: 64_001 }, venue.clock.nowMs() + 3_600_000);
    await until(() => handle.status().refused === 1);
    sockets().pushPrice('bybit', 'BTCUSDT', { mark: 64_002 });
    await until(() => marks().includes(64_002));
    expect(marks()).not.toContain(64_001);
  });
});

describe('when sockets fail', () => {
  test('prices are asked for after three failures, and pushed again when the venue is back', async () => {
    await watch('bybit', 'BTC/USDT:USDT', 'ETH/USDT:USDT');
    await venue.subscribed(2);
    const accept = sockets().refuse(503);
    sockets().drop();
    await until(() => handle.status().lost === 1);
    expect(state()).toBe('connecting');
    for (const waitMs of [500, 1_000]) {
      const { lost } = handle.status();
      await venue.clock.advance(waitMs);
      await until(() => handle.status().lost === lost + 1);
    }
    expect(state()).toBe('polling');
    expect(handle.status().problem).toBe('stream.bybit.com: Unexpected server response: 503');
    const before = venue.prices.length;
    for (let second = 0; second < 10; second += 1) await venue.clock.advance(1_000);
    await until(() => marks('poll').length >= 4);
    const polled = venue.prices.slice(before);
    expect(new Set(polled.map(({ market }) => market.symbol))).toEqual(new Set([btc.symbol, eth.symbol]));
    const truth = venue.world.markets.bybit.find(({ id }) => id === 'BTCUSDT')!;
    const { mark } = polled.find(({ market }) => market === btc)!.price;
    expect(mark / truth.series.price(venue.clock.nowMs()).mark).toBeCloseTo(1, 2);
    accept();
    await venue.clock.advance(30_000);
    await venue.subscribed(2);
    await until(() => state() === 'live');
    sockets().pushPrice('bybit', 'BTCUSDT', { mark: 65_000 });
    await until(() => marks('stream').includes(65_000));
    const asked = asksOverHttp();
    for (let second = 0; second < 12; second += 1) {
      sockets().pushPrice('bybit', 'BTCUSDT');
      sockets().pushPrice('bybit', 'ETHUSDT');
      await venue.clock.advance(1_000);
      await turn();
    }
    expect(asksOverHttp()).toBe(asked);
  });

  test('one that is open but silent is given up by age, and its markets are asked for meanwhile', async () => {
    await watch('okx', 'BTC/USDT:USDT');
    await venue.subscribed(1);
    await until(() => state() === 'live');
    sockets().silence({ pongs: 'answered' });
    await venue.clock.advance(16_000);
    await until(() => marks('poll').length === 1);
    expect(handle.status()).toMatchObject({ state: 'live', lost: 0 });
    await venue.clock.advance(15_000);
    await until(() => handle.status().lost === 1);
    expect(handle.status().problem).toBe('ws.okx.com: silent for 30 s');
    expect(venue.problems).toContain('ws.okx.com: silent for 30 s');
  });

  test('one that sends only garbage is given up, its messages counted and none told', async () => {
    await watch('gate', 'BTC/USDT:USDT');
    await venue.subscribed(1);
    for (const text of ['<html>busy</html>', '{"channel":7}', '{"half', '[1,2]', 'null']) {
      sockets().garbage(text);
    }
    sockets().garbage(
      JSON.stringify({ channel: 'futures.tickers', event: 'update', time_ms: 1, result: [{ contract: 5 }] }),
    );
    await until(() => handle.status().refused === 6);
    expect(venue.prices).toEqual([]);
    await venue.clock.advance(30_000);
    expect(handle.status()).toMatchObject({ lost: 1 });
  });

  test('an upgrade that is never answered is given up', async () => {
    venue = await openStreams('hyperliquid');
    sockets().refuse('hang');
    const markets = await venue.markets('BTC/USDC:USDC');
    handle = venue.streams.watchPrices(markets, (update) => venue.prices.push(update));
    await until(() => sockets().asked.length === 1);
    await venue.clock.advance(30_000);
    expect(handle.status()).toMatchObject({ lost: 1, state: 'connecting' });
  });

  test('a venue that blocks this place is asked less and less, not every second', async () => {
    venue = await openStreams('binance');
    const markets = await venue.markets('BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT');
    sockets().refuse(451);
    venue.exchange.fault({ effect: { kind: 'geo-blocked' } });
    const before = venue.exchange.requests.length;
    handle = venue.streams.watchPrices(markets, (update) => venue.prices.push(update));
    for (let second = 0; second < 300; second += 1) await venue.clock.advance(1_000);
    expect(state()).toBe('polling');
    expect(venue.prices).toEqual([]);
    expect(venue.exchange.requests.length - before).toBeLessThan(60);
    expect(sockets().asked.length).toBeLessThan(20);
  });
});

describe('a market that is silent among others', () => {
  test('is asked for, as its subscription may be lost', async () => {
    await watch('okx', 'BTC/USDT:USDT', 'ETH/USDT:USDT');
    await venue.subscribed(2);
    await until(() => marks().length === 2);
    for (let second = 0; second < 16; second += 1) {
      sockets().pushPrice('okx', 'BTC-USDT-SWAP');
      await venue.clock.advance(1_000);
      await turn();
    }
    await until(() => marks('poll').length === 1);
    expect(venue.prices.filter(({ from }) => from === 'poll').map(({ market }) => market)).toEqual([eth]);
    expect(state()).toBe('live');
  });
});

test('one market that the venue does not know takes no other with it', async () => {
  await watch('bybit', 'BTC/USDT:USDT', 'ETH/USDT:USDT');
  await venue.subscribed(2);
  // Listed a moment ago, and gone since.
  const market = venue.world.markets.bybit.find(({ id }) => id === 'SOLUSDT')!;
  const [sol, usdc] = await venue.markets('SOL/USDT:USDT', 'BTC/USDC:USDC');
  Object.assign(market, { status: 'delisted' });
  handle.watch([btc, eth, sol!, usdc!]);
  await venue.subscribed(3);
  expect([...connections()[0]!.topics]).toContain('tickers.BTCPERP');
  expect(handle.status().problem).toBe('bybit stream: error:handler not found,topic:tickers.SOLUSDT');
});

test('markets that the venue does not list are reported and looked for again, later and later', async () => {
  await watch('gate', 'BTC/USDT:USDT');
  const nope = { ...btc, symbol: 'NOPE/USDT:USDT' };
  handle.watch([btc, nope]);
  await venue.subscribed(1);
  await until(() => handle.status().problem === 'gate: lists no NOPE/USDT:USDT');
  expect(state()).toBe('connecting');
  for (let second = 0; second < 120; second += 1) {
    sockets().pushPrice('gate', 'BTC_USDT');
    await venue.clock.advance(1_000);
    await turn();
  }
  expect(state()).toBe('polling');
  expect(handle.status().lost).toBe(0);
});

test.each(['at once', 'when it is live', 'while it reconnects', 'while it polls'])(
  'closing it %s leaves no socket and no timer, and tells nothing any more',
  async (when) => {
    await watch('bybit', 'BTC/USDT:USDT');
    if (when !== 'at once') await venue.subscribed(1);
    if (when === 'while it reconnects' || when === 'while it polls') {
      sockets().refuse(503);
      sockets().drop();
      await until(() => handle.status().lost === 1);
    }
    if (when === 'while it polls') {
      for (let second = 0; second < 30; second += 1) await venue.clock.advance(1_000);
      await until(() => state() === 'polling');
    }
    const closed = handle.close();
    const told = venue.prices.length;
    sockets().pushPrice('bybit', 'BTCUSDT', { mark: 71_000 });
    await Promise.all([closed, handle.close()]);
    expect(venue.clock.timers).toBe(0);
    expect(state()).toBe('closed');
    await until(() => connections().length === 0);
    await venue.clock.advance(600_000);
    expect(venue.prices).toHaveLength(told);
    expect(connections()).toEqual([]);
    handle.watch([btc]);
    expect([venue.clock.timers, state()]).toEqual([0, 'closed']);
  },
);
