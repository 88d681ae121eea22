import { splitMultiplier } from '../../core/symbols.ts';
import type { AccountPosition, ListedAccount, PositionSource } from '../positions.ts';
import type { CandleQuery, Market, MarketSource, Timeframe, TimeRange } from '../source.ts';
import type { CcxtClient, ContractRow } from './ccxt-client.ts';

/** A market together with what its venue's own interface needs to know about it. */
export type Listing = {
  readonly market: Market;
  /** The venue's own name: `1000PEPEUSDT`, `BTC-USD-SWAP`. */
  readonly id: string;
  readonly client: CcxtClient;
  /** What one contract stands for: units of the quoted base (linear) or USD (inverse). */
  readonly contractSize: number;
  /** The venue's own row about the market, as listed. */
  readonly row: unknown;
};

/** What the venue lists of a market; rejects with a `MarketError` when it cannot be asked, or lists no such market. */
export type FindListing = (market: Market) => Promise<Listing>;

/**
 * What a venue's file provides: the methods of `MarketSource`, per listing, in uniform units except that a unit of base
 * is the one the venue quotes (1000PEPE). Rows may come in any order, twice, beyond the range, and wrong:
 * `live-source.ts` orders, cuts, checks and scales them. The range ends at the present at the latest.
 */
export interface Venue {
  readonly name: string;
  listings(): Promise<readonly Listing[]>;
  /** USD traded in the last 24 hours by the venue's own names, where one request tells of all or most markets. */
  volumes?(): Promise<ReadonlyMap<string, number>>;
  candles(listing: Listing, query: CandleQuery): Answer<'candles'>;
  openInterest(listing: Listing): Answer<'openInterest'>;
  openInterestHistory(
    listing: Listing,
    query: TimeRange & { readonly timeframe: Timeframe },
  ): Answer<'openInterestHistory'>;
  funding(listing: Listing, range: TimeRange): Answer<'funding'>;
  marginRules(listing: Listing): Answer<'marginRules'>;
  price(listing: Listing): Answer<'price'>;
  orderBook(listing: Listing): Answer<'orderBook'>;
  liquidations(listing: Listing, range: TimeRange): Answer<'liquidations'>;
  /** Where the venue shows everybody's positions. */
  readonly accounts?: VenueAccounts;
}

/** A position by the venue's own name of its market, in the unit of base that the venue quotes; NaN for what is no number. */
export type NamedPosition = Omit<AccountPosition, 'market'> & { readonly name: string };

/** Like `PositionSource`, in the venue's own names and units; rows that cannot be read are undefined, or counted. */
export type VenueAccounts = {
  readonly weights: PositionSource['weights'];
  nameOf(listing: Listing): string;
  leaders(): Promise<ListedRows>;
  traders(listing: Listing): Promise<ListedRows>;
  account(address: string): Promise<{
    /** Undefined where the answer bears no time. */
    readonly timeMs?: number;
    readonly isVenueVault: boolean;
    readonly positions: readonly (NamedPosition | undefined)[];
  }>;
};
type ListedRows = { readonly accounts: readonly ListedAccount[]; readonly refused: number };

type Answer<Method extends keyof MarketSource> = MarketSource[Method] extends (...args: never) => infer Result
  ? Result
  : never;

/** What a venue's file is built from. */
export type VenueContext = {
  readonly client: (id: CcxtClient['id']) => CcxtClient;
  readonly nowMs: () => number;
};

/** `ownBase` is the venue's own name of what it quotes, where ccxt's (upper case) loses its multiplier: `kPEPE`. */
export function listContract(
  row: ContractRow,
  options: { readonly venue: string; readonly client: CcxtClient; readonly ownBase?: string },
): Listing {
  const { symbol, quote, settle, contract, kind, expiryMs, maxLeverage } = row;
  const { base, multiplier } = splitMultiplier(options.ownBase ?? row.base);
  return {
    market: {
      venue: options.venue,
      symbol,
      base,
      quote,
      settle,
      contract,
      multiplier,
      kind,
      ...(expiryMs !== undefined && { expiryMs }),
      ...(maxLeverage !== undefined && { maxLeverage }),
    },
    id: row.id,
    client: options.client,
    contractSize: row.contractSize,
    row: row.row,
  };
}
