import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type HealthCheck, readHealth } from './health.ts';
import type { Metrics } from './metrics.ts';

/** Requests for a path that somebody else answers, such as a webhook. */
export type WebRoute = {
  readonly path: string;
  /** It answers all paths below its own too, which then is of one part: `/board`. */
  readonly below?: true;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
};

export type WebServer = { readonly url: string; close(): Promise<void> };

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
  readonly log: Log;
}): Promise<WebServer> {
  const { host, port, checks, metrics, routes, log } = options;
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      log.error('a web request failed', { error });
      send(response, 500, 'text/plain', 'something broke\n');
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '/';
    const route = routes.get(path) ?? routeAbove(path);
    if (route) return route.handle(request, response);
    if (path === '/metrics') return send(response, 200, metrics.contentType, await metrics.text());
    if (path !== '/healthz') return send(response, 404, 'text/plain', 'there are /healthz and /metrics\n');
    const health = await readHealth(checks);
    send(response, health.ok ? 200 : 503, 'application/json', `${JSON.stringify(health, null, 2)}\n`);
  }

  function routeAbove(path: string): WebRoute | undefined {
    const route = routes.get(/^\/[^/]*/.exec(path)?.[0] ?? '');
    return route?.below && route;
  }

  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `HTTP_HOST=${host} HTTP_PORT=${port} cannot be bound: ${reason}. Example: HTTP_PORT=8421`,
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

function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}
