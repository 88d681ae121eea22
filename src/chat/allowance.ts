type Account = { readonly left: number; readonly atMs: number };

export type AllowanceOptions = {
  /** How many may come at once. */
  readonly burst: number;
  /** Time in which one more is granted. */
  readonly everyMs: number;
  readonly nowMs: () => number;
};

/** Accounts in memory before those that are full are forgotten. */
const firstSweep = 10_000;

/** How often each of many people may do something: a bucket per key that fills up with time. */
export class Allowance {
  readonly #options: AllowanceOptions;
  readonly #accounts = new Map<string, Account>();
  #sweepAt = firstSweep;

  constructor(options: AllowanceOptions) {
    this.#options = options;
  }

  /** Takes one and answers 0, or answers how many milliseconds it takes until there is one. */
  take(key: string): number {
    const { everyMs, nowMs } = this.#options;
    const now = nowMs();
    const left = this.#leftAt(key, now);
    if (left < 1) return Math.ceil((1 - left) * everyMs);
    if (this.#accounts.size >= this.#sweepAt) this.#forgetFull(now);
    this.#accounts.set(key, { left: left - 1, atMs: now });
    return 0;
  }

  #leftAt(key: string, now: number): number {
    const { burst, everyMs } = this.#options;
    const account = this.#accounts.get(key);
    if (account === undefined) return burst;
    // A clock that is set back grants nothing, and takes nothing away either.
    return Math.min(burst, account.left + Math.max(0, now - account.atMs) / everyMs);
  }

  #forgetFull(now: number): void {
    for (const key of this.#accounts.keys()) {
      if (this.#leftAt(key, now) >= this.#options.burst) this.#accounts.delete(key);
    }
    // Twice what is left: a crowd that all have to wait must not be walked through at every step.
    this.#sweepAt = Math.max(firstSweep, 2 * this.#accounts.size);
  }
}
