import type { Side } from '../market-data.ts';
import type { PositionStanding } from './measured-position.ts';

/** What the rule looks at in one position of an account. */
export type HeldPosition = {
  readonly side: Side;
  readonly valueUsd: number;
  /** Whether its margin is shared with the account's other positions. */
  readonly isCross: boolean;
  readonly liquidationPrice?: number;
};

/** An account whose longs and shorts differ by less than this part of both together is hedged. */
const hedgedShare = 0.2;

/**
 * How each position of an account counts. All are open interest that was seen. A level on the map have those with a reported
 * liquidation price, but for two sorts of account:
 *
 * - the venue's own vault, which makes markets and takes over what is liquidated: nobody liquidates it at that price;
 * - accounts that hold nearly as much long as short over several coins with shared margin: the reported price takes all
 *   other coins to stand still, and what such an account loses in this coin it wins in the others.
 *
 * Isolated positions have their own margin, so their level stands whatever else the account holds.
 */
export function standingsOf(
  positions: readonly HeldPosition[],
  { isVenueVault }: { readonly isVenueVault: boolean },
): readonly PositionStanding[] {
  const hedged = isHedged(positions.filter(({ isCross }) => isCross));
  return positions.map(({ isCross, liquidationPrice }) => {
    if (isVenueVault) return 'vault';
    if (liquidationPrice === undefined) return 'no-level';
    return isCross && hedged ? 'hedged' : 'level';
  });
}

function isHedged(positions: readonly HeldPosition[]): boolean {
  const of = (wanted: Side) =>
    positions.reduce((sum, { side, valueUsd }) => sum + (side === wanted ? valueUsd : 0), 0);
  const [long, short] = [of('long'), of('short')];
  return long + short > 0 && Math.abs(long - short) < hedgedShare * (long + short);
}
