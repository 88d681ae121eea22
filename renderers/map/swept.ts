import type { LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Side } from '../../src/core/market-data.ts';

/** USD force-closed on the way from the map's price to `priceUsd`. */
export type CurvePoint = { readonly priceUsd: number; readonly usd: number };

/** What a move sweeps. Beyond the map's edge the sum is a lower bound, unless nothing lies out there. */
export type Swept = { readonly usd: number; readonly complete: boolean };

/**
 * The cumulative curve of one side, from the price (0 USD) outward to the map's edge, one point per bin edge:
 * longs downwards, shorts upwards.
 */
export function cumulativeCurve(map: LiquidationMap, side: Side): readonly CurvePoint[] {
  const start = priceIndex(map);
  const points: CurvePoint[] = [{ priceUsd: map.edges[start]!, usd: 0 }];
  let usd = 0;
  if (side === 'long') {
    for (let bin = start - 1; bin >= 0; bin--) {
      usd += map.longUsd[bin]!;
      points.push({ priceUsd: map.edges[bin]!, usd });
    }
  } else {
    for (let bin = start; bin < map.shortUsd.length; bin++) {
      usd += map.shortUsd[bin]!;
      points.push({ priceUsd: map.edges[bin + 1]!, usd });
    }
  }
  return points;
}

/**
 * USD force-closed by a move of `movePct` % from the map's price: longs if it is negative, else shorts. Where
 * the move ends within a bin, the bin counts in proportion.
 */
export function sweptBy(map: LiquidationMap, movePct: number): Swept {
  const side: Side = movePct < 0 ? 'long' : 'short';
  const target = map.priceUsd * (1 + movePct / 100);
  const curve = cumulativeCurve(map, side);
  const distance = Math.abs(target - map.priceUsd);
  for (const [index, point] of curve.entries()) {
    const reached = Math.abs(point.priceUsd - map.priceUsd);
    if (reached < distance) continue;
    const before = curve[index - 1];
    if (!before) return { usd: point.usd, complete: true };
    const start = Math.abs(before.priceUsd - map.priceUsd);
    const part = (distance - start) / (reached - start);
    return { usd: before.usd + part * (point.usd - before.usd), complete: true };
  }
  const outsideUsd = side === 'long' ? map.outside.longUsd : map.outside.shortUsd;
  return { usd: curve.at(-1)!.usd, complete: outsideUsd === 0 };
}

/**
 * Index of the edge at the map's price: bins before it hold longs, bins from it on hold shorts.
 * @throws RangeError if the price is not one of the edges
 */
export function priceIndex(map: LiquidationMap): number {
  const index = map.edges.indexOf(map.priceUsd);
  if (index < 0) throw new RangeError(`the map's price must be one of its edges, got ${map.priceUsd}`);
  return index;
}
