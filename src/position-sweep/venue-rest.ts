import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../market/clock.ts';
import { MarketError } from '../market/live/market-error.ts';

/** A venue that asks for rest gets at least this. */
const leastMs = 30_000;

/** When a venue is left alone. */
export class VenueRest {
  readonly #venue: string;
  readonly #clock: Pick<Clock, 'steadyMs'>;
  readonly #log: Log;
  #untilMs = 0;

  constructor(deps: { readonly venue: string; readonly clock: Pick<Clock, 'steadyMs'>; readonly log: Log }) {
    this.#venue = deps.venue;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** How long it is still to be left alone; 0 when it may be asked. */
  get leftMs(): number {
    return Math.max(0, this.#untilMs - this.#clock.steadyMs());
  }

  /** @param askedMs by the venue itself */
  begin(askedMs = 0): void {
    this.#untilMs = this.#clock.steadyMs() + Math.max(leastMs, askedMs);
  }

  /**
   * Notes a failed question. A venue that asks for rest gets it; what else goes wrong is told at the level of debugging,
   * as it is counted. Throws what is no failure of the venue's.
   */
  note(error: unknown, what: string): void {
    if (!(error instanceof MarketError)) throw error;
    const asksForRest = error.reason === 'rate-limited' || error.reason === 'geo-blocked';
    if (asksForRest) this.begin(error.retryAfterMs);
    const level = asksForRest ? 'warn' : 'debug';
    this.#log[level]('positions were not seen', { venue: this.#venue, what, reason: errorText(error) });
  }
}
