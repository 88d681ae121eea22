import type { Side } from '../core/market-data.ts';
import type { Market } from './source.ts';

/** A public account, and how large it is: what it holds, or what it has just traded. */
export type ListedAccount = { readonly address: string; readonly usd: number };

/** A position as the venue shows it, in the units of `core/market-data.ts`. */
export type AccountPosition = {
  readonly market: Market;
  readonly side: Side;
  /** Base units. */
  readonly size: number;
  readonly entryPrice: number;
  /** At the mark price of the moment. */
  readonly valueUsd: number;
  /** Whether its margin is shared with other positions of the account. */
  readonly isCross: boolean;
  readonly leverage: number;
  /** As reported; undefined where the venue reports none. */
  readonly liquidationPrice?: number;
};

export type Account = {
  readonly timeMs: number;
  /** The venue's own, which makes markets and takes over what is liquidated. */
  readonly isVenueVault: boolean;
  readonly positions: readonly AccountPosition[];
  /** Rows that made no sense and were left out. */
  readonly refused: number;
};

/**
 * The positions that a venue shows of everybody. Addresses are public but are personal data nevertheless: they go to the
 * sweep list and nowhere else. No method tries again, and no message of an error holds an address.
 */
export interface PositionSource {
  readonly venue: string;
  /** What may be spent on it in any minute, and what one question costs, in the venue's weights. */
  readonly weights: { readonly mostPerMinute: number; readonly account: number; readonly traders: number };
  /** Accounts of some size that have traded of late, by the venue's own list; a heavy question, for once a day. */
  leaders(): Promise<readonly ListedAccount[]>;
  /** Who has just traded in a market, each with the USD traded. */
  traders(market: Market): Promise<readonly ListedAccount[]>;
  account(address: string): Promise<Account>;
}
