import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorText, UserError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Answer, plain, send, tooManyRequests } from './answers.ts';
import { type HealthCheck, readHealth } from './health.ts';
import type { Metrics } from './metrics.ts';
import type { ReadVisitor, Visitor } from './visitors.ts';

/** Requests for a path that somebody else answers, such as a webhook. */
export type WebRoute = {
  readonly path: string;
  /** It answers all paths below its own too, which then is of one part: `/board`. */
  readonly below?: true;
  /** Who may ask; unless told, whoever does not come from outside. See `Audience`. */
  readonly audience?: Audience;
  handle(request: IncomingMessage, response: ServerResponse, visitor: Visitor): Promise<void>;
};

/**
 * - `anybody`: it knows by itself whom it answers, as a webhook does;
 * - `readers`: operators, and strangers by the public address;
 * - `operators`: who sits at this machine or knows the password;
 * - `insiders`: whoever reaches the port, but not by the public address or through a proxy.
 */
export type Audience = 'anybody' | 'readers' | 'operators' | 'insiders';

export type WebServer = { readonly url: string; close(): Promise<void> };

/** Nobody who means well takes longer to ask, ms. */
const limits = { headersTimeout: 10_000, requestTimeout: 20_000 } as const;
const notFound = plain(404, 'nothing is here');

/**
 * Serves `/healthz` (200 when all is well, else 503), `/metrics` and the routes given, and nothing else.
 *
 * @throws UserError when the address cannot be bound.
 */
export async function startWebServer(options: {
  readonly host: string;
  readonly port: number;
  readonly checks: readonly HealthCheck[];
  readonly metrics: Metrics;
  /** By path; may change while the server runs. */
  readonly routes: ReadonlyMap<string, WebRoute>;
  readonly visitorOf: ReadVisitor;
  /** Whether the password would open what is closed. */
  readonly hasPassword: boolean;
  readonly log: Log;
}): Promise<WebServer> {
  const { host, port, checks, metrics, routes, visitorOf, hasPassword, log } = options;
  const server = createServer(limits, (request, response) => {
    answer(request, response).catch((error) => {
      log.error('a web request failed', { error });
      send(request, response, plain(500, 'something broke'));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '/';
    const route = routes.get(path) ?? routeAbove(path);
    const audience = route?.audience ?? 'insiders';
    const visitor = visitorOf(request, audience === 'operators' || audience === 'readers');
    if (visitor.waitMs > 0) return send(request, response, tooManyRequests(visitor.waitMs));
    if (!isAdmitted(visitor, audience)) return send(request, response, refusal(audience));
    if (route) return route.handle(request, response, visitor);
    send(request, response, await ownAnswer(path));
  }

  async function ownAnswer(path: string): Promise<Answer> {
    if (path === '/metrics') return { type: metrics.contentType, body: await metrics.text() };
    if (path !== '/healthz') return notFound;
    const health = await readHealth(checks);
    const body = `${JSON.stringify(health, null, 2)}\n`;
    return { status: health.ok ? 200 : 503, type: 'application/json', body };
  }

  /** Strangers do not learn what there is, unless a password would let them in. */
  function refusal(audience: Audience): Answer {
    if (audience !== 'operators' || !hasPassword) return notFound;
    const challenge = { 'www-authenticate': 'Basic realm="Liqmap", charset="UTF-8"' };
    return plain(401, 'a password is needed', challenge);
  }

  function routeAbove(path: string): WebRoute | undefined {
    const route = routes.get(/^\/[^/]*/.exec(path)?.[0] ?? '');
    return route?.below && route;
  }

  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new UserError(
      `HTTP_HOST=${host} HTTP_PORT=${port} cannot be bound: ${errorText(error)}. Example: HTTP_PORT=8421`,
    );
  }
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function isAdmitted({ isOperator, isFromOutside }: Visitor, audience: Audience): boolean {
  switch (audience) {
    case 'anybody':
      return true;
    case 'readers':
      return isOperator || isFromOutside;
    case 'operators':
      return isOperator;
    case 'insiders':
      return !isFromOutside;
  }
}
