import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EventStream, openEventStream } from '../../src/web/event-stream.ts';

let opened: Promise<EventStream>;
let closed: Promise<void>;
const failures: unknown[] = [];
const server = createServer();

beforeEach(async () => {
  opened = new Promise((resolve) => {
    server.once('request', (asked, response) => {
      response.on('error', (error) => failures.push(error));
      const stream = openEventStream(asked, response, () => 5);
      closed = new Promise((end) => stream.onClose(end));
      stream.send('map', 'at once');
      resolve(stream);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function ask(method: string): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  const asked = request({ host: '127.0.0.1', port, method });
  asked.end();
  return once(asked, 'response').then(([response]) => response as IncomingMessage);
}

it('tells a page what happens, each on one line', async () => {
  const response = await ask('GET');
  (await opened).send('map', { words: 'a\nb' });
  let text = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.includes('words')) break;
  }
  expect(text).toContain('event: beat\ndata: {"nowMs":5}\n\n');
  expect(text).toContain('event: map\ndata: {"words":"a\\nb"}\n\n');
});

it('whose asker has left before it is opened ends at once', async () => {
  const { port } = server.address() as AddressInfo;
  server.removeAllListeners('request');
  const ended = new Promise<void>((end) => {
    server.once('request', async (asked, response) => {
      left.destroy();
      await once(response, 'close');
      openEventStream(asked, response, () => 5).onClose(end);
    });
  });
  const left = request({ host: '127.0.0.1', port });
  left.on('error', (error) => failures.push(error)).end();
  await ended;
  expect(failures.splice(0).map((error) => (error as Error).message)).toEqual(['socket hang up']);
});

it('that only the head of is asked for is over at once, and telling it more breaks nothing', async () => {
  const response = await ask('HEAD');
  expect(response.headers['content-type']).toBe('text/event-stream');
  await closed;
  (await opened).send('map', {});
  await new Promise(setImmediate);
  expect(failures).toEqual([]);
});
