import type { TimeRange } from '../source.ts';

/** Moments at which something new may be there to be told, in whole steps: so that what has been asked is seen to be. */

/** The candles that open in the range and have closed by now, as a range of their openings. */
export function closedCandles(range: TimeRange, stepMs: number, nowMs: number): TimeRange {
  const { fromMs, toMs } = checked(range);
  const closedMs = roundedDown(nowMs, stepMs);
  return { fromMs: roundedUp(fromMs, stepMs), toMs: Math.min(roundedUp(toMs, stepMs), closedMs) };
}

/** Up to the last whole step in the range and by now, inclusive; from the step in which the range begins. */
export function pastSteps(range: TimeRange, stepMs: number, nowMs: number): TimeRange {
  const { fromMs, toMs } = checked(range);
  const lastMs = Math.min(toMs - 1, nowMs);
  if (lastMs < fromMs) return { fromMs, toMs: fromMs };
  return { fromMs: roundedDown(fromMs, stepMs), toMs: roundedDown(lastMs, stepMs) + 1 };
}

/** The range in whole milliseconds since 1970. @throws RangeError if an end is no number */
export function checked({ fromMs, toMs }: TimeRange): TimeRange {
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) throw new RangeError(`no range: from ${fromMs} to ${toMs}`);
  return { fromMs: Math.ceil(clamped(fromMs)), toMs: Math.ceil(clamped(toMs)) };
}

function clamped(timeMs: number): number {
  return Math.min(Math.max(0, timeMs), latestMs);
}

/** The last moment that a Date can hold. */
const latestMs = 8.64e15;

function roundedDown(timeMs: number, stepMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs;
}

function roundedUp(timeMs: number, stepMs: number): number {
  return Math.ceil(timeMs / stepMs) * stepMs;
}
