/** Time as streams and live prices use it; tests pass one that they move themselves. */
export interface Clock {
  /** UTC. May jump, in either direction, when somebody sets the machine's clock. */
  readonly nowMs: () => number;
  /** Grows evenly whatever is done to the machine's clock, but may stand still while the machine sleeps. */
  readonly steadyMs: () => number;
  /** Runs once after so many steady milliseconds; the returned function calls it off. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/**
 * Sees whether the machine's clock was set, or the machine slept, since the watch began: then the clock and the steady
 * time do not agree on how long that is ago.
 */
export class ClockWatch {
  readonly #clock: Pick<Clock, 'nowMs' | 'steadyMs'>;
  readonly #offsetMs: number;

  constructor(clock: Pick<Clock, 'nowMs' | 'steadyMs'>) {
    this.#clock = clock;
    this.#offsetMs = clock.nowMs() - clock.steadyMs();
  }

  /** How far the clock has gone beyond the steady time; negative when it was set back. */
  get jumpedMs(): number {
    return this.#clock.nowMs() - this.#clock.steadyMs() - this.#offsetMs;
  }
}

export const systemClock: Clock = {
  nowMs: Date.now,
  steadyMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
