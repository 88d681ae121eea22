import { MarketError } from './market-error.ts';

export type Sleep = (ms: number) => Promise<void>;
/** Three attempts, unless told that there is to be one. */
export type Retry = <T>(ask: () => Promise<T>, attempts?: 1) => Promise<T>;

/** Waits before the second and the third attempt. */
const delaysMs = [300, 1_200];

/** A venue that asks for a longer rest is left alone; the caller hears so at once. */
const longestWaitMs = 3_000;

/**
 * Asks again, a bounded number of times, when a venue fails in a way that passes: no connection, a 5xx, a cut answer,
 * a short rate limit. A deadline that ran out is not tried again, as that would double the longest wait.
 *
 * While a venue's rest (Retry-After) lasts, calls fail at once with `rate-limited`: asking on would end in a ban.
 */
export function createRetry(options: { readonly sleep: Sleep; readonly nowMs: () => number }): Retry {
  const { sleep, nowMs } = options;
  let rest: { readonly fromMs: number; readonly untilMs: number; readonly error: MarketError } | undefined;

  async function attempt<T>(ask: () => Promise<T>, delays: readonly number[], attempts?: 1): Promise<T> {
    // A rest that is yet to begin is of a clock that was set back: it would last for hours.
    if (rest && nowMs() >= rest.fromMs && nowMs() < rest.untilMs) throw rest.error;
    try {
      return await ask();
    } catch (error) {
      const waitMs = waitBefore(error, delays[0]);
      // Who asks once leaves short waits to the others, who can wait.
      const isShort = attempts === 1 && (error as Partial<MarketError>).retryAfterMs! <= longestWaitMs;
      if (error instanceof MarketError && waitMs === undefined && error.retryAfterMs && !isShort) {
        rest = { fromMs: nowMs(), untilMs: nowMs() + error.retryAfterMs, error };
      }
      if (waitMs === undefined) throw error;
      await sleep(waitMs);
      return attempt(ask, delays.slice(1));
    }
  }
  return (ask, attempts) => attempt(ask, attempts === 1 ? [] : delaysMs, attempts);
}

/** Undefined when another attempt would not help. */
function waitBefore(error: unknown, delayMs: number | undefined): number | undefined {
  if (delayMs === undefined || !(error instanceof MarketError) || !passes(error)) return undefined;
  const waitMs = Math.max(delayMs, error.retryAfterMs ?? 0);
  return waitMs > longestWaitMs ? undefined : waitMs;
}

function passes(error: MarketError): boolean {
  if (error.cause instanceof Error && error.cause.name === 'TimeoutError') return false;
  return error.reason === 'unavailable' || error.reason === 'rate-limited' || error.reason === 'bad-answer';
}
