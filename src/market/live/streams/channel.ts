import type { Liquidation } from '../../../core/market-data.ts';
import type { CcxtId } from '../ccxt-client.ts';
import type { Listing } from '../listing.ts';
import type { Frame } from '../sockets.ts';

/** What a message says of a price; a part that did not change may be missing. In the venue's own unit of base. */
export type PriceFields = {
  readonly timeMs: number;
  readonly mark?: number | undefined;
  readonly last?: number | undefined;
};

/** Something a venue told of one market, which it names by its own id. */
export type Row<Event> = { readonly id: string; readonly event: (listing: Listing) => Event };

/** A message, read. */
export type Reading<Event> =
  | { readonly kind: 'events'; readonly rows: readonly Row<Event>[] }
  /** The venue says no to a request of ours; `request` is the number that we gave it, where the venue repeats it. */
  | { readonly kind: 'refused'; readonly text: string; readonly request?: string | undefined }
  /** An acknowledgement, a pong, a notice. */
  | { readonly kind: 'other' };

/** When and under which number a request is sent. */
export type RequestStamp = { readonly nowMs: number; readonly number: number };

/**
 * One sort of data that a venue pushes, in the venue's own words. Markets whose messages come together (all perpetuals
 * of OKX) share a topic. `read` throws a `MarketError` (`bad-answer`) for what makes no sense.
 */
export interface Channel<Event> {
  /** Real address of the socket that carries the market, and the ccxt class that connects to it. */
  address(listing: Listing): { readonly client: CcxtId; readonly url: string };
  topic(listing: Listing): string;
  /** The market's name in `Row.id`. */
  idOf(listing: Listing): string;
  /** Most topics of one request, and of one socket. */
  readonly topicsPerRequest: number;
  readonly topicsPerSocket: number;
  request(action: 'subscribe' | 'unsubscribe', topics: readonly string[], stamp: RequestStamp): Frame;
  read(message: unknown, nowMs: number): Reading<Event>;
}

/** Who traded, and for how many USD. */
export type TradeFields = { readonly addresses: readonly string[]; readonly usd: number };

/** A venue without a public stream of liquidations leaves them out, and so does one whose trades do not say who made them. */
export type VenueChannels = {
  readonly prices: Channel<PriceFields>;
  readonly liquidations?: Channel<Liquidation>;
  readonly trades?: Channel<TradeFields>;
};

export const other: Reading<never> = { kind: 'other' };

export function eventsOf<Event>(rows: readonly Row<Event>[]): Reading<Event> {
  return { kind: 'events', rows };
}
