/** A bucket of tokens: full at first, one token less for each thing done, one more with each `everyMs` that passes. */
export type RateLimit = {
  /** How many may come at once. */
  readonly burst: number;
  /** Time in which one more is granted. */
  readonly everyMs: number;
};

/** A bucket, by how long it takes to be full again: whole milliseconds add up exactly, parts of tokens would not. */
type Bucket = { readonly fullInMs: number; readonly atMs: number };

type Taken = {
  readonly bucket: Bucket;
  /** 0 if it was granted, else how long until it will be. */
  readonly waitMs: number;
};

/** Takes a token if there is one; no bucket yet is a full one. A refusal costs nothing. */
function takeToken(bucket: Bucket | undefined, limit: RateLimit, nowMs: number): Taken {
  const fullInMs = fullIn(bucket, nowMs);
  const waitMs = fullInMs - (limit.burst - 1) * limit.everyMs;
  if (waitMs > 0) return { bucket: { fullInMs, atMs: nowMs }, waitMs };
  return { bucket: { fullInMs: fullInMs + limit.everyMs, atMs: nowMs }, waitMs: 0 };
}

/** A clock that is set back grants nothing, and takes nothing away either. */
function fullIn(bucket: Bucket | undefined, nowMs: number): number {
  if (bucket === undefined) return 0;
  return Math.max(0, bucket.fullInMs - Math.max(0, nowMs - bucket.atMs));
}

/** Buckets in memory before the full ones are let go for the first time. */
const firstSweep = 10_000;

/** How often each of many people, or chats, may do something. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = firstSweep;

  /** @throws RangeError unless at least one may come at once and the time is above 0 */
  constructor({ nowMs, ...limit }: RateLimit & { readonly nowMs: () => number }) {
    if (!(limit.burst >= 1 && limit.everyMs > 0)) {
      throw new RangeError(`a limit grants at least 1 in a time above 0, not ${JSON.stringify(limit)}`);
    }
    this.#limit = limit;
    this.#nowMs = nowMs;
  }

  /** How many people it keeps in mind. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one and answers 0, or answers how many milliseconds it takes until there is one. */
  take(key: string): number {
    const nowMs = this.#nowMs();
    const { bucket, waitMs } = takeToken(this.#buckets.get(key), this.#limit, nowMs);
    if (this.#buckets.size >= this.#sweepAt) this.#forgetFull(nowMs);
    this.#buckets.set(key, bucket);
    return waitMs;
  }

  /** How many milliseconds it takes until `take` answers 0; takes nothing. */
  waitMs(key: string): number {
    return takeToken(this.#buckets.get(key), this.#limit, this.#nowMs()).waitMs;
  }

  #forgetFull(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (fullIn(bucket, nowMs) === 0) this.#buckets.delete(key);
    }
    // Twice what is left: a crowd that all have to wait must not be walked through at every step.
    this.#sweepAt = Math.max(firstSweep, 2 * this.#buckets.size);
  }
}
