import type { MapWindow } from './core/liquidation-map.ts';
import type { Candle, MarginRules, OpenInterestPoint, PricePoint } from './core/market-data.ts';
import type { CandleSegment, MarketSeries } from './core/series.ts';
import type { Market, MarketSource, Timeframe, TimeRange } from './market/source.ts';
import { timeframeMs } from './market/source.ts';

const dayMs = 86_400_000;

/**
 * How much history a window is folded from, and in which steps: several times the window, so that what was
 * opened before it has found its place, in a few thousand candles at most.
 */
const plans: Readonly<Record<MapWindow, { readonly days: number; readonly timeframe: Timeframe }>> = {
  '24h': { days: 4, timeframe: '5m' },
  '7d': { days: 21, timeframe: '15m' },
  '30d': { days: 60, timeframe: '1h' },
  all: { days: 90, timeframe: '1h' },
};

/** The last stretch, since the last coarse candle, comes in candles of this length. */
const fineTimeframe: Timeframe = '5m';

/** When a window began; undefined for all. */
export function windowStart(window: MapWindow, nowMs: number): number | undefined {
  const lengths: Record<MapWindow, number | undefined> = { '24h': 1, '7d': 7, '30d': 30, all: undefined };
  const days = lengths[window];
  return days === undefined ? undefined : nowMs - days * dayMs;
}

/** All that a book of one market is folded from. */
export type MarketHistory = {
  readonly market: Market;
  readonly series: MarketSeries;
  readonly rules: MarginRules;
  readonly price: PricePoint;
  /** What a reader must know of these data; empty when they are complete. */
  readonly notes: readonly string[];
};

/** Asks a venue for one market's history up to now. Rejects with a short reason when it cannot make a map. */
export async function fetchHistory(
  source: MarketSource,
  market: Market,
  request: { readonly window: MapWindow; readonly nowMs: number },
): Promise<MarketHistory> {
  const { days, timeframe } = plans[request.window];
  const range = { fromMs: request.nowMs - days * dayMs, toMs: request.nowMs };
  const [segments, openInterest, funding, rules, price] = await Promise.all([
    fetchSegments(source, market, { ...range, timeframe }),
    fetchOpenInterest(source, market, { ...range, timeframe }),
    source.funding(market, range),
    source.marginRules(market),
    source.price(market),
  ]);
  if (!segments.some(({ candles }) => candles.length > 0)) throw new Error('no candles');
  if (!openInterest) throw new Error('no open interest');
  if (!rules) throw new Error('no margin tiers');
  if (!price) throw new Error('no mark price');
  const notes = [
    ...openInterestNotes(openInterest, windowStart(request.window, request.nowMs)),
    ...(segments[0]?.marks ? [] : ['no mark candles']),
    ...(rules.asOfMs !== undefined
      ? [`margin tiers as of ${new Date(rules.asOfMs).toISOString().slice(0, 10)}`]
      : []),
  ];
  return {
    market,
    series: { segments, openInterest: openInterest.points, ...(funding && { funding }) },
    rules,
    price,
    notes,
  };
}

/** A record that begins inside the window leaves its older part to the cold start; people are told. */
function openInterestNotes({ points, history }: OpenInterest, startMs: number | undefined): string[] {
  if (!history) return ['open interest only of now'];
  const first = points[0]!.timeMs;
  if (startMs === undefined || first <= startMs) return [];
  return [`open interest since ${new Date(first).toISOString().slice(0, 16).replace('T', ' ')}`];
}

async function fetchSegments(
  source: MarketSource,
  market: Market,
  { fromMs, toMs, timeframe }: TimeRange & { readonly timeframe: Timeframe },
): Promise<CandleSegment[]> {
  const stepMs = timeframeMs[timeframe];
  const boundaryMs = Math.floor(toMs / stepMs) * stepMs;
  const coarse = fetchSegment(source, market, { fromMs, toMs: boundaryMs, timeframe });
  if (timeframe === fineTimeframe) return [await coarse];
  const fine = fetchSegment(source, market, { fromMs: boundaryMs, toMs, timeframe: fineTimeframe });
  return Promise.all([coarse, fine]);
}

async function fetchSegment(
  source: MarketSource,
  market: Market,
  query: TimeRange & { readonly timeframe: Timeframe },
): Promise<CandleSegment> {
  const [candles, marks] = await Promise.all([
    source.candles(market, { ...query, price: 'last' }),
    source.candles(market, { ...query, price: 'mark' }),
  ]);
  return { candleMs: timeframeMs[query.timeframe], candles: candles ?? [], ...(marks && { marks }) };
}

type OpenInterest = { readonly points: readonly OpenInterestPoint[]; readonly history: boolean };

/** The venue's history; where it keeps none, the present open interest as if it had always been so. */
async function fetchOpenInterest(
  source: MarketSource,
  market: Market,
  query: TimeRange & { readonly timeframe: Timeframe },
): Promise<OpenInterest | undefined> {
  const history = await source.openInterestHistory(market, query);
  if (history && history.length > 0) return { points: history, history: true };
  const now = await source.openInterest(market);
  return now && { points: [{ timeMs: query.fromMs, size: now.size }], history: false };
}

/** Close of the last candle. */
export function lastCloseMs({ series }: MarketHistory): number {
  const closes = series.segments.flatMap(({ candles, candleMs }) => {
    const last = candles.at(-1);
    return last ? [last.openMs + candleMs] : [];
  });
  return Math.max(...closes);
}

/** Candles of the longest segment, for what is measured over days. */
export function mainCandles({ series }: MarketHistory): { candles: readonly Candle[]; candleMs: number } {
  return series.segments.reduce((longest, one) =>
    one.candles.length > longest.candles.length ? one : longest,
  );
}
