import { dayMs } from '../durations.ts';

/** How many messages a destination takes. */
export type Budget = { readonly dailyCap: number };

export type Admission =
  | { readonly admitted: true /** Nothing was sent to it for a while. */; readonly opensBurst: boolean }
  | { readonly admitted: false; readonly why: 'burst' | 'daily cap' };

/** For who has set none: a usual day has two or three, and the wildest of three recorded months, for three coins, had 12. */
export const usualBudget: Budget = { dailyCap: 12 };
const burstMs = 10 * 60_000;
const mostInBurst = 3;

/**
 * Whether one more message may begin at a time: three in ten minutes at most, and so many in 24 hours. Answers to a
 * message that was sent are not asked for here: what has been begun is told to its end.
 * @param sentMs times of what was sent to the destination, in any order; those held back count at their time
 */
export function admit(sentMs: readonly number[], atMs: number, { dailyCap }: Budget): Admission {
  const near = (spanMs: number) => sentMs.filter((time) => Math.abs(time - atMs) < spanMs).length;
  if (near(burstMs) >= mostInBurst) return { admitted: false, why: 'burst' };
  if (near(dayMs) >= dailyCap) return { admitted: false, why: 'daily cap' };
  return { admitted: true, opensBurst: near(burstMs) === 0 };
}

/** The stretch of time whose left-out messages are told of in one digest, by its beginning. */
export function digestSpan(
  why: 'burst' | 'daily cap',
  atMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const lengthMs = why === 'burst' ? burstMs : dayMs;
  const fromMs = Math.floor(atMs / lengthMs) * lengthMs;
  return { fromMs, toMs: fromMs + lengthMs };
}
