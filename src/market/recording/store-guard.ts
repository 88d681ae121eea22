import { within } from '../../deadline.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';

/** A store that failed is left alone for so long; each ask would wait for it otherwise. */
const restMs = 10_000;
/** One that takes longer has failed: maps are waited for, and venues can be asked instead. */
const patienceMs = 10_000;

/** Uses a store that may fail without failing with it. Says once that it failed, and once that it works again. */
export class StoreGuard {
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #patienceMs: number;
  #failedMs: number | undefined;

  constructor(options: { readonly log: Log; readonly nowMs: () => number; readonly patienceMs?: number }) {
    this.#log = options.log;
    this.#nowMs = options.nowMs;
    this.#patienceMs = options.patienceMs ?? patienceMs;
  }

  /** What the work resolves to, or undefined if it failed or the store rests. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    const restedMs = this.#nowMs() - (this.#failedMs ?? Number.NEGATIVE_INFINITY);
    if (restedMs >= 0 && restedMs < restMs) return undefined;
    try {
      const result = await within(work(), this.#patienceMs, `no answer within ${this.#patienceMs} ms`);
      if (this.#failedMs !== undefined) this.#log.info('market data are recorded again');
      this.#failedMs = undefined;
      return result;
    } catch (error) {
      if (this.#failedMs === undefined) {
        this.#log.error('market data are not recorded, venues are asked for everything', {
          reason: errorText(error),
        });
      }
      this.#failedMs = this.#nowMs();
      return undefined;
    }
  }
}
