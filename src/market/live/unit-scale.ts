import type { Candle, Contract, Liquidation, OrderBook, PricePoint } from '../../core/market-data.ts';

/**
 * From the unit of base that a venue quotes (1000 PEPE) to one unit: prices are divided, sizes in base are multiplied.
 * Sizes of inverse contracts are USD and stay.
 */
export type UnitScale = {
  readonly price: (price: number) => number;
  readonly size: (size: number) => number;
};

export function unitScale(market: { readonly contract: Contract; readonly multiplier: number }): UnitScale {
  const { multiplier } = market;
  return {
    price: (price) => price / multiplier,
    size: market.contract === 'linear' ? (size) => size * multiplier : (size) => size,
  };
}

export function scaleCandle({ price, size }: UnitScale, candle: Candle): Candle {
  return {
    openMs: candle.openMs,
    open: price(candle.open),
    high: price(candle.high),
    low: price(candle.low),
    close: price(candle.close),
    volume: size(candle.volume),
  };
}

export function scalePrice({ price }: UnitScale, point: PricePoint): PricePoint {
  const { timeMs, mark, last } = point;
  return { timeMs, mark: price(mark), ...(last !== undefined && { last: price(last) }) };
}

export function scaleOrderBook({ price, size }: UnitScale, book: OrderBook): OrderBook {
  const level = ([at, of]: readonly [number, number]) => [price(at), size(of)] as const;
  return { timeMs: book.timeMs, bids: book.bids.map(level), asks: book.asks.map(level) };
}

export function scaleLiquidation({ price, size }: UnitScale, event: Liquidation): Liquidation {
  return { ...event, price: price(event.price), size: size(event.size) };
}
