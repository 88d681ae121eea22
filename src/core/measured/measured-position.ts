import type { Side } from '../market-data.ts';

/** Whether a position has a level on the map; `standingsOf` says which has which. */
export const positionStandings = ['level', 'no-level', 'hedged', 'vault'] as const;
export type PositionStanding = (typeof positionStandings)[number];

/** A real position of one account in one linear market, as its venue showed it at `timeMs`. */
export type MeasuredPosition = {
  readonly timeMs: number;
  readonly side: Side;
  /** Base units. */
  readonly size: number;
  readonly entryPrice: number;
  /** As set by the trader; what an account uses in truth is lower where its margin is shared. */
  readonly leverage: number;
  /** As reported, never computed; undefined where the venue reports none. */
  readonly liquidationPrice?: number;
  readonly standing: PositionStanding;
};
