import type { IncomingMessage, ServerResponse } from 'node:http';
import { safeHeaders } from './answers.ts';

/** A connection on which a page is told of what happens: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export type EventStream = {
  /** Tells the page. JSON keeps it on one line. */
  send(event: string, data: unknown): void;
  /** Called once, whoever ends it. */
  onClose(listener: () => void): void;
};

/** How soon a page asks again when the connection is lost. */
const retryMs = 2_000;
/** Something must be said now and then: proxies cut silent connections, and the page would not notice a dead one. */
const beatMs = 15_000;
/** Who reads slower than it is told is cut off, and comes back. */
const mostWaiting = 1_000_000;

/** Opens a stream in answer to a request. With each beat the page learns what time it is here. */
export function openEventStream(
  { method }: IncomingMessage,
  response: ServerResponse,
  nowMs: () => number,
): EventStream {
  response.writeHead(200, safeHeaders({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }));
  const stream: EventStream = {
    send(event, data) {
      // A write after the end would be an error that nobody hears, and so the end of the service.
      if (response.destroyed || response.writableEnded) return;
      if (response.writableLength > mostWaiting) return void response.destroy();
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    onClose(listener) {
      // Who has left before there was anything to tell leaves no second time.
      if (response.destroyed) listener();
      else response.once('close', listener);
    },
  };
  if (method === 'HEAD') {
    response.end();
    return stream;
  }
  response.write(`retry: ${retryMs}\n\n`);
  const beat = () => stream.send('beat', { nowMs: nowMs() });
  beat();
  const timer = setInterval(beat, beatMs);
  stream.onClose(() => clearInterval(timer));
  return stream;
}
