import { Redis, type RedisOptions } from 'ioredis';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';

export type RedisClient = Redis;

export type RedisHealth = { readonly ok: boolean; readonly sinceMs: number; readonly detail: string };

/** A command that has waited so long for Redis' answer is given up by those who cannot wait. */
const hastyMs = 3_000;
const longestRetryMs = 2_000;

/**
 * Connections to one Redis. Each comes back by itself, however long Redis is away; the log says once when it goes and
 * once when it is back.
 */
export class RedisConnections {
  readonly #url: string;
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #clients: Redis[] = [];
  readonly #away = new Set<string>();
  #sinceMs: number;
  #reason = 'not yet connected';
  #told = false;
  #closed = false;

  constructor(options: { readonly url: string; readonly log: Log; readonly nowMs?: () => number }) {
    this.#url = options.url;
    this.#log = options.log;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#sinceMs = this.#nowMs();
  }

  /** For the queue: its commands wait until Redis is back. */
  patient(name: string): Redis {
    return this.#open(name, { maxRetriesPerRequest: null });
  }

  /** For caches: fails at once while Redis is away. */
  hasty(name: string): Redis {
    return this.#open(name, {
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      commandTimeout: hastyMs,
    });
  }

  /** Resolves when every connection is ready; rejects when the signal says that nobody waits any more. */
  async ready(signal?: AbortSignal): Promise<void> {
    await Promise.all(this.#clients.map((client) => untilReady(client, signal)));
  }

  health(): RedisHealth {
    const ok = this.#away.size === 0 && this.#clients.length > 0;
    return { ok, sinceMs: this.#sinceMs, detail: ok ? 'connected' : `away: ${this.#reason}` };
  }

  close(): void {
    this.#closed = true;
    for (const client of this.#clients) client.disconnect();
  }

  #open(name: string, options: RedisOptions): Redis {
    const client = new Redis(this.#url, {
      connectionName: `liqmap-${name}`,
      connectTimeout: 5_000,
      // A host that is gone without a word is noticed in minutes, not hours.
      keepAlive: 10_000,
      retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 10), longestRetryMs) + jitterMs(),
      ...options,
    });
    this.#clients.push(client);
    this.#away.add(name);
    client.on('ready', () => this.#isBack(name));
    client.on('error', (error) => this.#isAway(name, errorText(error) || error.name));
    client.on('close', () => this.#isAway(name, 'the connection was closed'));
    return client;
  }

  #isAway(name: string, reason: string): void {
    if (this.#closed) return;
    this.#away.add(name);
    if (this.#told) return;
    this.#told = true;
    this.#sinceMs = this.#nowMs();
    this.#reason = reason;
    this.#log.warn('Redis is away; work waits and goes on when it is back', { reason });
  }

  #isBack(name: string): void {
    this.#away.delete(name);
    if (this.#away.size > 0) return;
    const awayMs = this.#nowMs() - this.#sinceMs;
    if (this.#told) this.#log.info('Redis is back', { awaySeconds: Math.round(awayMs / 1000) });
    this.#told = false;
    this.#sinceMs = this.#nowMs();
  }
}

function untilReady(client: Redis, signal: AbortSignal | undefined): Promise<void> {
  if (client.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const stop = () => {
      client.off('ready', ready);
      reject(new Error('stopped while waiting for Redis'));
    };
    const ready = () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop, { once: true });
    client.once('ready', ready);
  });
}

/** So that many processes do not come back in the same instant. */
function jitterMs(): number {
  return Math.floor(Math.random() * 100);
}
