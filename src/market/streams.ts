import type { Liquidation, PricePoint } from '../core/market-data.ts';
import type { ListedAccount } from './positions.ts';
import type { Market } from './source.ts';

/** A price as it came in: pushed by the venue, or asked for because nothing was pushed. */
export type PriceUpdate = {
  readonly market: Market;
  readonly price: PricePoint;
  readonly from: 'stream' | 'poll';
};

export type LiquidationEvent = {
  readonly market: Market;
  readonly liquidation: Liquidation;
  /**
   * The same for the same event whenever it is heard, and another for every other event of the venue: two equal
   * liquidations of one message differ by a count at the end.
   */
  readonly key: string;
};

/**
 * - `idle`: nothing is to be watched;
 * - `connecting`: no word from the venue yet, or none again;
 * - `live`: every socket that is needed is open and delivers;
 * - `polling`: sockets fail, so prices are asked for until they are back;
 * - `down`: sockets fail and what they carry cannot be asked for;
 * - `closed`: by us, for good.
 */
export type StreamState = 'idle' | 'connecting' | 'live' | 'polling' | 'down' | 'closed';

export type StreamStatus = {
  readonly state: StreamState;
  readonly markets: number;
  /** Age of the newest event, pushed or polled; undefined before the first. */
  readonly lastEventAgeMs?: number;
  /** Connections that were lost, or could not be made, since the start. */
  readonly lost: number;
  /** Messages and rows that made no sense and were dropped. */
  readonly refused: number;
  /** What went wrong last, in words for a person. */
  readonly problem?: string;
};

/** A running subscription. */
export interface StreamHandle {
  /** Replaces the list; markets that stay keep their subscription. */
  watch(markets: readonly Market[]): void;
  status(): StreamStatus;
  /** Ends timers and sockets; resolves when they are gone. Nothing is told after the call. */
  close(): Promise<void>;
}

/**
 * What one venue pushes, in the uniform units of `core/market-data.ts`: garbage never leaves it. Sockets reconnect
 * and subscribe again by themselves; a handle never throws for what a venue does. Listeners are called in the order of
 * arrival and must not throw.
 */
export interface MarketStreams {
  readonly venue: string;
  /** The mark price, and the last one where the venue sends it along. An unchanged price is told at most once a second. */
  watchPrices(markets: readonly Market[], onPrice: (update: PriceUpdate) => void): StreamHandle;
  /** Undefined where the venue pushes no liquidations of everybody. */
  watchLiquidations(
    markets: readonly Market[],
    onLiquidation: (event: LiquidationEvent) => void,
  ): StreamHandle | undefined;
  /** Who trades, each trade once for either side; undefined where trades do not say. */
  watchTraders?(
    markets: readonly Market[],
    onTrader: (trader: ListedAccount) => void,
  ): StreamHandle | undefined;
  /** Closes every handle. */
  close(): Promise<void>;
}
