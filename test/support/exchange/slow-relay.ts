import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { originalHostHeader } from '../../../src/market/exchange-fetch.ts';

/** A request that was answered. */
export type Relayed = {
  /** The venue's real host. */
  readonly host: string;
  readonly path: string;
  /** performance.now() when it came in, and when the last byte of its answer had left. */
  readonly startMs: number;
  readonly endMs: number;
};

export type SlowRelay = {
  readonly url: string;
  readonly done: readonly Relayed[];
  close(): Promise<void>;
};

/** Stands before a loopback exchange as distance does before a venue: every answer comes so much later. */
export async function startSlowRelay(options: {
  readonly target: string;
  readonly latencyMs: number;
}): Promise<SlowRelay> {
  const target = new URL(options.target);
  const agent = new Agent({ keepAlive: true });
  const done: Relayed[] = [];
  const relay = (incoming: IncomingMessage, response: ServerResponse) => {
    const startMs = performance.now();
    const { method, url: path = '/', headers } = incoming;
    response.on('finish', () => {
      const host = String(headers[originalHostHeader] ?? '');
      done.push({ host, path, startMs, endMs: performance.now() });
    });
    const onward = request(new URL(path, target), { method, headers, agent }, (answer) => {
      setTimeout(() => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }, options.latencyMs);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  };
  const server = createServer(relay);
  server.on('upgrade', (incoming, socket, head) => {
    const onward = connect(Number(target.port), target.hostname, () => {
      const lines = incoming.rawHeaders.flatMap((name, i, all) =>
        i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : [],
      );
      onward.write(`${[`GET ${incoming.url} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    done,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
