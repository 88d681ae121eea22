import { minuteMs } from './core/durations.ts';

/** What is known of a map when it has just been made; what is not known is absent. */
export type Signs = {
  /** Since somebody last asked for it. */
  readonly idleMs?: number;
  /** How far price has gone within the last minute, in daily ranges (ATR). */
  readonly speedAtr?: number;
  /** From price to the nearest large cluster, in daily ranges (ATR). */
  readonly nearestAtr?: number;
};

/**
 * The intervals there are, so that a schedule is not rewritten for every breath of the price. The shortest is what a
 * venue's request limits allow for a hundred symbols, the longest what a first answer may be behind.
 */
export const recomputeSteps: readonly number[] = [15_000, 30_000, 60_000, 120_000, 300_000, 600_000];

/** After so long without being asked for, a map is made half as often, and so on. */
const patienceMs = 30 * minuteMs;
/** A cluster nearer than this shortens the interval in proportion. */
const nearAtr = 0.5;
/** At this speed the interval is half as long: an hour of it would be six usual days. */
const fastAtr = 0.1;

/**
 * How soon to make a map again, out of `recomputeSteps`: shorter while price moves fast or a cluster is near, longer
 * the longer nobody has asked. Never leaves those bounds, whatever the clocks did.
 *
 * @throws RangeError on NaN
 */
export function recomputeAfterMs({
  idleMs = Number.POSITIVE_INFINITY,
  speedAtr = 0,
  nearestAtr,
}: Signs): number {
  const given = [idleMs, speedAtr, nearestAtr ?? 0];
  if (given.some(Number.isNaN)) throw new RangeError(`signs must be numbers, got ${given.join(', ')}`);
  const idleness = 1 + Math.max(0, idleMs) / patienceMs;
  const haste = 1 + Math.abs(speedAtr) / fastAtr;
  const nearness = nearestAtr === undefined ? 1 : Math.min(1, Math.max(0.25, Math.abs(nearestAtr) / nearAtr));
  const wishedMs = (minuteMs * idleness * nearness) / haste;
  // Infinite idleness over infinite haste: nobody looks.
  const soonest = recomputeSteps.findLast((stepMs) => stepMs <= wishedMs);
  return soonest ?? (Number.isNaN(wishedMs) ? recomputeSteps.at(-1)! : recomputeSteps[0]!);
}
