import { minuteMs } from '../core/durations.ts';
import type { Clock } from '../market/clock.ts';

type Options = {
  /** Most weight in any minute. */
  readonly mostPerMinute: number;
  readonly clock: Pick<Clock, 'steadyMs'>;
  /** Resolves after so long, or when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
};

/**
 * Spends no more than so much weight in any minute, evenly. When a question reaches the venue nobody here knows: somewhere
 * between its start and its end, so it counts from its start until a minute after its end.
 */
export class WeightWindow {
  readonly #options: Options;
  /** What was spent and ended, oldest first. */
  readonly #ended: { readonly weight: number; readonly endMs: number }[] = [];
  #weight = 0;
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Asks when there is room for it; resolves to undefined, without asking, when aborted before. */
  async spend<T>(weight: number, ask: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    const { clock, pause } = this.#options;
    for (let waitMs = this.#waitMs(weight); waitMs > 0; waitMs = this.#waitMs(weight)) {
      await pause(waitMs, signal);
      if (signal.aborted) return undefined;
    }
    if (signal.aborted) return undefined;
    this.#weight += weight;
    this.#nextMs = clock.steadyMs() + (weight / this.#options.mostPerMinute) * minuteMs;
    try {
      return await ask();
    } finally {
      this.#ended.push({ weight, endMs: clock.steadyMs() });
    }
  }

  /** 0 when it may be spent now. */
  #waitMs(weight: number): number {
    const { clock, mostPerMinute } = this.#options;
    const nowMs = clock.steadyMs();
    while (this.#ended[0] && this.#ended[0].endMs <= nowMs - minuteMs) {
      this.#weight -= this.#ended.shift()!.weight;
    }
    if (nowMs < this.#nextMs) return this.#nextMs - nowMs;
    if (this.#weight + weight <= mostPerMinute) return 0;
    // With nothing ended all that counts is under way, and its end is not known.
    const oldest = this.#ended[0];
    return oldest ? oldest.endMs + minuteMs - nowMs + 1 : 100;
  }
}
