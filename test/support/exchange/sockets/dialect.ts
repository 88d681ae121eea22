import type { Liquidation } from '../../../../src/core/market-data.ts';
import type { VenueId, WorldMarket } from '../world.ts';

/** A connection as the venue keeps it. */
export type Session = {
  readonly path: string;
  readonly nowMs: number;
  /** What is subscribed on it, by names that the dialect makes up. */
  readonly topics: Set<string>;
  find(id: string): WorldMarket | undefined;
};

/** USD for one unit of base, as in the world; Bybit alone pushes one without the other. */
export type PushedPrice = { readonly mark?: number; readonly last?: number };

/** A message for everybody who subscribed to the topic on one of the paths. */
export type Push = { readonly topic: string; readonly text: string };

/** How a venue speaks over a socket. What it answers is in order; prices follow the answer that subscribed to them. */
export type SocketDialect = {
  readonly venue: VenueId;
  /** Paths that it serves; others are answered 404. */
  readonly paths: readonly string[];
  /** Paths on which it takes subscriptions and pushes nothing. */
  readonly mutePaths?: readonly string[];
  answer(text: string, session: Session): readonly string[];
  price(market: WorldMarket, price: PushedPrice, timeMs: number): readonly Push[];
  /** Of one moment, as one message where the venue puts several into one. */
  liquidations(market: WorldMarket, events: readonly Liquidation[], nowMs: number): readonly Push[];
};

/** Contracts, in the venue's own unit. */
export function contractsOf(market: WorldMarket, size: number): number {
  return size / market.contractSize;
}

/** The current price of a market, as a push. */
export function priceNow(
  dialect: Pick<SocketDialect, 'price'>,
  market: WorldMarket,
  nowMs: number,
): readonly string[] {
  const { mark, last } = market.series.price(nowMs);
  return dialect.price(market, { mark, last }, nowMs).map(({ text }) => text);
}
