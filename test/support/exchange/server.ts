import type { Fault } from './faults.ts';
import type { World } from './world.ts';

export type RecordedRequest = {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type LoopbackExchange = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Starts a fault; the returned function ends it. */
  fault(fault: Fault): () => void;
  close(): Promise<void>;
};

/**
 * One HTTP server that speaks the REST formats of all venues of the world; the venue is told by header
 * `x-original-host` and the path.
 */
export function startLoopbackExchange(_options: {
  readonly world: World;
  readonly nowMs: () => number;
}): Promise<LoopbackExchange> {
  return Promise.reject(new Error('not built yet'));
}
