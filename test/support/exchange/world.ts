import type { Candle, Contract, Liquidation, MarginTier, OrderBook } from '../../../src/core/market-data.ts';
import type { TimeRange } from '../../../src/market/source.ts';

/**
 * The truth behind the loopback exchange, in the uniform units of `src/core/market-data.ts`: USD for ONE unit of
 * base, sizes in base units (linear) or USD face value (inverse), open interest of one side, UTC milliseconds.
 * The server turns it into each venue's own units, so a test can hold what an adapter returns against it.
 */
export type World = {
  /** Step of the base candles; every interval a venue serves is built from them. */
  readonly stepMs: number;
  readonly markets: Readonly<Record<VenueId, readonly WorldMarket[]>>;
};

export const venueIds = [
  'binanceusdm',
  'binancecoinm',
  'bybit',
  'okx',
  'gate',
  'bitget',
  'hyperliquid',
] as const;
export type VenueId = (typeof venueIds)[number];

export type WorldMarket = {
  /** The venue's own name: `1000PEPEUSDT`, `BTC-USD-SWAP`, `BTC_USDT`, `kPEPE`. */
  readonly id: string;
  /** The name ccxt's unified form gives it: `KPEPE/USDC:USDC`. */
  readonly symbol: string;
  /** Base without multiplier: `PEPE`. */
  readonly base: string;
  readonly quote: string;
  readonly settle: string;
  readonly contract: Contract;
  /** Base units in one unit of the quoted price: 1000 for 1000PEPE and kPEPE, else 1. */
  readonly multiplier: number;
  /** Size of one contract: base units (multiplier included) for linear contracts, USD for inverse ones. */
  readonly contractSize: number;
  /** Smallest step of a size: base units for linear contracts, USD for inverse ones. */
  readonly lotSize: number;
  readonly kind: 'perpetual' | 'future';
  /** A venue goes on listing a contract it has closed, for a while. */
  readonly status: 'trading' | 'delisted';
  readonly expiryMs?: number;
  /** There are no data before this time. */
  readonly listedMs: number;
  /** Smallest price change, in USD per single base unit. */
  readonly tickUsd: number;
  readonly takerFeeRate: number;
  readonly maxLeverage: number;
  /** Undefined for dated futures. */
  readonly fundingIntervalMs?: number;
  /**
   * In the settle currency, as in `MarginTier`, unless `tierUnit` is `contracts`, where floor and cap count
   * contracts (OKX) and only `settleTiers` at a price makes them uniform.
   */
  readonly tiers: readonly MarginTier[];
  readonly tierUnit: 'settle' | 'contracts';
  readonly series: MarketSeries;
};

/** One market's data as functions of time; the server asks only for what had happened by its clock. */
export type MarketSeries = {
  /** Base candles with `fromMs <= openMs < toMs`, ascending, complete; mark candles have volume 0. */
  candles(price: 'last' | 'mark', range: TimeRange): readonly Candle[];
  price(timeMs: number): { readonly mark: number; readonly last: number; readonly index: number };
  /** Size of one side at `timeMs`. */
  openInterest(timeMs: number): number;
  /** Rate settled at `timeMs`, a multiple of the funding interval. */
  fundingRate(timeMs: number): number;
  orderBook(timeMs: number): OrderBook;
  /** Forced closings within the range, ascending. */
  liquidations(range: TimeRange): readonly Liquidation[];
};

/** The market's tiers in its settle currency at a mark price. */
export function settleTiers(market: WorldMarket, markUsd: number): readonly MarginTier[] {
  if (market.tierUnit === 'settle') return market.tiers;
  const unit = market.contract === 'linear' ? market.contractSize * markUsd : market.contractSize / markUsd;
  return market.tiers.map((tier) => ({
    ...tier,
    floor: tier.floor * unit,
    cap: tier.cap * unit,
    deduction: tier.deduction * unit,
  }));
}

/**
 * Candles of `stepMs`, aligned to multiples of it, that open within the range: the truth an adapter is held
 * against. Complete ones only; the caller leaves out what had not closed by its clock.
 */
export function worldCandles(
  market: WorldMarket,
  query: TimeRange & { readonly price: 'last' | 'mark'; readonly stepMs: number },
): readonly Candle[] {
  const { price, stepMs } = query;
  const fromMs = Math.max(Math.ceil(query.fromMs / stepMs) * stepMs, market.listedMs);
  const toMs = Math.ceil(query.toMs / stepMs) * stepMs;
  return mergeCandles(market.series.candles(price, { fromMs, toMs }), stepMs);
}

/** Joins ascending candles into those of a coarser step that open at multiples of it plus `offsetMs`. */
export function mergeCandles(candles: readonly Candle[], stepMs: number, offsetMs = 0): readonly Candle[] {
  const merged: Candle[] = [];
  for (const candle of candles) {
    const openMs = floorTo(candle.openMs, stepMs, offsetMs);
    const last = merged.at(-1);
    if (last?.openMs === openMs) merged[merged.length - 1] = joined(last, candle);
    else merged.push({ ...candle, openMs });
  }
  return merged;
}

/** The last multiple of `stepMs` (plus `offsetMs`) at or before the time. */
export function floorTo(timeMs: number, stepMs: number, offsetMs = 0): number {
  return Math.floor((timeMs - offsetMs) / stepMs) * stepMs + offsetMs;
}

function joined(first: Candle, second: Candle): Candle {
  return {
    openMs: first.openMs,
    open: first.open,
    high: Math.max(first.high, second.high),
    low: Math.min(first.low, second.low),
    close: second.close,
    volume: first.volume + second.volume,
  };
}
