import type { Candle, MarginTier } from '../../../src/core/market-data.ts';
import type { MarketSeries } from './world.ts';

export type Absurdity = 'negative' | 'nan' | 'huge' | 'high-below-low';

/**
 * The series with values that cannot be: sizes below zero, NaN in every place, 1e30 in every place, or
 * highs below lows and bids above asks.
 */
export function absurdSeries(series: MarketSeries, how: Absurdity): MarketSeries {
  const size = sizes[how];
  const price = prices[how];
  return {
    candles: (kind, range) => series.candles(kind, range).map((candle) => absurdCandle(candle, how)),
    price: (timeMs) => {
      const { mark, last, index } = series.price(timeMs);
      return { mark: price(mark), last: price(last), index: price(index) };
    },
    openInterest: (timeMs) => size(series.openInterest(timeMs)),
    fundingRate: (timeMs) => price(series.fundingRate(timeMs)),
    orderBook: (timeMs) => {
      const { bids, asks } = series.orderBook(timeMs);
      const levels = (side: typeof bids) => side.map((level) => [price(level[0]), size(level[1])] as const);
      if (how === 'high-below-low') return { timeMs, bids: asks, asks: bids };
      return { timeMs, bids: levels(bids), asks: levels(asks) };
    },
    liquidations: (range) =>
      series.liquidations(range).map((liquidation) => ({
        ...liquidation,
        price: price(liquidation.price),
        size: size(liquidation.size),
        usd: size(liquidation.usd),
      })),
  };
}

/** Tiers with rates that cannot be, or with floors above caps. */
export function absurdTiers(tiers: readonly MarginTier[], how: Absurdity): readonly MarginTier[] {
  const rate = sizes[how];
  return tiers.map((tier) => {
    if (how === 'high-below-low') return { ...tier, floor: tier.cap, cap: tier.floor };
    return { ...tier, maintenanceRate: rate(tier.maintenanceRate) };
  });
}

const same = (value: number) => value;
const prices = { negative: same, nan: () => Number.NaN, huge: () => 1e30, 'high-below-low': same };
const sizes = { ...prices, negative: (value: number) => -value - 1 };

function absurdCandle(candle: Candle, how: Absurdity): Candle {
  const { openMs, open, high, low, close, volume } = candle;
  if (how === 'high-below-low') return { openMs, open, high: low / 100, low: high * 100, close, volume };
  const price = prices[how];
  return {
    openMs,
    open: price(open),
    high: price(high),
    low: price(low),
    close: price(close),
    volume: sizes[how](volume),
  };
}
