import type {
  Candle,
  Contract,
  FundingPoint,
  Liquidation,
  MarginRules,
  OpenInterestPoint,
  OrderBook,
  PricePoint,
  Provenance,
} from '../core/market-data.ts';

/** A contract that a venue lists. */
export type Market = {
  readonly venue: string;
  /** The venue's name for it in ccxt's unified form, e.g. `1000PEPE/USDT:USDT`; unique within its source. */
  readonly symbol: string;
  /** Base without multiplier, upper case: `PEPE`. */
  readonly base: string;
  readonly quote: string;
  readonly settle: string;
  readonly contract: Contract;
  /**
   * Base units that one unit of the venue's quoted price stands for: 1000 for 1000PEPE and kPEPE, else 1.
   * For names and display only: sources already divide prices and multiply sizes by it.
   */
  readonly multiplier: number;
  readonly kind: 'perpetual' | 'future';
  readonly expiryMs?: number;
  /** Highest leverage the venue lists for it, where the listing says. */
  readonly maxLeverage?: number;
  /** USD traded in the day before it was listed here, where the venue tells of all at once. For the order of names only. */
  readonly dayVolumeUsd?: number;
};

export type Timeframe = '1m' | '5m' | '15m' | '1h' | '4h' | '1d';

export const timeframeMs: Readonly<Record<Timeframe, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
};

/** Half-open in time: `fromMs <= t < toMs`. */
export type TimeRange = { readonly fromMs: number; readonly toMs: number };

export type CandleQuery = TimeRange & { readonly timeframe: Timeframe; readonly price: 'last' | 'mark' };

/**
 * One venue's market data, made uniform (`core/market-data.ts`). Live, recorded and simulated venues are
 * the same port. Rows come in ascending time without duplicates. A method resolves to `undefined` when
 * the venue has no such data at all; it rejects when the venue could not be asked or its answer made no
 * sense (garbage never leaves a source).
 */
export interface MarketSource {
  readonly venue: string;
  readonly provenance: Provenance;
  markets(): Promise<readonly Market[]>;
  /** Closed candles that open within the range. `mark` candles carry volume 0. */
  candles(market: Market, query: CandleQuery): Promise<readonly Candle[] | undefined>;
  openInterest(market: Market): Promise<OpenInterestPoint | undefined>;
  /** History as far back as the venue keeps it, at the finest step it has within the timeframe asked. */
  openInterestHistory(
    market: Market,
    query: TimeRange & { readonly timeframe: Timeframe },
  ): Promise<readonly OpenInterestPoint[] | undefined>;
  funding(market: Market, range: TimeRange): Promise<readonly FundingPoint[] | undefined>;
  marginRules(market: Market): Promise<MarginRules | undefined>;
  price(market: Market): Promise<PricePoint | undefined>;
  orderBook(market: Market): Promise<OrderBook | undefined>;
  /** Forced closings within the range, where the venue serves a history of them. */
  liquidations(market: Market, range: TimeRange): Promise<readonly Liquidation[] | undefined>;
  close(): Promise<void>;
}
