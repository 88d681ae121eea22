import { afterEach, expect, test } from 'vitest';
import type { Liquidation } from '../../../../src/core/market-data.ts';
import type { Market } from '../../../../src/market/source.ts';
import type { StreamHandle } from '../../../../src/market/streams.ts';
import { turn, until } from '../../../support/moved-clock.ts';
import { openStreams, type StreamedVenue } from './streamed.ts';

let venue: StreamedVenue;
let handle: StreamHandle;
afterEach(() => venue.close());

async function watch(name: string, ...symbols: string[]): Promise<Market[]> {
  venue = await openStreams(name);
  const markets = await venue.markets(...symbols);
  handle = venue.streams.watchLiquidations(markets, (event) => venue.liquidations.push(event))!;
  return markets;
}

const sockets = () => venue.exchange.sockets;
const sizes = () => venue.liquidations.map(({ liquidation }) => liquidation.size);

function closing(size: number, agoMs = 500): Liquidation {
  const timeMs = venue.clock.nowMs() - agoMs;
  return { timeMs, liquidatedSide: 'long', price: 64_000, priceKind: 'bankruptcy', size, usd: 64_000 * size };
}

test('what a venue tells again after a new subscription is told once', async () => {
  await watch('okx', 'BTC/USDT:USDT');
  await venue.subscribed(1);
  const first = [closing(1), closing(2)];
  sockets().pushLiquidations('okx', 'BTC-USDT-SWAP', first);
  await until(() => sizes().length === 2);
  sockets().drop();
  await until(() => handle.status().lost === 1);
  await venue.clock.advance(500);
  await venue.subscribed(1);
  sockets().pushLiquidations('okx', 'BTC-USDT-SWAP', [...first, closing(3)]);
  await until(() => sizes().length === 3);
  expect(sizes()).toEqual([1, 2, 3]);
});

test('two equal rows of one message are two, and told again they are those two', async () => {
  await watch('bybit', 'BTC/USDT:USDT');
  await venue.subscribed(1);
  const twins = [closing(1), closing(1)];
  sockets().pushLiquidations('bybit', 'BTCUSDT', twins);
  await until(() => sizes().length === 2);
  expect(new Set(venue.liquidations.map(({ key }) => key)).size).toBe(2);
  sockets().pushLiquidations('bybit', 'BTCUSDT', twins);
  sockets().pushLiquidations('bybit', 'BTCUSDT', [closing(7)]);
  await until(() => sizes().includes(7));
  expect(sizes()).toEqual([1, 1, 7]);
});

test('of a topic that all markets share only those on the list are told', async () => {
  const [btc] = await watch('okx', 'BTC/USDT:USDT');
  await venue.subscribed(1);
  sockets().pushLiquidations('okx', 'ETH-USDT-SWAP', [closing(5)]);
  sockets().pushLiquidations('okx', 'BTC-USDT-SWAP', [closing(6)]);
  await until(() => sizes().length > 0);
  expect(venue.liquidations.map(({ market, liquidation }) => [market, liquidation.size])).toEqual([[btc, 6]]);
  const [eth] = await venue.markets('ETH/USDT:USDT');
  handle.watch([eth!]);
  await until(() => handle.status().state === 'live');
  sockets().pushLiquidations('okx', 'ETH-USDT-SWAP', [closing(8)]);
  await until(() => sizes().includes(8));
  expect(sockets().connections()[0]!.received).toHaveLength(1);
});

test.each([
  ['a size of nothing', { size: 0 }],
  ['a price below zero', { price: -1 }],
  ['a time to come', { timeMs: 4e12 }],
])('%s is refused and counted; the rest of the message is told', async (_, wrong) => {
  await watch('bybit', 'BTC/USDT:USDT');
  await venue.subscribed(1);
  sockets().pushLiquidations('bybit', 'BTCUSDT', [closing(1), { ...closing(2), ...wrong }, closing(3)]);
  await until(() => sizes().length === 2);
  expect(sizes()).toEqual([1, 3]);
  expect(handle.status()).toMatchObject({ refused: 1, lost: 0 });
});

test('hours without a liquidation are no silence while pings are answered', async () => {
  await watch('bybit', 'BTC/USDT:USDT');
  await venue.subscribed(1);
  await until(() => handle.status().state === 'live');
  const pong = JSON.stringify({ success: true, ret_msg: 'pong', conn_id: 'x', op: 'ping' });
  for (let minute = 0; minute < 120; minute += 1) {
    sockets().garbage(pong);
    await turn();
    await venue.clock.advance(60_000);
  }
  expect(handle.status()).toMatchObject({ state: 'live', lost: 0, refused: 0 });
  await venue.clock.advance(65_000);
  await until(() => handle.status().lost === 1);
  expect(handle.status().problem).toBe('stream.bybit.com: silent for 65 s');
});

test('a venue whose sockets fail time and again is down, as there is nothing to ask instead', async () => {
  await watch('bitget', 'BTC/USDT:USDT');
  await venue.subscribed(1);
  sockets().refuse(403, 'ws.bitget.com');
  sockets().drop();
  for (let failure = 1; failure <= 3; failure += 1) {
    await until(() => handle.status().lost >= failure);
    await venue.clock.advance(2_000);
  }
  await until(() => handle.status().state === 'down');
});

test('markets of both margins have their own connections', async () => {
  await watch('binance', 'BTC/USDT:USDT', 'ETH/USDT:USDT', 'BTC/USD:BTC');
  await venue.subscribed(3);
  const seen = sockets().connections();
  expect(seen.map(({ host, topics }) => [host, ...topics]).sort()).toEqual([
    ['dstream.binance.com', 'btcusd_perp@forceOrder'],
    ['fstream.binance.com', 'btcusdt@forceOrder', 'ethusdt@forceOrder'],
  ]);
  handle.watch(await venue.markets('BTC/USD:BTC'));
  await until(() => sockets().connections().length === 1);
  expect(sockets().connections()[0]!.host).toBe('dstream.binance.com');
});

test('closing the streams, or their source, closes every handle', async () => {
  await watch('bybit', 'BTC/USDT:USDT');
  const prices = venue.streams.watchPrices(await venue.markets('ETH/USDT:USDT'), () => undefined);
  await venue.subscribed(2);
  await venue.source.close();
  expect([handle.status().state, prices.status().state, venue.clock.timers]).toEqual(['closed', 'closed', 0]);
  await until(() => sockets().connections().length === 0);
});
