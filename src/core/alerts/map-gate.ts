import type { LiquidationMap } from '../liquidation-map.ts';

/** What a map's fitness for alerts is judged by. */
export type MapFitness = Pick<LiquidationMap, 'timeMs' | 'venues' | 'unknownAgeShare'>;

export type Unfit = 'old map' | 'old data' | 'few venues' | 'unknown age';

/** A map is made every ten minutes at the least. */
const oldestMapMs = 20 * 60_000;
/** Of the largest venue. */
const oldestDataMs = 30 * 60_000;
/** Share of known open interest that must be in the map. */
const leastCoverage = 0.5;
const mostUnknownAge = 0.8;

/**
 * Why a map is not good enough to alert by; empty when it is. A map must be younger than 20 minutes; venues with data
 * younger than 30 minutes must hold at least half of the open interest that is known and must not be outnumbered by
 * those that failed; and of at most 80 % of what it shows the age may be unknown.
 */
export function unfitness({ timeMs, venues, unknownAgeShare }: MapFitness, nowMs: number): readonly Unfit[] {
  const included = venues.filter(({ included }) => included);
  const laterMs = Math.max(0, nowMs - timeMs);
  const fresh = included.filter(({ dataAgeMs = 0 }) => dataAgeMs + laterMs <= oldestDataMs);
  const failed = new Set(
    venues.filter(({ included, note }) => !included && note !== undefined).map(({ venue }) => venue),
  );
  for (const { venue } of fresh) failed.delete(venue);
  const freshVenues = new Set(fresh.map(({ venue }) => venue));
  const openInterest = (list: MapFitness['venues']) =>
    list.reduce((sum, { openInterestUsd = 0 }) => sum + openInterestUsd, 0);
  return [
    ...(laterMs > oldestMapMs ? (['old map'] as const) : []),
    ...(openInterest(fresh) < leastCoverage * openInterest(included) || fresh.length === 0
      ? (['old data'] as const)
      : []),
    ...(freshVenues.size < failed.size ? (['few venues'] as const) : []),
    ...(unknownAgeShare > mostUnknownAge ? (['unknown age'] as const) : []),
  ];
}
