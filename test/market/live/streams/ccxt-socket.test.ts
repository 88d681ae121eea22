import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type CcxtId, createCcxtClient } from '../../../../src/market/live/ccxt-client.ts';
import { createRetry } from '../../../../src/market/live/retry.ts';
import type { StreamSocket } from '../../../../src/market/live/sockets.ts';
import { until } from '../../../support/moved-clock.ts';

let venue: WebSocketServer;
let upgrades: { url: string | undefined; host: unknown }[];
let peers: WebSocket[];
let heard: unknown[];
const toClose: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  venue = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(venue, 'listening');
  upgrades = [];
  peers = [];
  heard = [];
  venue.on('connection', (peer, { url, headers }) => {
    upgrades.push({ url, host: headers['x-original-host'] });
    peers.push(peer);
  });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const close of toClose.splice(0)) await close();
  for (const peer of venue.clients) peer.terminate();
  venue.close();
});

const port = () => (venue.address() as AddressInfo).port;

async function openSocket(options: {
  readonly id?: CcxtId;
  readonly apiUrl?: string;
  readonly proxyUrl?: string;
  readonly url?: string;
}): Promise<StreamSocket> {
  const { id = 'okx', url = 'wss://ws.okx.com/ws/v5/public', apiUrl, proxyUrl } = options;
  const client = createCcxtClient({
    id,
    venue: id,
    fetch: async () => Response.json({}),
    retry: createRetry({ nowMs: () => 0, sleep: async () => undefined }),
    ...{ apiUrl, proxyUrl },
    paced: true,
  });
  const socket = await client.openSocket(url, {
    opened: () => heard.push('opened'),
    received: (message) => heard.push(message),
    alive: () => heard.push('alive'),
    closed: (reason) => heard.push(`closed: ${reason}`),
  });
  toClose.push(async () => {
    await socket.close();
    await client.close();
  });
  return socket;
}

const mirrored = () => openSocket({ apiUrl: `http://127.0.0.1:${port()}/mirror/` });

test('a socket goes where requests go, names the venue it means, and talks both ways', async () => {
  const socket = await mirrored();
  await until(() => heard.includes('opened'));
  expect(upgrades).toEqual([{ url: '/mirror/ws/v5/public', host: 'ws.okx.com' }]);
  const texts: string[] = [];
  peers[0]!.on('message', (data) => texts.push(String(data)));
  socket.send('ping');
  socket.send({ op: 'subscribe', args: [] });
  await until(() => texts.length === 2);
  expect(texts).toEqual(['ping', '{"op":"subscribe","args":[]}']);
  for (const text of ['pong', '{"data":[1]}', '{"half', '']) peers[0]!.send(text);
  await until(() => heard.length === 5);
  expect(heard).toEqual(['opened', 'pong', { data: [1] }, '{"half', '']);
});

test('garbage is not printed', async () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await mirrored();
  await until(() => heard.includes('opened'));
  peers[0]!.send('{"half');
  await until(() => heard.length === 2);
  expect(print).not.toHaveBeenCalled();
  print.mockRestore();
});

test.each([
  ['a closing', (peer: WebSocket) => peer.close(1012, 'restart'), 'closed by the venue (code 1012)'],
  ['a cut', (peer: WebSocket) => peer.terminate(), 'closed by the venue (code 1006)'],
])('%s is told once, with its reason', async (_, end, reason) => {
  await mirrored();
  await until(() => heard.includes('opened'));
  end(peers[0]!);
  await until(() => heard.length === 2);
  expect(heard).toEqual(['opened', `closed: ${reason}`]);
});

test('nobody listening is told as a close', async () => {
  await openSocket({ apiUrl: 'http://127.0.0.1:1' });
  await until(() => heard.length === 1);
  expect(heard[0]).toMatch(/^closed: .*ECONNREFUSED/);
});

test.each(['before it is open', 'while it is open'])(
  'closing %s ends it at once, and nothing is told of it',
  async (when) => {
    const socket = await mirrored();
    if (when === 'while it is open') await until(() => heard.includes('opened'));
    const before = heard.length;
    await Promise.all([socket.close(), socket.close()]);
    await until(() => venue.clients.size === 0);
    expect(heard).toHaveLength(before);
  },
);

test('two sockets to one address are two', async () => {
  const [first] = [await mirrored(), await mirrored()];
  await until(() => peers.length === 2);
  await first.close();
  await until(() => venue.clients.size === 1);
});

test.each<[CcxtId, unknown]>([
  ['okx', 'ping'],
  ['bitget', 'ping'],
  ['bybit', { op: 'ping', req_id: expect.anything() }],
  ['hyperliquid', { method: 'ping' }],
  ['binanceusdm', 'a ping of the protocol'],
  ['binancecoinm', 'a ping of the protocol'],
  ['gate', 'a ping of the protocol'],
])('%s is sent %o every 20 s, until the socket is closed', async (id, ping) => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const socket = await openSocket({ id, apiUrl: `http://127.0.0.1:${port()}` });
  await until(() => heard.includes('opened'));
  const pings: unknown[] = [];
  peers[0]!.on('message', (data) => pings.push(data.toString('utf8')));
  peers[0]!.on('ping', () => pings.push('a ping of the protocol'));
  for (let turns = 1; turns <= 3; turns += 1) {
    vi.advanceTimersByTime(20_000);
    await until(() => pings.length === turns);
  }
  const parsed = pings.map((text) => (String(text).startsWith('{') ? JSON.parse(String(text)) : text));
  expect(parsed).toEqual([ping, ping, ping]);
  if (ping === 'a ping of the protocol')
    await until(() => heard.filter((word) => word === 'alive').length === 3);
  await socket.close();
  expect(vi.getTimerCount()).toBe(0);
});

describe('through a proxy', () => {
  let proxy: Server;
  let asked: { target: string | undefined; login: string | undefined }[];
  let answer: 'tunnel' | 407;

  beforeEach(async () => {
    asked = [];
    answer = 'tunnel';
    proxy = createServer();
    proxy.on('connect', (request, client: Socket) => {
      asked.push({ target: request.url, login: request.headers['proxy-authorization'] });
      if (answer !== 'tunnel') return client.end(`HTTP/1.1 ${answer} No\r\n\r\n`);
      const onward = connect(port(), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(client).pipe(onward);
      });
      onward.on('error', () => client.destroy());
      client.on('error', () => onward.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    toClose.push(async () => {
      proxy.closeAllConnections();
      proxy.close();
    });
  });

  const proxyUrl = () => `http://me:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  test('a socket is led to the venue, with the login of the proxy’s address', async () => {
    await openSocket({ proxyUrl: proxyUrl(), url: 'ws://venue.test/ws' });
    await until(() => heard.includes('opened'));
    const login = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(asked).toEqual([{ target: 'venue.test:80', login }]);
    expect(upgrades).toEqual([{ url: '/ws', host: undefined }]);
    peers[0]!.send('{"a":1}');
    await until(() => heard.length === 2);
    expect(heard).toEqual(['opened', { a: 1 }]);
  });

  test('an encrypted socket asks for a tunnel too, and speaks TLS inside', async () => {
    await openSocket({ proxyUrl: proxyUrl(), url: 'wss://venue.test/ws' });
    // The venue of this test does not speak TLS, so it hangs up on the first byte.
    await until(() => heard.length === 1);
    expect(asked[0]!.target).toBe('venue.test:443');
    expect(heard[0]).toMatch(/^closed: /);
    expect(upgrades).toEqual([]);
  });

  test('a refusal of the proxy is told', async () => {
    answer = 407;
    await openSocket({ proxyUrl: proxyUrl(), url: 'wss://venue.test/ws' });
    await until(() => heard.length === 1);
    expect(heard).toEqual(['closed: the proxy answered 407']);
  });
});
