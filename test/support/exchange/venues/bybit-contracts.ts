import { dayOf, type VenueView } from '../venue.ts';
import { decimal, decimalsOf } from '../wire.ts';
import type { WorldMarket } from '../world.ts';

// What Bybit says of a contract: its entry in instruments-info and its ticker.

/** Linear sizes in units of the quoted price, inverse ones in USD. */
export function bybitSize(size: number, market: WorldMarket): number {
  return size / market.multiplier;
}

/** One pair of the spot page, so that a client that mixes the markets up is found out. */
export const bybitSpot = {
  symbol: 'BTCUSDT',
  baseCoin: 'BTC',
  quoteCoin: 'USDT',
  innovation: '0',
  status: 'Trading',
  marginTrading: 'both',
  lotSizeFilter: {
    basePrecision: '0.000001',
    quotePrecision: '0.00000001',
    minOrderQty: '0.000048',
    maxOrderQty: '71.73956243',
    minOrderAmt: '1',
    maxOrderAmt: '4000000',
  },
  priceFilter: { tickSize: '0.01' },
};

/** instrument.mdx. */
export function bybitInstrument(market: WorldMarket): unknown {
  const tick = decimal(market.tickUsd * market.multiplier);
  const lot = decimal(market.lotSize / market.multiplier);
  const kind = market.kind === 'perpetual' ? 'Perpetual' : 'Futures';
  return {
    symbol: market.id,
    contractType: `${market.contract === 'linear' ? 'Linear' : 'Inverse'}${kind}`,
    status: 'Trading',
    baseCoin: market.multiplier === 1 ? market.base : `${market.multiplier}${market.base}`,
    quoteCoin: market.quote,
    launchTime: String(market.listedMs),
    deliveryTime: String(market.expiryMs ?? 0),
    deliveryFeeRate: '',
    priceScale: String(decimalsOf(market.tickUsd * market.multiplier)),
    leverageFilter: { minLeverage: '1', maxLeverage: market.maxLeverage.toFixed(2), leverageStep: '0.01' },
    priceFilter: { minPrice: tick, maxPrice: '1999999.80', tickSize: tick },
    lotSizeFilter: {
      maxOrderQty: '1000000.000',
      minOrderQty: lot,
      qtyStep: lot,
      postOnlyMaxOrderQty: '1000000.000',
      maxMktOrderQty: '100000.000',
      minNotionalValue: '5',
    },
    unifiedMarginTrade: true,
    fundingInterval: (market.fundingIntervalMs ?? 0) / 60_000,
    settleCoin: market.settle,
    copyTrading: 'both',
    upperFundingRate: '0.00375',
    lowerFundingRate: '-0.00375',
  };
}

/** tickers.mdx; the one-sided fields as in a recorded message of 2026-08-13 (59972.256 and 29986.128). */
export function bybitTicker(market: WorldMarket, view: VenueView): unknown {
  const { mark, last, index } = market.series.price(view.nowMs);
  const day = dayOf(view, market);
  const book = market.series.orderBook(view.nowMs);
  const size = market.series.openInterest(view.nowMs);
  const value = market.contract === 'linear' ? size * mark : size / mark;
  const turnover = market.contract === 'linear' ? day.volume * last : day.volume / last;
  const price = (usd: number) => decimal(usd * market.multiplier);
  const step = market.fundingIntervalMs;
  const next = step === undefined ? 0 : (Math.floor(view.nowMs / step) + 1) * step;
  return {
    symbol: market.id,
    lastPrice: price(last),
    indexPrice: price(index),
    markPrice: price(mark),
    prevPrice24h: price(day.open),
    price24hPcnt: decimal(last / day.open - 1),
    highPrice24h: price(day.high),
    lowPrice24h: price(day.low),
    prevPrice1h: price(last),
    openInterest: decimal(bybitSize(2 * size, market)),
    openInterestValue: decimal(2 * value),
    singleOpenInterest: decimal(bybitSize(size, market)),
    singleOpenInterestValue: decimal(value),
    turnover24h: decimal(turnover),
    volume24h: decimal(bybitSize(day.volume, market)),
    fundingRate: step === undefined ? '' : decimal(market.series.fundingRate(next)),
    nextFundingTime: String(next),
    predictedDeliveryPrice: '',
    basisRate: '',
    basis: '',
    deliveryFeeRate: '',
    deliveryTime: String(market.expiryMs ?? 0),
    bid1Price: price(book.bids[0]?.[0] ?? last),
    bid1Size: decimal(bybitSize(book.bids[0]?.[1] ?? 0, market)),
    ask1Price: price(book.asks[0]?.[0] ?? last),
    ask1Size: decimal(bybitSize(book.asks[0]?.[1] ?? 0, market)),
    preOpenPrice: '',
    preQty: '',
    curPreListingPhase: '',
    fundingIntervalHour: step === undefined ? '' : String(step / 3_600_000),
  };
}
