import { once } from 'node:events';
import { createConnection } from 'node:net';
import fc from 'fast-check';
import { commands } from '../../../commands/index.ts';
import { AlertLog } from '../../../src/chat/web/alert-log.ts';
import { chatWindowRoutes } from '../../../src/chat/web/chat-window.ts';
import { assetsRoute } from '../../../src/web/assets.ts';
import { livePagesRoute } from '../../../src/web/live-pages.ts';
import { createMetrics } from '../../../src/web/metrics.ts';
import { ReaderLimits } from '../../../src/web/reader-limits.ts';
import { startWebServer, type WebRoute } from '../../../src/web/server.ts';
import { sharedPagesRoute } from '../../../src/web/shared-pages.ts';
import { visitorReader } from '../../../src/web/visitors.ts';
import { FakeMaps, madeMs } from '../../commands/fakes.ts';
import { keptLog } from '../../support/jobs/redis.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { hostileText } from '../hostile.ts';

const password = 'correct horse battery';
const publicHost = 'maps.example.com';
const id = 'abcdefghijklmnopqrstuv';
/** Stands in every answer that only an operator may read. */
const inside = 'zqxinside';

const parts = fc.constantFrom(
  '',
  '.png',
  '.json',
  '.events',
  '.html',
  '/',
  '?theme=light',
  '?theme=%00',
  '#x',
  '.png.json',
);
const names = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'ETH',
      'eth',
      '%45TH',
      'BTC',
      id,
      `${id}x`,
      id.slice(1),
      '..%2f..',
      '%E0%A4%A',
      '.',
    ),
  },
  { weight: 1, arbitrary: hostileText.map((text) => text.replaceAll(/[\s\r\n]/g, '')) },
  { weight: 1, arbitrary: hostileText.map((text) => encodeURIComponent(Buffer.from(text).toString())) },
);
const paths = fc.oneof(
  fc
    .tuple(fc.constantFrom('/m/', '/live/', '/assets/', '/m', '/live', '//live/'), names, parts)
    .map((words) => words.join('')),
  fc.constantFrom(
    '/',
    '/chat/hello',
    '/chat/events',
    '/chat/offers?text=%ff',
    '/chat/say',
    '/chat/press',
    '/chat/pictures/x.png',
    '/chat/',
  ),
);
const methods = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'HEAD', 'POST', 'OPTIONS', 'PUT');
const who = fc.constantFrom(
  [`host: ${publicHost}`],
  ['host: localhost'],
  ['host: localhost', 'x-forwarded-for: 192.0.2.1'],
  [`host: ${publicHost}`, `authorization: Basic ${btoa(`me:${password}`)}`],
  ['host: evil.example'],
);
const headers = fc.subarray(
  [
    'content-type: application/json',
    'accept-encoding: gzip, br;q=0',
    'if-none-match: "x"',
    'range: bytes=0-1',
    'sec-fetch-site: cross-site',
    'origin: https://evil.example',
    'expect: 100-continue',
    'upgrade: websocket',
    'last-event-id: 9',
  ],
  { maxLength: 4 },
);
const bodies = fc.oneof(
  fc.constantFrom(
    '',
    '{"text":"eth"}',
    '{"text":"/help"}',
    '{"code":"1|liqmap|eth"}',
    '{"text":[]}',
    '{',
    'null',
  ),
  hostileText.map((text) => JSON.stringify({ text })),
  hostileText,
);

const request = fc.record({
  method: methods,
  path: paths,
  who,
  headers,
  body: bodies,
  isHasty: fc.boolean(),
});
type Asked = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

/** The pages that strangers may see, the chat window that they may not, and their streams. */
export const pages: FuzzArea = {
  name: 'pages, live pages and the chat window',
  async open() {
    const { log, lines } = keptLog();
    const shown = { ...(await new FakeMaps().map({ symbol: 'ETH', window: '7d' })), theme: 'dark' as const };
    const uncaught: unknown[] = [];
    // What would end the service.
    process.on('uncaughtException', (error) => void uncaught.push(error));
    let [watched, asks] = [0, 0];
    const live = {
      map: async () => {
        asks += 1;
        // Long enough for the hasty to have left.
        if (asks % 4 === 0) await new Promise((made) => setTimeout(made, 6));
        return shown;
      },
      watch: () => {
        watched += 1;
        return () => {
          watched -= 1;
        };
      },
    };
    const nowMs = () => madeMs;
    const endless = new ReaderLimits(() => performance.now() * 1e6);
    const limits = { take: () => 0, sit: endless.sit.bind(endless) } as unknown as ReaderLimits;
    const page = { draw: async () => Buffer.from('png'), limits, base: () => `https://${publicHost}`, nowMs };
    const store = new Map<string, string>();
    const alerts = new AlertLog({
      get: async (key) => store.get(key),
      set: async (key, value) => void store.set(key, value),
      delete: async (key) => void store.delete(key),
    });
    const backend = {
      commands,
      run: async () => ({ text: inside }),
      suggestSymbols: async () => ['ETH'],
    };
    const routes = new Map<string, WebRoute>(
      [
        sharedPagesRoute({ ...page, shared: { find: async (asked) => (asked === id ? shown : undefined) } }),
        livePagesRoute({ ...page, live, followed: async () => ['ETH'] }),
        assetsRoute(),
        ...chatWindowRoutes({ backend, alerts, symbols: ['ETH'], notice: inside, nowMs, log }),
      ].map((route) => [route.path, route]),
    );
    const publicUrl = `https://${publicHost}`;
    const server = await startWebServer({
      host: '127.0.0.1',
      port: 0,
      checks: [{ part: 'all', read: async () => ({ ok: true, detail: inside }) }],
      metrics: createMetrics(),
      routes,
      visitorOf: visitorReader({ publicUrl, password, trustedProxies: 0, nowMs: () => 0 }),
      hasPassword: true,
      log,
    });
    const { port } = new URL(server.url);
    let cases = 0;
    return {
      claims: [
        claim(
          'are answered or refused, show strangers nothing else, and leave nothing open behind them',
          2_500,
          request,
          async (one) => {
            const answer = await exchange(Number(port), one);
            requireHarmless(one, answer);
            if (uncaught.length > 0) throw uncaught.splice(0)[0];
            const broke = lines.find(({ level }) => level === 'error');
            lines.length = 0;
            if (broke) throw new Error(JSON.stringify(broke).slice(0, 800));
            cases += 1;
            if (cases % 100 !== 0) return;
            for (let turn = 0; watched > 0 && turn < 50; turn += 1)
              await new Promise((next) => setTimeout(next, 2));
            if (watched > 0) throw new Error(`${watched} streams are left open`);
          },
        ),
      ],
      close: () => server.close(),
    };
  },
};

function requireHarmless({ who: told, method }: Asked, answer: string): void {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  if (status === 500) throw new Error(answer.slice(0, 500));
  if (answer.includes(password)) throw new Error('the password is told');
  const isOperator = told.join().includes('authorization') || told.join() === 'host: localhost';
  if (answer.includes(inside) && !isOperator) throw new Error(`a stranger reads ${answer.slice(0, 300)}`);
  if (status < 200 || status === 400) return;
  if (method === 'HEAD' && rest.join('').length > 0) throw new Error('a head has a body');
  for (const header of ['content-security-policy', 'x-content-type-options: nosniff', 'referrer-policy'])
    if (!head.toLowerCase().includes(header))
      throw new Error(`${status} without ${header}: ${head.slice(0, 300)}`);
}

/** Streams have no end of their own: the asker leaves as soon as anything has come, and a hasty one before. */
async function exchange(
  port: number,
  { method, path, who: told, headers: more, body, isHasty }: Asked,
): Promise<string> {
  const socket = createConnection({ host: '127.0.0.1', port });
  const chunks: Buffer[] = [];
  const isStream = path.includes('events');
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (isStream) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  const closed = once(socket, 'close');
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
    ...told,
    ...more,
  ];
  socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'utf8'));
  if (isHasty && isStream) setTimeout(() => socket.destroy(), 3);
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}
