import type { Stress } from './cascade.ts';
import { sumTo } from './distance-curve.ts';

/** Moves, in % of price, at which fuel is held against depth. */
const fragilityMoves = [1, 2, 5] as const;
/** The move that stands for the others where there is room for one number. */
const headlineMove = 2;

/** Forced orders on the way over resting orders on the way: above 1, what is closed outweighs what takes it. */
export type FragilityAt = { readonly movePct: number; readonly fall: number; readonly rise: number };

export type Fragility = {
  readonly moves: readonly FragilityAt[];
  /** The worse side at 2 %. */
  readonly headline: number;
  readonly worse: 'fall' | 'rise';
  /** Undefined with too little of a past. */
  readonly rank?: FragilityRank;
};

/** How the headline stands among those of the coin's own past. */
export type FragilityRank = {
  /** Share of the samples below it, 0 to 1. */
  readonly below: number;
  readonly samples: number;
  readonly sinceMs: number;
};

/** Fuel over depth within moves of fixed size. */
export function fragilityOf({ fuel, depth }: Stress): Fragility {
  const moves = fragilityMoves.map((movePct): FragilityAt => {
    const distance = movePct / 100;
    return {
      movePct,
      fall: sumTo(fuel.longUsd, distance) / sumTo(depth.bidUsd, distance),
      rise: sumTo(fuel.shortUsd, distance) / sumTo(depth.askUsd, distance),
    };
  });
  const { fall, rise } = moves.find(({ movePct }) => movePct === headlineMove)!;
  return { moves, headline: Math.max(fall, rise), worse: fall >= rise ? 'fall' : 'rise' };
}
