export type PaceOptions = {
  /** Starts per second; they are spread evenly, so no window of a second sees more, or one more where timers are late. */
  readonly perSecond: number;
  /** How much may be under way at a time, so that a slow platform does not fill our memory. */
  readonly atOnce: number;
};

type Waiting = { readonly start: () => void; readonly refuse: (reason: Error) => void };

/** Starts work in the order in which it came, no faster than told. */
export class Pace {
  readonly #gapMs: number;
  readonly #atOnce: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #nextMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ perSecond, atOnce }: PaceOptions) {
    if (!(perSecond > 0)) throw new RangeError(`perSecond must be above zero, not ${perSecond}`);
    if (!(atOnce >= 1)) throw new RangeError(`atOnce must be at least 1, not ${atOnce}`);
    this.#gapMs = 1000 / perSecond;
    this.#atOnce = atOnce;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start, refuse) => {
      this.#waiting.push({ start, refuse });
      this.#startNext();
    });
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#startNext();
    }
  }

  /** Refuses what has not started yet. */
  clear(reason: Error): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { refuse } of this.#waiting.splice(0)) refuse(reason);
  }

  #startNext(): void {
    if (this.#timer !== undefined || this.#running >= this.#atOnce || this.#waiting.length === 0) return;
    const now = performance.now();
    if (now < this.#nextMs) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#startNext();
      }, this.#nextMs - now);
      return;
    }
    // A timer that was late by less than a gap does not make all later ones late: on a busy machine each is, a little.
    const lateMs = now - this.#nextMs;
    this.#nextMs = now + this.#gapMs - (lateMs < this.#gapMs ? lateMs : 0);
    this.#running += 1;
    this.#waiting.shift()?.start();
    this.#startNext();
  }
}
