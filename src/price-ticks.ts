import type { Contract } from './core/market-data.ts';

/** A mark price that was fresh and believed when it came in. */
export type PriceTick = {
  readonly venue: string;
  /** The venue's name for the contract in ccxt's form, e.g. `ETH/USDT:USDT`. */
  readonly market: string;
  /** Base coin in capitals: `ETH`. */
  readonly symbol: string;
  readonly contract: Contract;
  readonly priceUsd: number;
  /** By the venue's clock, UTC milliseconds. */
  readonly timeMs: number;
};

/** Where collectors tell every price, and every process may listen. What is told while nobody can hear it is lost. */
export interface PriceTicks {
  /** Tells soon; never fails. */
  publish(tick: PriceTick): void;
  /** Hears every tick from now on, those of one contract in their order, never an old one. Returns how to leave. */
  subscribe(listener: (tick: PriceTick) => void): () => void;
}
