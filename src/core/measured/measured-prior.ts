import { joinedMap, mapShares } from '../joined/joined-map.ts';
import { joinedPrior } from '../joined/joined-prior.ts';
import { joinedMixture, joinedParts, joinedRows } from '../joined/joined-rows.ts';
import type { LiquidationMap } from '../liquidation-map.ts';
import type { Side } from '../market-data.ts';
import { distanceOf } from '../score/distances.ts';
import type { MeasuredPart } from './add-measured.ts';

/** Fewer positions of a side, or less of it, tell nothing about those that were not seen. */
const leastPositions = 30;
const leastCoverage = 0.1;
/** Places of `joinedRows`: the book, and what was seen last, at the widest of three widths (2.5 % of mark). */
const bookRow = 0;
const profileRow = 4;
/** Half of what was fitted where positions are shown: most of what is mixed is of venues that show none. */
const profileWeight = joinedPrior[1]! / 2;

/**
 * A map of books whose sides are mixed with where the positions that were seen lie, by distance and smoothed, as one part in
 * four. Only for the window of everything: positions do not tell when they were opened. Sides with too few stay as they are.
 */
export function mixedWithMeasured(map: LiquidationMap, part: MeasuredPart): LiquidationMap {
  if (map.window !== 'all') return map;
  const sides = { long: mixedShares(map, part, 'long'), short: mixedShares(map, part, 'short') };
  if (!sides.long && !sides.short) return map;
  // Each side keeps the USD that the books have in it: what is older or was seen is not spread anew.
  const kept = {
    longUsd: map.openInterestUsd - placedUsd(map, 'longUsd'),
    shortUsd: map.openInterestUsd - placedUsd(map, 'shortUsd'),
  };
  const mixed = joinedMap(
    { ...map, older: kept },
    {
      long: sides.long ?? mapShares(map, 'long').shares,
      short: sides.short ?? mapShares(map, 'short').shares,
    },
  );
  return { ...mixed, older: map.older };
}

function placedUsd(map: LiquidationMap, key: 'longUsd' | 'shortUsd'): number {
  return map[key].reduce((sum, usd) => sum + usd, map.outside[key] + map.neverLiquidated[key]);
}

function mixedShares(
  map: LiquidationMap,
  { market, markUsd }: MeasuredPart,
  side: Side,
): Float64Array | undefined {
  const seen = market.positions.filter((position) => position.side === side);
  if (seen.length < leastPositions || market.coverage[side] < leastCoverage) return undefined;
  const whole = seen.reduce((sum, { size }) => sum + size, 0);
  const { edges, shares } = mapShares(map, side);
  const rows = joinedParts(edges, {
    book: shares,
    profile: new Float64Array(shares.length),
    carried: seen.map(({ size, liquidationPrice, standing }) => ({
      sighting: 0,
      share: size / whole,
      distance:
        standing === 'level' && liquidationPrice !== undefined
          ? distanceOf(side, liquidationPrice, markUsd)
          : undefined,
    })),
  });
  const weights = new Float64Array(joinedRows);
  weights[bookRow] = 1;
  weights[profileRow] = profileWeight;
  return joinedMixture(rows, weights);
}
