import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Harness, openHarness } from '../support/exchange/harness.ts';
import { until } from '../support/moved-clock.ts';

// The loopback exchange as bare sockets see it, without the clients that were written for it.

let harness: Harness;
let clients: WebSocket[];
beforeEach(async () => {
  harness = await openHarness();
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.terminate();
  await harness.close();
});

function connect(host: string, path: string) {
  const url = harness.exchange.url.replace('http', 'ws') + path;
  const client = new WebSocket(url, { headers: { 'x-original-host': host } });
  const heard: string[] = [];
  client.on('message', (data) => heard.push(String(data)));
  clients.push(client);
  return { client, heard };
}

/** Sends the frames, and gives what came back once it is so much. */
async function talk(host: string, path: string, frames: readonly (string | object)[], answers: number) {
  const { client, heard } = connect(host, path);
  await once(client, 'open');
  for (const frame of frames) client.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  await until(() => heard.length >= answers);
  return heard.map((text) => (text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : text));
}

test.each([
  ['nobody knows', 'stream.nowhere.test', '/ws', 421],
  ['OKX left on 2026-10-31', 'ws.okx.com:8443', '/ws/v5/public', 421],
  ['is not served', 'stream.bybit.com', '/v5/private', 404],
])('an address that %s is refused', async (_, host, path, status) => {
  const [error] = await once(connect(host, path).client, 'error');
  expect(String(error)).toContain(`Unexpected server response: ${status}`);
});

test('binance takes subscriptions on the old path and stays silent', async () => {
  const request = { method: 'SUBSCRIBE', params: ['btcusdt@markPrice@1s'], id: 1 };
  const old = connect('fstream.binance.com', '/ws');
  const routed = connect('fstream.binance.com', '/market/ws');
  await Promise.all([once(old.client, 'open'), once(routed.client, 'open')]);
  for (const { client } of [old, routed]) client.send(JSON.stringify(request));
  await until(() => old.heard.length === 1 && routed.heard.length === 1);
  expect(old.heard).toEqual(['{"result":null,"id":1}']);
  harness.exchange.sockets.pushPrice('binanceusdm', 'BTCUSDT');
  await until(() => routed.heard.length === 2);
  expect(JSON.parse(routed.heard[1]!)).toMatchObject({ e: 'markPriceUpdate', s: 'BTCUSDT' });
  expect(old.heard).toHaveLength(1);
});

describe('what a venue does not know it refuses in its own words', () => {
  test('binance: a request without a list', async () => {
    const [answer] = await talk('dstream.binance.com', '/market/ws', [{ method: 'SUBSCRIBE', id: 1 }], 1);
    expect(answer).toMatchObject({ error: { code: 2 } });
  });

  test('bybit: one unknown topic, or one of the other margin, spoils the request', async () => {
    const subscribe = (req_id: string, ...args: string[]) => ({ op: 'subscribe', req_id, args });
    const answers = await talk(
      'stream.bybit.com',
      '/v5/public/linear',
      [subscribe('1', 'tickers.BTCUSDT', 'tickers.NOPE'), subscribe('2', 'tickers.BTCUSD'), { op: 'ping' }],
      3,
    );
    expect(answers).toMatchObject([
      { success: false, ret_msg: 'error:handler not found,topic:tickers.NOPE', req_id: '1' },
      { success: false, req_id: '2' },
      { success: true, ret_msg: 'pong' },
    ]);
    expect(harness.exchange.sockets.connections()[0]!.topics.size).toBe(0);
  });

  test('okx: each unknown argument, the others hold', async () => {
    const arg = (instId: string) => ({ channel: 'mark-price', instId });
    const answers = await talk(
      'ws.okx.com',
      '/ws/v5/public',
      ['ping', { op: 'subscribe', args: [arg('NOPE'), arg('BTC-USDT-SWAP')] }],
      4,
    );
    expect(answers).toMatchObject([
      'pong',
      { event: 'error', code: '60018' },
      { event: 'subscribe', arg: arg('BTC-USDT-SWAP') },
      { arg: arg('BTC-USDT-SWAP'), data: [{ instId: 'BTC-USDT-SWAP' }] },
    ]);
  });

  test('gate: a request without its time, a contract of another address', async () => {
    const request = { channel: 'futures.tickers', event: 'subscribe', payload: ['BTC_USD'] };
    const answers = await talk(
      'fx-ws.gateio.ws',
      '/v4/ws/usdt',
      [request, { ...request, time: 1 }, { time: 1, channel: 'futures.ping' }],
      3,
    );
    expect(answers).toMatchObject([
      { error: { code: 1 } },
      { error: { code: 2, message: 'unknown contract BTC_USD' } },
      { channel: 'futures.pong' },
    ]);
  });

  test('bitget: an instrument of another product', async () => {
    const args = [{ instType: 'COIN-FUTURES', channel: 'ticker', instId: 'BTCUSDT' }];
    const answers = await talk('ws.bitget.com', '/v2/ws/public', ['ping', { op: 'subscribe', args }], 2);
    expect(answers).toMatchObject(['pong', { event: 'error', code: 30_001 }]);
  });

  test('hyperliquid: an unknown coin, and the same one twice', async () => {
    const request = (coin: string) => ({
      method: 'subscribe',
      subscription: { type: 'activeAssetCtx', coin },
    });
    const answers = await talk(
      'api.hyperliquid.xyz',
      '/ws',
      [request('NOPE'), request('BTC'), request('BTC'), { method: 'ping' }],
      5,
    );
    expect(answers.map((answer) => (answer as Record<string, unknown>)['channel'])).toEqual([
      'error',
      'subscriptionResponse',
      'activeAssetCtx',
      'error',
      'pong',
    ]);
  });
});

test('tells the world’s prices and liquidations to those who subscribed', async () => {
  const { client, heard } = connect('stream.bybit.com', '/v5/public/linear');
  await once(client, 'open');
  client.send(JSON.stringify({ op: 'subscribe', args: ['tickers.BTCUSDT'], req_id: '1' }));
  await until(() => heard.length === 2);
  harness.exchange.sockets.pushWorld();
  await until(() => heard.length === 3);
  const { data } = JSON.parse(heard[2]!) as { data: { markPrice: string } };
  const market = harness.marketsOf('bybit').find(({ id }) => id === 'BTCUSDT')!;
  expect(Number(data.markPrice)).toBeCloseTo(market.series.price(harness.nowMs).mark, 6);
});

test('silence can leave pongs or not, and ends when told', async () => {
  const { client, heard } = connect('ws.okx.com', '/ws/v5/public');
  await once(client, 'open');
  const end = harness.exchange.sockets.silence({ pongs: 'answered' });
  client.send('ping');
  await until(() => heard.length === 1);
  const endAll = harness.exchange.sockets.silence();
  end();
  client.send('ping');
  client.ping();
  let pongs = 0;
  client.on('pong', () => {
    pongs += 1;
  });
  await until(() => harness.exchange.sockets.connections()[0]!.received.length === 2);
  endAll();
  client.send('ping');
  client.ping();
  await until(() => heard.length === 2 && pongs === 1);
  expect(heard).toEqual(['pong', 'pong']);
});
