import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/market/clock.ts';

/** Work between two timers is done by then, unless it waits for a timer itself. */
const turnsBetween = 8;
const mostSteps = 5_000;

/** Time that goes on only when everything that is under way waits for it. */
export class VirtualClock implements Clock {
  #nowMs = 1_000_000;
  readonly #timers = new Set<{ readonly atMs: number; readonly run: () => void }>();

  readonly nowMs = (): number => this.#nowMs;
  readonly steadyMs = (): number => this.#nowMs;
  readonly after = (ms: number, run: () => void): (() => void) => {
    const timer = { atMs: this.#nowMs + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    while (this.#fireNext(endMs)) await turn();
    this.#nowMs = endMs;
  }

  /** Lets time go by until it has settled. @throws Error when it never does */
  async until(settled: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = settled.finally(() => {
      isOver = true;
    });
    for (let step = 0; !isOver; step += 1) {
      if (step > mostSteps) throw new Error('it never comes to an end');
      for (let left = turnsBetween; left > 0 && !isOver; left -= 1) await turn();
      this.#fireNext(Number.POSITIVE_INFINITY);
    }
    await over;
  }

  /** Runs the timer that is due first, if it is due by then. */
  #fireNext(byMs: number): boolean {
    const [next] = [...this.#timers].sort((a, b) => a.atMs - b.atMs);
    if (!next || next.atMs > byMs) return false;
    this.#timers.delete(next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.run();
    return true;
  }
}
