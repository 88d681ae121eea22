import type { Candle, FundingPoint, MarginRules, OpenInterestPoint } from '../src/core/market-data.ts';
import { type Market, type MarketSource, type TimeRange, timeframeMs } from '../src/market/source.ts';
import { dayMs, minuteMs, type TestSeries, testSeries } from '../test/support/market-series.ts';

const quarterMs = 15 * minuteMs;
const days = 21;
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

/** Venues that answer at once, with three weeks of quarter hours up to now for every coin. */
export function madeUpVenues(names: readonly string[], coins: readonly string[]): MarketSource[] {
  const all = Array.from({ length: seeds }, (_, seed) =>
    testSeries({ seed, candles: (days * dayMs) / quarterMs, candleMs: quarterMs }),
  );
  return names.map((venue, venueIndex) => {
    const markets = coins.map((coin) => marketOf(venue, coin));
    const seriesOf = ({ base }: Market) => all[(coins.indexOf(base) + 7 * venueIndex) % seeds]!;
    return madeUpVenue(venue, markets, seriesOf);
  });
}

function madeUpVenue(
  venue: string,
  markets: readonly Market[],
  seriesOf: (market: Market) => TestSeries,
): MarketSource {
  return {
    venue,
    provenance: 'simulated',
    markets: async () => markets,
    candles: async (market, query) => candlesOf(seriesOf(market), query, timeframeMs[query.timeframe]),
    openInterest: async (market) => ({
      timeMs: Date.now(),
      size: seriesOf(market).openInterest.at(-1)!.size,
    }),
    openInterestHistory: async (market, range) => within(shifted(seriesOf(market).openInterest), range),
    funding: async (market, range) => within(shifted(seriesOf(market).funding), range),
    marginRules: async () => rules,
    price: async (market) => ({ timeMs: Date.now(), mark: seriesOf(market).candles.at(-1)!.close }),
    orderBook: async () => undefined,
    liquidations: async () => undefined,
    close: async () => undefined,
  };
}

/** The last quarter hour is still flat five-minute candles. */
function candlesOf({ candles }: TestSeries, range: TimeRange, stepMs: number): readonly Candle[] {
  const moved = shiftMs();
  if (stepMs === quarterMs) {
    return candles
      .map((candle) => ({ ...candle, openMs: candle.openMs + moved }))
      .filter(({ openMs }) => openMs >= range.fromMs && openMs < range.toMs);
  }
  const price = candles.at(-1)!.close;
  const flat: Candle[] = [];
  for (
    let openMs = Math.ceil(range.fromMs / stepMs) * stepMs;
    openMs + stepMs <= range.toMs;
    openMs += stepMs
  ) {
    flat.push({ openMs, open: price, high: price, low: price, close: price, volume: 1 });
  }
  return flat;
}

function shifted<Point extends OpenInterestPoint | FundingPoint>(points: readonly Point[]): Point[] {
  const moved = shiftMs();
  return points.map((point) => ({ ...point, timeMs: point.timeMs + moved }));
}

function within<Point extends { readonly timeMs: number }>(
  points: readonly Point[],
  range: TimeRange,
): Point[] {
  return points.filter(({ timeMs }) => timeMs >= range.fromMs && timeMs < range.toMs);
}

/** From the fixture's times to those that end with the last full quarter hour. */
function shiftMs(): number {
  const first = testSeries({ seed: 0, candles: 1, candleMs: quarterMs }).candles[0]!.openMs;
  return Math.floor(Date.now() / quarterMs) * quarterMs - days * dayMs - first;
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
