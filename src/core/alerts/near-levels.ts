import type { Cluster } from '../liquidation-map.ts';

/** How near is near, in % of price or in average daily ranges (ATR); the smaller one where both are given. */
export type Nearness = { readonly distancePct?: number; readonly distanceAtr?: number };

/** Where a price comes near a cluster, and where it has left it again. */
export type NearLevels = { readonly priceUsd: number; readonly rearmUsd: number };

/** On recorded BTC, ETH and SOL half of such approaches ended in the cluster, and three coins made two messages a day. */
export const usualNearness: Nearness = { distanceAtr: 0.35 };
/** Stands for a day's range where none is known yet, in % of price. */
const atrUnknownPct = 3;
/** Beyond this "near" means nothing, and a long's level would have no price. */
const mostPct = 50;
/** The outer band: so much farther, and a part of a day's range beyond. */
const outerFactor = 1.5;
const outerAtr = 0.25;

/**
 * Price levels of "near": at `priceUsd` the band's nearer edge is as far away as wanted, as a part of the price then; at
 * `rearmUsd` price has left the outer band.
 * @param atrPct average true range, % of price
 */
export function nearLevels(
  band: Pick<Cluster, 'side' | 'low' | 'high'>,
  nearness: Nearness,
  atrPct: number = atrUnknownPct,
): NearLevels {
  const near = nearFraction(nearness, atrPct);
  const outer = near * outerFactor + (outerAtr * atrPct) / 100;
  return { priceUsd: levelAt(band, near), rearmUsd: levelAt(band, outer) };
}

/** Where price enters the band; it has left it again where its approach would be told again. */
export function touchLevels(band: Pick<Cluster, 'side' | 'low' | 'high'>, atrPct?: number): NearLevels {
  return { priceUsd: nearEdge(band), rearmUsd: nearLevels(band, usualNearness, atrPct).rearmUsd };
}

/** The usual distance, as a fraction of the price. */
export function usualDistance(atrPct: number = atrUnknownPct): number {
  return nearFraction(usualNearness, atrPct);
}

/** The edge of a band that price meets first. */
export function nearEdge({ side, low, high }: Pick<Cluster, 'side' | 'low' | 'high'>): number {
  return side === 'long' ? high : low;
}

/** From a price to the edge of the band that it meets first, as a fraction of the price; 0 inside and beyond. */
export function distanceTo(band: Pick<Cluster, 'side' | 'low' | 'high'>, priceUsd: number): number {
  const gap = band.side === 'long' ? priceUsd - band.high : band.low - priceUsd;
  return Math.max(0, gap / priceUsd);
}

/** A usual subscription and one in the same words share a trigger: the same text for the same distance. */
export function nearnessName({ distancePct, distanceAtr }: Nearness): string {
  return `${distancePct === undefined ? '' : `${distancePct}%`}${distanceAtr === undefined ? '' : `${distanceAtr}atr`}`;
}

function nearFraction({ distancePct, distanceAtr }: Nearness, atrPct: number): number {
  const wanted =
    distancePct === undefined && distanceAtr === undefined ? usualNearness : { distancePct, distanceAtr };
  const pct = wanted.distancePct ?? Number.POSITIVE_INFINITY;
  const fromAtr = wanted.distanceAtr === undefined ? Number.POSITIVE_INFINITY : wanted.distanceAtr * atrPct;
  return Math.min(pct, fromAtr, mostPct) / 100;
}

/** The price from which the near edge lies `fraction` of that price away. */
function levelAt(band: Pick<Cluster, 'side' | 'low' | 'high'>, fraction: number): number {
  return band.side === 'long' ? band.high / (1 - Math.min(fraction, 0.9)) : band.low / (1 + fraction);
}
