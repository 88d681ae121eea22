import type { Side } from '../core/market-data.ts';
import type { LevelValue } from '../core/score/distances.ts';
import { distanceOf, levelsByDistance } from '../core/score/distances.ts';
import { scoreRange } from '../core/score/measures.ts';
import { UserError } from '../errors.ts';
import { grouped } from './figures.ts';

/** A real position; without a liquidation price it can never be liquidated by this coin's price alone. */
export type RealPosition = {
  readonly timeMs: number;
  readonly side: Side;
  readonly size: number;
  readonly valueUsd: number;
  readonly liquidationPrice?: number;
};

/** All positions of one coin that were seen at one moment. */
export type Snapshot = {
  readonly timeMs: number;
  /** The venue's own mark: the median of value over size. */
  readonly markUsd: number;
  readonly positions: readonly RealPosition[];
};

/** Groups positions by their time, ascending. */
export function snapshotsOf(positions: readonly RealPosition[]): Snapshot[] {
  return grouped(positions, 1)
    .map((own) => ({ timeMs: own[0]!.timeMs, markUsd: markOf(own), positions: own }))
    .sort((a, b) => a.timeMs - b.timeMs);
}

/**
 * Parts snapshots by time: the earlier half may be learned from, the later half is scored.
 * Throws UserError with less than two snapshots.
 */
export function splitByTime(snapshots: readonly Snapshot[]): {
  readonly training: readonly Snapshot[];
  readonly scored: readonly Snapshot[];
} {
  if (snapshots.length < 2) {
    throw new UserError('Scoring needs two snapshots of positions or more: one to learn from, one to score.');
  }
  const half = Math.floor(snapshots.length / 2);
  return { training: snapshots.slice(0, half), scored: snapshots.slice(half) };
}

/** Real value of a side by bin of distance from the snapshot's mark. */
export function realBins({ positions, markUsd }: Snapshot, side: Side): Float64Array {
  return levelsByDistance(levelsOf(positions, side), side, markUsd);
}

/** The levels of a side, with USD; what is never liquidated has none. */
export function levelsOf(positions: readonly RealPosition[], side: Side): LevelValue[] {
  return positions.flatMap(({ side: own, liquidationPrice, valueUsd }) =>
    own !== side || liquidationPrice === undefined ? [] : [{ price: liquidationPrice, value: valueUsd }],
  );
}

/** USD of a side, and what of it can never be liquidated. */
export function realUsd(
  { positions }: Snapshot,
  side: Side,
): { readonly whole: number; readonly never: number } {
  const own = positions.filter((position) => position.side === side);
  const sum = (some: readonly RealPosition[]) => some.reduce((all, { valueUsd }) => all + valueUsd, 0);
  return {
    whole: sum(own),
    never: sum(own.filter(({ liquidationPrice }) => liquidationPrice === undefined)),
  };
}

/** Fewest positions within the scored range for a side of a snapshot to count. */
export const fewestPositions = 5;

/** Positions of a side whose liquidation price lies within the scored range. */
export function countNear({ positions, markUsd }: Snapshot, side: Side): number {
  return levelsOf(positions, side).filter(({ price }) => {
    const distance = distanceOf(side, price, markUsd);
    return distance >= 0 && distance < scoreRange;
  }).length;
}

function markOf(positions: readonly RealPosition[]): number {
  const marks = positions.map(({ valueUsd, size }) => valueUsd / size).sort((a, b) => a - b);
  return marks[Math.floor(marks.length / 2)]!;
}
