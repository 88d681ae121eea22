import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createClient } from '../../../src/chat/discord/client.ts';
import { createLog } from '../../../src/log.ts';

test('requests leave nothing behind in the signal that cuts them, whether they are answered or refused', async () => {
  const server = createServer(({ url = '' }, response) => {
    response.writeHead(url.includes('refused') ? 404 : 200, { 'content-type': 'application/json' });
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { signal } = new AbortController();
  const apiUrl = `http://127.0.0.1:${port}/api`;
  const log = createLog({ level: 'error' });
  const { rest } = createClient({ token: 'a.token', apiUrl, perSecond: 50, log, signal });
  try {
    for (let i = 0; i < 5; i++) {
      await rest.asInteraction({ method: 'GET', path: '/webhooks/1/token/messages/1' });
      await rest.asBot({ method: 'GET', path: '/channels/1' });
      await expect(rest.asBot({ method: 'GET', path: '/channels/1/refused' })).rejects.toThrow();
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
