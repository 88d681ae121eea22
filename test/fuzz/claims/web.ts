import { once } from 'node:events';
import { createConnection } from 'node:net';
import fc from 'fast-check';
import { Webhook } from '../../../src/chat/telegram/webhook.ts';
import { boardRoute } from '../../../src/web/board.ts';
import { createMetrics } from '../../../src/web/metrics.ts';
import { startWebServer, type WebRoute } from '../../../src/web/server.ts';
import { visitorReader } from '../../../src/web/visitors.ts';
import { keptLog } from '../../support/jobs/redis.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { hostileText } from '../hostile.ts';

const secret = 'a-secret-that-telegram-shows';
const password = 'a-password-for-the-board';

const methods = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE'),
  },
  { weight: 1, arbitrary: hostileText },
);
const paths = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '/',
      '/healthz',
      '/metrics',
      '/telegram',
      '/telegram/',
      '/board',
      '/board/',
      '/board/api/queues',
      '/board/static/../../package.json',
      '/board/%2e%2e/%2e%2e/etc/passwd',
      '//',
      '*',
      'http://elsewhere/healthz',
      '/healthz?x=%ff',
      '/board/queue/%E0%A4%A',
      '/HEALTHZ',
      '/metrics/..',
    ),
  },
  { weight: 2, arbitrary: hostileText.map((text) => `/${text}`) },
);
const header = fc.tuple(
  fc.constantFrom(
    'host',
    'authorization',
    'x-telegram-bot-api-secret-token',
    'content-type',
    'content-length',
    'transfer-encoding',
    'cookie',
    'x-a',
  ),
  fc.oneof(
    fc.constantFrom(
      secret,
      `Basic ${btoa(`u:${password}`)}`,
      'Basic !!!',
      'application/json',
      '-1',
      '5',
      'chunked',
      'a'.repeat(20_000),
    ),
    hostileText,
  ),
);

const request = fc
  .record({
    method: methods,
    path: paths,
    headers: fc.array(header, { maxLength: 4 }),
    body: fc.oneof(hostileText, fc.constantFrom('{"update_id":1}', '{"update_id":"x"}', '{', '[]', 'null')),
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', ''),
  })
  .map(({ method, path, headers, body, version }) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return `${method} ${path} ${version}\r\nhost: liqmap\r\nconnection: close\r\n${lines}\r\n${body}`;
  });

/** Requests as bytes, which no browser would send. */
export const web: FuzzArea = {
  name: 'web requests',
  async open() {
    const { log, lines } = keptLog();
    const updates: unknown[] = [];
    const webhook = new Webhook({
      url: 'https://liqmap.example/telegram',
      secret,
      log,
      onUpdate: (update) => void updates.push(update),
    });
    const board = boardRoute({ path: '/board', password, queues: [] });
    const routes = new Map<string, WebRoute>([webhook, board].map((route) => [route.path, route]));
    const checks = [{ part: 'all', read: async () => ({ ok: true, detail: 'well' }) }];
    const publicUrl = 'https://liqmap.example';
    const visitorOf = visitorReader({ publicUrl, password, trustedProxies: 1, nowMs: () => 0 });
    const server = await startWebServer({
      host: '127.0.0.1',
      port: 0,
      checks,
      metrics: createMetrics(),
      routes,
      visitorOf,
      hasPassword: true,
      log,
    });
    const { port } = new URL(server.url);
    let asked = 0;
    return {
      claims: [
        claim(
          'are answered or refused, change nothing without a secret, and leave the next one be',
          2_500,
          request,
          async (bytes) => {
            const before = updates.length;
            const answer = await exchange(Number(port), bytes);
            const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
            if (status === '500') throw new Error(answer.slice(0, 500));
            if (updates.length > before && !bytes.includes(secret))
              throw new Error('an update without its secret is taken');
            if (/liqmap_process|root:/.test(answer) && !/\/metrics/.test(bytes))
              throw new Error('what was not asked for is told');
            if (answer.includes(secret) || answer.includes(password)) throw new Error('a secret is told');
            asked += 1;
            if (asked % 50 !== 0) return;
            const next = await fetch(`${server.url}/healthz`);
            if (next.status !== 200) throw new Error(`/healthz says ${next.status}`);
            const broke = lines.find(({ msg }) => msg === 'a web request failed');
            if (broke) throw new Error(JSON.stringify(broke).slice(0, 800));
          },
        ),
      ],
      close: () => server.close(),
    };
  },
};

/** Everything that is answered until the other end closes; a request that is never whole ends after a moment. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = createConnection({ host: '127.0.0.1', port });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  socket.on('error', () => socket.destroy());
  const closed = once(socket, 'close');
  socket.end(Buffer.from(bytes, 'utf8'));
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}
