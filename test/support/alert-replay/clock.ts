import { setTimeout as sleep } from 'node:timers/promises';

/** The engine's two: maps, and what is due by time. */
const rounds = 2;
const lookEveryMs = 2;

type Sleeper = { readonly untilMs: number; readonly wake: () => void };

/** Market time of a replay: it goes on when told to, and whoever waits by it wakes when that time has come. */
export class ReplayClock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  readonly nowMs = (): number => this.#nowMs;

  readonly pause = (ms: number, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { untilMs: this.#nowMs + ms, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', wake, { once: true });
    });
  };

  moveTo(timeMs: number): void {
    this.#nowMs = timeMs;
  }

  /** Wakes those whose time has come. */
  ring(): void {
    for (const { untilMs, wake } of [...this.#sleepers]) if (untilMs <= this.#nowMs) wake();
  }
  /** Lets the engine look at everything once. */
  async round(): Promise<void> {
    await this.untilAsleep();
    this.ring();
    await this.untilAsleep();
  }

  /** Resolves when both rounds of the engine wait. */
  async untilAsleep(): Promise<void> {
    while (this.#sleepers.size < rounds) await sleep(lookEveryMs);
  }
}
