/**
 * Why a venue's data is not there, in words a map can print beside the venue.
 * - `geo-blocked`: the venue does not serve this machine's country or address;
 * - `rate-limited`: asked too often;
 * - `unavailable`: no connection, no answer in time, or the venue is down;
 * - `refused`: the venue understood and said no (unknown market, bad parameter);
 * - `bad-answer`: the venue answered something that makes no sense.
 */
export type MarketErrorReason = 'geo-blocked' | 'rate-limited' | 'unavailable' | 'refused' | 'bad-answer';

/** A venue could not be asked, or its answer was not to be believed. The message is short and fit to be shown. */
export class MarketError extends Error {
  override readonly name = 'MarketError';
  readonly reason: MarketErrorReason;
  /** How long the venue asked us to stay away, where it said. */
  readonly retryAfterMs?: number;

  constructor(
    reason: MarketErrorReason,
    message: string,
    options: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}
