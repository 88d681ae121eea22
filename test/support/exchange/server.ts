import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultAnswer } from './fault-answers.ts';
import type { Fault } from './faults.ts';
import { hosts } from './hosts.ts';
import { attachSockets, type ExchangeSockets } from './sockets/exchange-sockets.ts';
import { type Answer, Refusal, type VenueRequest } from './venue.ts';
import { viewOf } from './view.ts';
import type { World } from './world.ts';

export type RecordedRequest = VenueRequest & {
  /** The venue's real host. */
  readonly host: string;
};

export type LoopbackExchange = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Every request that named a venue, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Starts a fault; the returned function ends it. Of several that match a request the oldest counts. */
  fault(fault: Fault): () => void;
  /** WebSockets on the same port. */
  readonly sockets: ExchangeSockets;
  /** Ends every connection, those that hang too. */
  close(): Promise<void>;
};

/**
 * One HTTP server on the loopback address that speaks the REST and WebSocket formats of all venues of the world. Header
 * `x-original-host` says which venue is asked; a request without it is answered 421, and one for a path that
 * is not served here 404, both with a text that says so.
 */
export async function startLoopbackExchange(options: {
  readonly world: World;
  readonly nowMs: () => number;
}): Promise<LoopbackExchange> {
  const requests: RecordedRequest[] = [];
  const faults: { readonly fault: Fault; left: number }[] = [];
  const server = createServer((incoming, response) => {
    respond(incoming, response).catch((thrown: unknown) => {
      // A defect of this server: loud, and not to be taken for a venue's fault.
      send(response, { status: 599, text: `loopback exchange failed: ${String(thrown)}` });
    });
  });

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await received(incoming);
    const place = hosts[request.host];
    if (place === undefined) return send(response, misdirected(request.host));
    requests.push(request);
    const effect = nextEffect(request);
    if (effect?.kind === 'hang') return;
    if (effect?.kind === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (effect?.kind === 'delay') await effect.until;
    if (effect?.kind === 'late') await sleep(effect.byMs, undefined, { ref: false });
    const instead = effect && faultAnswer(effect, place.family);
    if (instead !== undefined) return send(response, instead);
    const view = viewOf({
      world: options.world,
      venue: place.venueOf(request),
      nowMs: options.nowMs(),
      effect,
    });
    const answer = answered(() => place.handle(request, view)) ?? notServed(request);
    send(response, answer, effect?.kind === 'truncated');
  }

  function nextEffect(request: RecordedRequest) {
    const found = faults.find((entry) => entry.left > 0 && concerns(entry.fault, request));
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.fault.effect;
  }

  const sockets = attachSockets(server, options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    fault(fault) {
      const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
      faults.push(entry);
      return () => {
        entry.left = 0;
      };
    },
    sockets,
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      sockets.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function received(incoming: IncomingMessage): Promise<RecordedRequest> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
  return {
    host: headers['x-original-host'] ?? '',
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: Buffer.concat(chunks).toString('utf8'),
    headers,
  };
}

function concerns(fault: Fault, request: RecordedRequest): boolean {
  if (fault.host !== undefined && fault.host !== request.host) return false;
  if (fault.where === undefined) return true;
  const query = new URLSearchParams(request.query).toString();
  return fault.where.test(`${request.path}${query === '' ? '' : `?${query}`} ${request.body}`);
}

function answered(handle: () => Answer | undefined): Answer | undefined {
  try {
    return handle();
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.answer;
    throw thrown;
  }
}

function misdirected(host: string): Answer {
  const known = Object.keys(hosts).join(', ');
  const said = host === '' ? 'is missing' : `says "${host}"`;
  return { status: 421, text: `header x-original-host ${said}; the loopback exchange knows ${known}` };
}

function notServed(request: RecordedRequest): Answer {
  const { host, method, path } = request;
  return { status: 404, text: `the loopback exchange does not serve ${method} ${host}${path}` };
}

function send(response: ServerResponse, answer: Answer, truncated = false): void {
  if (response.destroyed) return;
  const body = answer.text ?? JSON.stringify(answer.json);
  const contentType = answer.contentType ?? (answer.text === undefined ? 'application/json' : 'text/plain');
  response.writeHead(answer.status, { 'content-type': contentType, ...answer.headers });
  response.end(truncated ? body.slice(0, Math.floor(body.length / 2)) : body);
}
