import { randomUUID } from 'node:crypto';
import { ownSignal, pause } from '../deadline.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { RedisClient } from './redis-client.ts';

export type LeaseOptions = {
  /** Fails at once while Redis is away. */
  readonly redis: RedisClient;
  /** What only one process may do, such as `telegram-poller`. */
  readonly name: string;
  /** After a holder's death its work stands still for so long. */
  readonly ttlMs: number;
  readonly log: Log;
  /** What to do while Redis cannot be asked: some work does no harm when two do it for a moment, but must not pause. */
  readonly whenAway: 'stop' | 'go on';
  /**
   * Done while the lease is held. The signal is aborted when it is lost or given back, and the work must then end; if
   * it ends by itself or fails, it is begun again.
   */
  readonly whileHeld: (signal: AbortSignal) => Promise<void>;
};

/** Renewed by who holds it, or when Redis has lost it and nobody else took it. */
const renewScript = `local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;
/** By the time one asks, another may have it. */
const releaseScript =
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

/** Where Redis has who holds it; nothing while nobody does. */
export function leaseKey(name: string): string {
  return `liqmap:lease:${name}`;
}

/** Tries to hold a lease, and does its work whenever it does, until stopped. */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #key: string;
  readonly #token = randomUUID();
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#key = leaseKey(options.name);
    this.#ended = this.#live();
  }

  /** Tells the work to end; see `stop`. */
  letGo(): void {
    this.#stopping.abort();
  }

  /** Ends the work and gives the lease back, so that another need not wait for its end. */
  async stop(): Promise<void> {
    this.letGo();
    await this.#ended;
  }

  async #live(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const askedMs = performance.now();
      if (await this.#attempt(() => this.#acquire())) await this.#hold(askedMs);
      await pause(this.#options.ttlMs / 3, this.#stopping.signal);
    }
  }

  async #hold(acquiredMs: number): Promise<void> {
    const { log, name, whileHeld } = this.#options;
    const { signal, abort, release } = ownSignal(this.#stopping.signal);
    log.info('lease taken', { lease: name });
    const renewing = this.#renewUntilLost(acquiredMs, signal).finally(() => abort());
    try {
      await whileHeld(signal);
    } catch (error) {
      if (!signal.aborted) log.error('the work of a lease failed; it is begun again', { lease: name, error });
    }
    abort();
    await renewing;
    release();
    await this.#attempt(() => this.#run(releaseScript));
    log.info('lease given back', { lease: name });
  }

  /** Counts from when the last renewal was asked for, not from when it was answered: Redis may have begun at once. */
  async #renewUntilLost(acquiredMs: number, signal: AbortSignal): Promise<void> {
    const { ttlMs, log, name, whenAway } = this.#options;
    let renewedMs = acquiredMs;
    while (!signal.aborted) {
      await pause(ttlMs / 4, signal);
      if (signal.aborted) return;
      const askedMs = performance.now();
      const renewed = await this.#attempt(() => this.#run(renewScript, ttlMs));
      if (renewed) renewedMs = askedMs;
      const overdue = whenAway === 'stop' && performance.now() - renewedMs > ttlMs * 0.75;
      if (renewed === false || overdue) {
        log.warn('lease lost', { lease: name });
        return;
      }
    }
  }

  async #acquire(): Promise<boolean> {
    const { redis, ttlMs } = this.#options;
    return (await redis.set(this.#key, this.#token, 'PX', ttlMs, 'NX')) === 'OK';
  }

  async #run(script: string, ttlMs = 0): Promise<boolean> {
    return Number(await this.#options.redis.eval(script, 1, this.#key, this.#token, ttlMs)) === 1;
  }

  /** Undefined when Redis could not be asked. */
  async #attempt(ask: () => Promise<boolean>): Promise<boolean | undefined> {
    try {
      return await ask();
    } catch (error) {
      this.#options.log.debug('lease: Redis was not asked', {
        lease: this.#options.name,
        reason: errorText(error),
      });
      return undefined;
    }
  }
}
