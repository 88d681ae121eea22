/** Time as streams and live prices use it; tests pass one that they move themselves. */
export interface Clock {
  /** UTC. May jump, in either direction, when somebody sets the machine's clock. */
  readonly nowMs: () => number;
  /** Grows evenly whatever is done to the machine's clock, but may stand still while the machine sleeps. */
  readonly steadyMs: () => number;
  /** Runs once after so many steady milliseconds; the returned function calls it off. */
  readonly after: (ms: number, run: () => void) => () => void;
}

export const systemClock: Clock = {
  nowMs: Date.now,
  steadyMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
