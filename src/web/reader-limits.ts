import { RateLimiter } from '../rate-limit.ts';
import { StreamSeats } from './stream-seats.ts';
import type { Visitor } from './visitors.ts';

/** A page asks for itself, its chart and its picture; somebody with several of them open asks for a dozen at once. */
const requests = { burst: 60, everyMs: 500 } as const;
const seats = { perAddress: 8, inAll: 1_000 } as const;

/** What one stranger may ask for; operators are not counted. */
export class ReaderLimits {
  readonly #requests: RateLimiter;
  readonly #seats = new StreamSeats(seats);

  constructor(nowMs: () => number) {
    this.#requests = new RateLimiter({ ...requests, nowMs });
  }

  /** Takes one request and answers 0, or answers how long to wait. */
  take({ isOperator, address }: Visitor): number {
    return isOperator ? 0 : this.#requests.take(address);
  }

  /** What gives back a place on a stream; undefined if there is none left. */
  sit({ address }: Visitor): (() => void) | undefined {
    return this.#seats.take(address);
  }
}
