import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { Backoff, type BackoffOptions } from '../backoff.ts';
import { type BotApi, BotApiError } from './bot-api.ts';
import { updateIdOf } from './incoming.ts';

export type PollingOptions = {
  readonly api: BotApi;
  readonly log: Log;
  /** Must return at once and not throw: while it runs, nobody else is heard. */
  readonly onUpdate: (update: unknown) => void;
  /** Called after each answer of Telegram, with what is wrong if it is not as it should be. */
  readonly onState: (trouble: string | undefined) => void;
  readonly waits: PollingWaits;
};

export type PollingWaits = {
  /** While another process asks for the same bot, as in a rolling deploy. */
  readonly conflict: BackoffOptions;
  readonly away: BackoffOptions;
};

export const defaultWaits: PollingWaits = {
  conflict: { firstMs: 5_000, longestMs: 25_000 },
  away: { firstMs: 1_000, longestMs: 30_000 },
};
/** Longest that Telegram holds a request open. */
const waitS = 50;
const confirmMs = 1_500;

/** Asks Telegram for updates, over and over, whatever happens; knows which have been seen. */
export class Polling {
  readonly #options: PollingOptions;
  readonly #conflict: Backoff;
  readonly #away: Backoff;
  #offset = 0;

  constructor(options: PollingOptions) {
    this.#options = options;
    this.#conflict = new Backoff(options.waits.conflict);
    this.#away = new Backoff(options.waits.away);
  }

  /** Resolves when the signal is aborted. Rejects only when Telegram refuses the token. */
  async run(signal: AbortSignal): Promise<void> {
    const { api, onState } = this.#options;
    while (!signal.aborted) {
      try {
        this.#take(await api.updates({ offset: this.#offset, waitS }, signal));
        onState(undefined);
        this.#conflict.reset();
        this.#away.reset();
      } catch (error) {
        if (signal.aborted) break;
        if (isTokenRefused(error)) throw error;
        await this.#recover(error, signal);
      }
    }
    await this.#confirm();
  }

  #take(updates: readonly unknown[]): void {
    for (const update of updates) {
      const id = updateIdOf(update);
      if (id === undefined || id < this.#offset) continue;
      this.#offset = id + 1;
      this.#options.onUpdate(update);
    }
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const isConflict = error instanceof BotApiError && error.code === 409;
    const reason = isConflict ? 'another process asks for the updates of this bot' : errorText(error);
    this.#options.onState(reason);
    this.#options.log.warn('no updates from Telegram, trying again', { reason });
    const floodMs = error instanceof BotApiError ? (error.retryAfterS ?? 0) * 1000 : 0;
    if (floodMs > 0) await new Backoff({ firstMs: floodMs, longestMs: floodMs }).wait(signal);
    else await (isConflict ? this.#conflict : this.#away).wait(signal);
  }

  /** Tells Telegram what has been seen, so that it does not come again after a restart. */
  async #confirm(): Promise<void> {
    if (this.#offset === 0) return;
    try {
      const signal = AbortSignal.timeout(confirmMs);
      await this.#options.api.updates({ offset: this.#offset, waitS: 0 }, signal);
    } catch (error) {
      this.#options.log.warn('last updates not confirmed, they may come again', { reason: errorText(error) });
    }
  }
}

/** Telegram answers 401 for a token that is no longer valid, and 404 for what was never one. */
export function isTokenRefused(error: unknown): error is BotApiError {
  return (
    error instanceof BotApiError && error.reach === 'refused' && (error.code === 401 || error.code === 404)
  );
}
