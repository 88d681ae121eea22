import type { LiquidationMap } from '../liquidation-map.ts';
import { addSpan } from '../map-bins.ts';
import type { Side } from '../market-data.ts';
import { scoreBins, scoreRange } from './measures.ts';

const edges = Float64Array.from({ length: scoreBins + 1 }, (_, i) => (i / scoreBins) * scoreRange);

/** Liquidation levels with what lies at them, to be put on bins of distance. */
export type LevelValue = { readonly price: number; readonly value: number };

/** Distance of a liquidation price from the mark, as a fraction of it, positive on the side's own way. */
export function distanceOf(side: Side, price: number, mark: number): number {
  return side === 'long' ? 1 - price / mark : price / mark - 1;
}

/** Value by bin of distance; what lies beyond the range or on the wrong side of the mark is left out. */
export function levelsByDistance(levels: readonly LevelValue[], side: Side, mark: number): Float64Array {
  const bins = new Float64Array(scoreBins);
  for (const { price, value } of levels) {
    const bin = Math.floor((distanceOf(side, price, mark) / scoreRange) * scoreBins);
    if (bin >= 0 && bin < scoreBins) bins[bin]! += value;
  }
  return bins;
}

/** The map's USD of one side by bin of distance from a mark. */
export function mapByDistance(map: LiquidationMap, side: Side, mark: number): Float64Array {
  const bins = new Float64Array(scoreBins);
  const usd = side === 'long' ? map.longUsd : map.shortUsd;
  for (const [i, amount] of usd.entries()) {
    if (amount === 0) continue;
    const ends = [distanceOf(side, map.edges[i]!, mark), distanceOf(side, map.edges[i + 1]!, mark)];
    addSpan(bins, edges, { low: Math.min(...ends), high: Math.max(...ends), amount });
  }
  return bins;
}
