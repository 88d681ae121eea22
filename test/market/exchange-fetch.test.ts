import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createExchangeFetch,
  type ExchangeFetchOptions,
  redirectSocketUrl,
} from '../../src/market/exchange-fetch.ts';

const venueUrl = 'https://fapi.binance.com/fapi/v1/klines?symbol=BTCUSDT&limit=5';
let closers: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closers.map((close) => close()));
  closers = [];
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function serve(answer: RequestListener): Promise<string> {
  return listen(createServer(answer));
}

function open(options: ExchangeFetchOptions) {
  const opened = createExchangeFetch(options);
  closers.push(() => opened.close());
  return opened.fetch;
}

describe('with another base', () => {
  test('the path and query of the venue are asked for there, and a header tells the venue', async () => {
    const seen: IncomingMessage[] = [];
    const apiUrl = await serve((request, response) => {
      seen.push(request);
      response.end('{"ok":true}');
    });
    const fetch = open({ apiUrl: `${apiUrl}/mirror/` });
    const answer = await fetch(venueUrl, { headers: { 'x-test': '1' } });
    expect(await answer.json()).toEqual({ ok: true });
    expect(seen[0]?.url).toBe('/mirror/fapi/v1/klines?symbol=BTCUSDT&limit=5');
    expect(seen[0]?.headers).toMatchObject({ 'x-original-host': 'fapi.binance.com', 'x-test': '1' });
  });

  test('a body is posted, and status and headers come back', async () => {
    const apiUrl = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.writeHead(429, { 'retry-after': '7' });
      response.end(`${request.method} ${Buffer.concat(chunks)}`);
    });
    const answer = await open({ apiUrl })('https://api.hyperliquid.xyz/info', { method: 'POST', body: '{}' });
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
      429,
      '7',
      'POST {}',
    ]);
  });

  test('sockets go there too', () => {
    const url = 'wss://fstream.binance.com/ws/btcusdt@forceOrder';
    expect(redirectSocketUrl(url, 'http://127.0.0.1:9')).toBe('ws://127.0.0.1:9/ws/btcusdt@forceOrder');
    expect(redirectSocketUrl(url, 'https://mirror.test/x')).toBe('wss://mirror.test/x/ws/btcusdt@forceOrder');
  });
});

test('with a proxy the request goes through it', async () => {
  const target = await serve((_, response) => response.end('"through"'));
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request: IncomingMessage, socket) => {
    tunnels.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    closers.push(() => onward.destroy());
  });
  const fetch = open({ apiUrl: target, proxyUrl: await listen(proxy) });
  expect(await (await fetch(venueUrl)).json()).toBe('through');
  expect(tunnels).toEqual([new URL(target).host]);
});

describe('no complete answer is "unavailable"', () => {
  test('when nothing answers in time', async () => {
    const apiUrl = await serve(() => undefined);
    await expect(open({ apiUrl, timeoutMs: 60 })(venueUrl)).rejects.toMatchObject({
      reason: 'unavailable',
      message: 'fapi.binance.com: no answer within 0.06 s',
    });
  });

  test('when a deadline of its own has passed, where a request has one', async () => {
    const apiUrl = await serve(() => undefined);
    await expect(open({ apiUrl, timeoutMs: 60_000 })(venueUrl, { timeoutMs: 50 })).rejects.toMatchObject({
      message: 'fapi.binance.com: no answer within 0.05 s',
    });
  });

  test('when the body stops half-way', async () => {
    const apiUrl = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"half":');
    });
    await expect(open({ apiUrl, timeoutMs: 60 })(venueUrl)).rejects.toMatchObject({ reason: 'unavailable' });
  });

  test('when nobody listens, with the cause in short', async () => {
    const gone = createServer();
    const apiUrl = await listen(gone);
    gone.close();
    await expect(open({ apiUrl })(venueUrl)).rejects.toMatchObject({
      reason: 'unavailable',
      message: expect.stringMatching(/^fapi\.binance\.com: no connection \(.*ECONNREFUSED.*\)$/),
    });
  });

  test('when the venue sends us elsewhere, where its data would not come from', async () => {
    const apiUrl = await serve((_, response) => response.writeHead(302, { location: '/other' }).end());
    await expect(open({ apiUrl })(venueUrl)).rejects.toMatchObject({ reason: 'unavailable' });
  });

  test('when closed while it is under way', async () => {
    const apiUrl = await serve(() => undefined);
    const { fetch, close } = createExchangeFetch({ apiUrl });
    const pending = fetch(venueUrl);
    await Promise.all([expect(pending).rejects.toMatchObject({ reason: 'unavailable' }), close()]);
  });
});
