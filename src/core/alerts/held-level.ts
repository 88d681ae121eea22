import type { Cluster } from '../liquidation-map.ts';
import { distanceTo, nearEdge, usualDistance } from './near-levels.ts';

type Band = Pick<Cluster, 'side' | 'low' | 'high'>;

/** Nearer than this part of a distance is no longer "near": price is at the level. */
export const innerShare = 0.5;

/** What a level is held by. */
type Hold = {
  readonly priceUsd: number;
  /** Average true range, % of price. */
  readonly atrPct?: number | undefined;
  /** Price has come near it and has not left it since. */
  readonly isMet: boolean;
};

/**
 * Where a cluster's level begins, USD: at the near edge of its band on the newest map, unless price has come near it, or is
 * within the inner half of the usual distance. Then the level does not go away from the price: each map that is
 * made meanwhile begins where price has eaten its way to, and price would run after it without ever coming there. What is
 * farther away by more than the usual distance is another level: of this one nothing is left.
 *
 * @param heldUsd where it began so far; undefined for a cluster that is new
 * @param band of the newest map
 */
export function heldEdge(heldUsd: number | undefined, band: Band, { priceUsd, atrPct, isMet }: Hold): number {
  const edgeUsd = nearEdge(band);
  if (heldUsd === undefined) return edgeUsd;
  const outward = band.side === 'long' ? 1 : -1;
  const retreat = (outward * (heldUsd - edgeUsd)) / priceUsd;
  const near = usualDistance(atrPct);
  const isThere = distanceTo(bandFrom(band, heldUsd), priceUsd) <= innerShare * near;
  return (isMet || isThere) && retreat > 0 && retreat <= near ? heldUsd : edgeUsd;
}

/** A band that begins elsewhere. */
export function bandFrom<Any extends Band>(band: Any, edgeUsd: number): Any {
  return band.side === 'long' ? { ...band, high: edgeUsd } : { ...band, low: edgeUsd };
}
