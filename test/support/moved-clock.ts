import type { Clock } from '../../src/market/clock.ts';

type Timer = { readonly dueMs: number; readonly run: () => void };

/** Time that stands still until a test moves it on. */
export class MovedClock implements Clock {
  #steadyMs = 0;
  #wallMs: number;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 9, 20, 12, 34, 56)) {
    this.#wallMs = startMs;
  }

  readonly nowMs = () => this.#wallMs;
  readonly steadyMs = () => this.#steadyMs;
  readonly after = (ms: number, run: () => void) => {
    const timer = { dueMs: this.#steadyMs + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** Timers that wait. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Runs the timers due on the way in their order; after each, promises and sockets have their turn. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#steadyMs + ms;
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.#timers.delete(next);
      this.#moveTo(next.dueMs);
      next.run();
      await turn();
    }
    this.#moveTo(untilMs);
    await turn();
  }

  /** Somebody sets the machine's clock, forward or backward. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  #next(untilMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs);
    return due.reduce<Timer | undefined>((a, b) => (a && a.dueMs <= b.dueMs ? a : b), undefined);
  }

  #moveTo(steadyMs: number): void {
    this.#wallMs += steadyMs - this.#steadyMs;
    this.#steadyMs = steadyMs;
  }
}

/** Lets what is under way get on by one turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits, without sleeping, until it is so; throws after too many turns of the event loop, or 5 s. */
export async function until(isSo: () => boolean, what = isSo.toString()): Promise<void> {
  const startMs = performance.now();
  while (!isSo()) {
    if (performance.now() - startMs > 5_000) throw new Error(`never so: ${what}`);
    await turn();
  }
}
