import type { Candle, FundingPoint, MarginRules, OpenInterestPoint } from '../src/core/market-data.ts';
import { type Market, type MarketSource, type TimeRange, timeframeMs } from '../src/market/source.ts';
import {
  dayMs,
  hourMs,
  minuteMs,
  startMs,
  type TestSeries,
  testSeries,
} from '../test/support/market-series.ts';

const quarterMs = 15 * minuteMs;
const beforeMs = 22 * dayMs;
const afterMs = 3 * hourMs;
/** Different enough to be markets of their own, few enough to be held. */
const seeds = 20;

const rules: MarginRules = {
  tiers: [
    { floor: 0, cap: 1e6, maintenanceRate: 0.005, maxLeverage: 100, deduction: 0 },
    { floor: 1e6, cap: Number.POSITIVE_INFINITY, maintenanceRate: 0.01, maxLeverage: 50, deduction: 5_000 },
  ],
  feeRate: 0.0005,
  fundingMovesMargin: true,
  source: 'made up',
};

/**
 * Venues that answer at once, with three weeks of quarter hours before now and three hours after it for every coin,
 * told as far as the clock has come.
 */
export function madeUpVenues(
  names: readonly string[],
  coins: readonly string[],
  nowMs: () => number,
): MarketSource[] {
  const shiftMs = Math.floor(nowMs() / quarterMs) * quarterMs - beforeMs - startMs;
  const all = Array.from({ length: seeds }, (_, seed) => shiftedSeries(seed, shiftMs));
  return names.map((venue, venueIndex) => {
    const seriesOf = ({ base }: Market) => all[(coins.indexOf(base) + 7 * venueIndex) % seeds]!;
    return madeUpVenue(
      venue,
      coins.map((coin) => marketOf(venue, coin)),
      { seriesOf, nowMs },
    );
  });
}

function shiftedSeries(seed: number, shiftMs: number): TestSeries {
  const made = testSeries({ seed, candles: (beforeMs + afterMs) / quarterMs, candleMs: quarterMs });
  const later = <Point extends OpenInterestPoint | FundingPoint>(point: Point): Point => ({
    ...point,
    timeMs: point.timeMs + shiftMs,
  });
  return {
    ...made,
    candles: made.candles.map((candle) => ({ ...candle, openMs: candle.openMs + shiftMs })),
    openInterest: made.openInterest.map(later),
    funding: made.funding.map(later),
  };
}

function madeUpVenue(
  venue: string,
  markets: readonly Market[],
  { seriesOf, nowMs }: { readonly seriesOf: (market: Market) => TestSeries; readonly nowMs: () => number },
): MarketSource {
  const until = (range: TimeRange): TimeRange => ({ ...range, toMs: Math.min(range.toMs, nowMs()) });
  return {
    venue,
    provenance: 'simulated',
    markets: async () => markets,
    candles: async (market, query) =>
      candlesOf(seriesOf(market).candles, until(query), timeframeMs[query.timeframe]),
    openInterest: async (market) => seriesOf(market).openInterest.findLast(({ timeMs }) => timeMs <= nowMs()),
    openInterestHistory: async (market, range) => within(seriesOf(market).openInterest, until(range)),
    funding: async (market, range) => within(seriesOf(market).funding, until(range)),
    marginRules: async () => rules,
    price: async (market) => ({ timeMs: nowMs(), mark: quarterAt(seriesOf(market).candles, nowMs()).open }),
    orderBook: async () => undefined,
    liquidations: async () => undefined,
    close: async () => undefined,
  };
}

/** Shorter candles than a quarter hour are flat, at the open of theirs. */
function candlesOf(candles: readonly Candle[], range: TimeRange, stepMs: number): readonly Candle[] {
  if (stepMs === quarterMs) {
    const indexOf = (timeMs: number) => Math.ceil((timeMs - candles[0]!.openMs) / quarterMs);
    return candles.slice(
      Math.max(0, indexOf(range.fromMs)),
      Math.max(0, indexOf(range.toMs - quarterMs + 1)),
    );
  }
  const flat: Candle[] = [];
  const firstMs = Math.ceil(range.fromMs / stepMs) * stepMs;
  for (let openMs = firstMs; openMs + stepMs <= range.toMs; openMs += stepMs) {
    const price = quarterAt(candles, openMs).open;
    flat.push({ openMs, open: price, high: price, low: price, close: price, volume: 1 });
  }
  return flat;
}

function quarterAt(candles: readonly Candle[], timeMs: number): Candle {
  const index = Math.floor((timeMs - candles[0]!.openMs) / quarterMs);
  return candles[Math.max(0, Math.min(candles.length - 1, index))]!;
}

function within<Point extends { readonly timeMs: number }>(
  points: readonly Point[],
  range: TimeRange,
): Point[] {
  return points.filter(({ timeMs }) => timeMs >= range.fromMs && timeMs < range.toMs);
}

function marketOf(venue: string, coin: string): Market {
  return {
    venue,
    symbol: `${coin}/USDT:USDT`,
    base: coin,
    quote: 'USDT',
    settle: 'USDT',
    contract: 'linear',
    multiplier: 1,
    kind: 'perpetual',
  };
}
