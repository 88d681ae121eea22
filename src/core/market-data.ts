/**
 * Market data after the edge has made it uniform: UTC milliseconds, prices in USD (or the USD stablecoin)
 * for ONE unit of base, one-sided open interest.
 *
 * `size` fields are in the contract's own unit: base units for linear contracts, USD face value for
 * inverse ones. Missing is `undefined`, never 0.
 */
export type Contract = 'linear' | 'inverse';
export type Side = 'long' | 'short';
export type Provenance = 'live' | 'recorded' | 'simulated';

/** A closed candle. `volume` is a size (see above); each trade counted once. */
export type Candle = {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
};

/** Open interest of one side (longs = shorts), as a size. */
export type OpenInterestPoint = { readonly timeMs: number; readonly size: number };

/** Rate paid by longs to shorts at `timeMs`, as a fraction of position value. */
export type FundingPoint = { readonly timeMs: number; readonly rate: number };

/** Mark price, and the last traded price where the venue gives it, as of `timeMs`. */
export type PricePoint = { readonly timeMs: number; readonly mark: number; readonly last?: number };

/**
 * One margin tier. `floor`, `cap` and `deduction` are in the settle currency: USD for linear contracts,
 * coins for inverse ones. The last tier's cap may be Infinity.
 */
export type MarginTier = {
  readonly floor: number;
  readonly cap: number;
  readonly maintenanceRate: number;
  readonly maxLeverage: number;
  readonly deduction: number;
};

/** How a venue decides that a position of one market is to be closed by force. */
export type MarginRules = {
  readonly tiers: readonly MarginTier[];
  /** By tier, where the venue gives caps in contracts: then those of `tiers` move with the price they are valued at. */
  readonly capsInContracts?: readonly number[];
  /** Fee counted in the trigger, as a fraction of value at the mark price; 0 where the venue counts none. */
  readonly feeRate: number;
  /** Whether funding is debited from (credited to) the margin of an isolated position. */
  readonly fundingMovesMargin: boolean;
  /** Where the tiers come from, in words for the person who asks ("Bybit risk-limit, live"). */
  readonly source: string;
  /** Day of the table, when it is a dated copy and not the venue's own answer. */
  readonly asOfMs?: number;
};

/** A forced closing as a venue reports it. */
export type Liquidation = {
  readonly timeMs: number;
  readonly liquidatedSide: Side;
  readonly price: number;
  /** What `price` is: the bankruptcy price, the order's limit, or the average fill. */
  readonly priceKind: 'bankruptcy' | 'limit' | 'fill';
  readonly size: number;
  readonly usd: number;
};

/** Price levels, best first, sizes as above. */
export type OrderBook = {
  readonly timeMs: number;
  readonly bids: readonly (readonly [price: number, size: number])[];
  readonly asks: readonly (readonly [price: number, size: number])[];
};
