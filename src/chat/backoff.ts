import { pause } from '../deadline.ts';

export type BackoffOptions = { readonly firstMs: number; readonly longestMs: number };

/** Waits between attempts: twice as long each time, up to a limit, with a random fifth so that many do not come at once. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  #attempts = 0;

  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.#options = options;
    this.#random = random;
  }

  /** Waits for the next attempt; returns at once when the signal is or gets aborted. */
  wait(signal: AbortSignal): Promise<void> {
    return pause(this.nextMs(), signal);
  }

  nextMs(): number {
    const { firstMs, longestMs } = this.#options;
    const steadyMs = Math.min(longestMs, firstMs * 2 ** this.#attempts);
    this.#attempts += 1;
    return steadyMs * (1 + this.#random() / 5);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
