import type { LiquidationMap } from './core/liquidation-map.ts';
import { laterMeasured } from './core/measured/measured-age.ts';

/** Input older than this is marked as stale. */
const staleAfterMs = 20 * 60_000;

/** A map as it is to be shown later than it was made: its venues' data have aged with it. */
export function agedMap(map: LiquidationMap, nowMs: number): LiquidationMap {
  const laterMs = Math.max(0, nowMs - map.timeMs);
  return {
    ...map,
    ...(map.measured && { measured: laterMeasured(map.measured, laterMs) }),
    venues: map.venues.map((status) => {
      if (!status.included || status.dataAgeMs === undefined) return status;
      const dataAgeMs = status.dataAgeMs + laterMs;
      return { ...status, dataAgeMs, ...(dataAgeMs > staleAfterMs && { stale: true as const }) };
    }),
  };
}

/** Whether a map of a few seconds later may have venues that this one is made without. */
export function isPartial({ venues }: Pick<LiquidationMap, 'venues'>): boolean {
  return venues.some(({ loading }) => loading === true);
}

/**
 * Whether a map lacks venues that the one before did not lack: what it says of a coin as a whole is about to be said
 * again. A second one in a row without them has to do.
 */
export function isPassing(
  map: Pick<LiquidationMap, 'venues'>,
  before: Pick<LiquidationMap, 'venues'> | undefined,
): boolean {
  return isPartial(map) && !(before && isPartial(before));
}
