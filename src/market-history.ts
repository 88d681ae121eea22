import { atrPct } from './core/atr.ts';
import type { BookModel } from './core/book-model.ts';
import { dayMs, hourMs } from './core/durations.ts';
import type { MapWindow } from './core/liquidation-map.ts';
import type { MarginRules, OpenInterestPoint, PricePoint } from './core/market-data.ts';
import type { CandleSegment, MarketSeries } from './core/series.ts';
import type { Market, MarketSource, Timeframe, TimeRange } from './market/source.ts';
import { timeframeMs } from './market/source.ts';

/**
 * How much history a window is folded from, and in which steps: several times the window, so that what was
 * opened before it has found its place, in a few thousand candles at most. Its start moves on in steps of `slideMs`, so
 * that meanwhile a fold goes on where it was.
 */
const plans: Readonly<
  Record<
    MapWindow,
    {
      readonly days: number;
      readonly timeframe: Timeframe;
      readonly windowDays?: number;
      readonly slideMs: number;
    }
  >
> = {
  '24h': { windowDays: 1, days: 4, timeframe: '5m', slideMs: hourMs / 4 },
  '7d': { windowDays: 7, days: 21, timeframe: '15m', slideMs: hourMs },
  '30d': { windowDays: 30, days: 60, timeframe: '1h', slideMs: hourMs },
  all: { days: 90, timeframe: '1h', slideMs: hourMs },
};

/** The last stretch, since the last coarse candle, comes in candles of this length. */
const fineTimeframe: Timeframe = '5m';
/** Of what was folded before, this much is read nevertheless: for what is measured over a day. */
const recentMs = dayMs + hourMs;
/** Tiers of contracts count as valued while the price has not moved by more than this factor. */
const farPrice = 1.1;
/** Rows of the last minutes may still come or be corrected: what is folded of them is folded again. */
const unsettledMs = hourMs / 2;

/** When a window began: at a full hour, the shortest at a quarter of one; undefined for all. */
export function windowStart(window: MapWindow, nowMs: number): number | undefined {
  const { windowDays } = plans[window];
  return windowDays === undefined ? undefined : slidTo(window, nowMs) - windowDays * dayMs;
}

/** Up to when a fold can be kept to go on from later: the close of a candle that nobody corrects any more. */
export function settledUntil(window: MapWindow, nowMs: number): number {
  const stepMs = timeframeMs[plans[window].timeframe];
  return Math.floor((nowMs - unsettledMs) / stepMs) * stepMs;
}

function slidTo(window: MapWindow, nowMs: number): number {
  const { slideMs } = plans[window];
  return Math.floor(nowMs / slideMs) * slideMs;
}

/** What is known of a market by its whole history. */
export type HistoryFacts = {
  /** Of the longest stretch of equal candles. */
  readonly candles: { readonly count: number; readonly stepMs: number; readonly fromMs: number };
  readonly marks: boolean;
  readonly openInterest: {
    readonly points: number;
    readonly fromMs: number;
    /** Without it, it is taken to have been always as it is now, so that no fold of it is right for long. */
    readonly history: boolean;
  };
  readonly fundingPoints?: number;
  /** See `core/atr.ts`. */
  readonly atrPct?: number;
  /** What a reader must know of these data; empty when they are complete. */
  readonly notes: readonly string[];
};

/** A fold of a market that was kept, to go on from. */
export type KeptFold = {
  /** By `BookFold.save`. */
  readonly saved: Uint8Array;
  /** Close of its last candle. */
  readonly closeMs: number;
  /** Of its window; undefined for all. */
  readonly windowStartMs: number | undefined;
  /** Fingerprint of the rules and weights it was made by. */
  readonly madeBy: string;
  /** The price its model was made for, USD, and the model while it is in memory. */
  readonly modelPriceUsd: number;
  readonly model?: BookModel;
  readonly facts: HistoryFacts;
  /** When the whole history was read last. */
  readonly wholeMs: number;
};

/** All that a book of one market is folded from. */
export type MarketHistory = {
  readonly market: Market;
  /** All of it, or what came since `before` and a day more. */
  readonly series: MarketSeries;
  readonly isWhole: boolean;
  /** What was folded already. */
  readonly before?: KeptFold;
  readonly rules: MarginRules;
  readonly price: PricePoint;
  readonly facts: HistoryFacts;
};

type HistoryRequest = {
  readonly window: MapWindow;
  readonly nowMs: number;
  /** Goes on from this fold, if it is of this window and was made by `madeBy` of the market's rules. */
  readonly before?: KeptFold | undefined;
  readonly madeBy?: (rules: MarginRules) => string;
};

/**
 * Asks a venue for one market's history up to now, as far as it is not folded already. Rejects with a short reason when
 * it cannot make a map.
 */
export async function fetchHistory(
  source: MarketSource,
  market: Market,
  { window, nowMs, before, madeBy }: HistoryRequest,
): Promise<MarketHistory> {
  const whole = { window, nowMs };
  if (!before || !isOfWindow(before, whole)) return fetchRange(source, market, whole);
  const { slideMs } = plans[window];
  const isDue = nowMs - before.wholeMs >= slideMs;
  const history = await fetchRange(source, market, isDue ? whole : { ...whole, before });
  if (madeBy?.(history.rules) === before.madeBy && !isOutgrown(before, history))
    return { ...history, before };
  return history.isWhole ? history : fetchRange(source, market, whole);
}

/** Its tiers are of contracts, and valued at a price that is far from that of now. */
function isOutgrown({ modelPriceUsd }: KeptFold, { rules, price }: MarketHistory): boolean {
  return (
    rules.capsInContracts !== undefined && Math.abs(Math.log(price.mark / modelPriceUsd)) > Math.log(farPrice)
  );
}

function isOfWindow(
  { windowStartMs, closeMs }: KeptFold,
  { window, nowMs }: Pick<HistoryRequest, 'window' | 'nowMs'>,
): boolean {
  const fromMs = slidTo(window, nowMs) - plans[window].days * dayMs;
  return windowStartMs === windowStart(window, nowMs) && closeMs > fromMs && closeMs <= nowMs;
}

async function fetchRange(
  source: MarketSource,
  market: Market,
  { window, nowMs, before }: HistoryRequest,
): Promise<MarketHistory> {
  const { days, timeframe } = plans[window];
  const wholeFromMs = slidTo(window, nowMs) - days * dayMs;
  const fromMs = before ? Math.max(wholeFromMs, Math.min(before.closeMs, nowMs - recentMs)) : wholeFromMs;
  const range = { fromMs, toMs: nowMs };
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
  const series = { segments, openInterest: openInterest.points, ...(funding && { funding }) };
  const notes = [
    ...openInterestNotes(openInterest, windowStart(window, nowMs)),
    ...(segments[0]?.marks ? [] : ['no mark candles']),
    ...(rules.asOfMs !== undefined
      ? [`margin tiers as of ${new Date(rules.asOfMs).toISOString().slice(0, 10)}`]
      : []),
  ];
  const facts = before?.facts ?? { ...factsOf(series, openInterest), notes };
  return { market, series, isWhole: before === undefined, rules, price, facts };
}

function factsOf(
  { segments, funding }: MarketSeries,
  { points, history }: OpenInterest,
): Omit<HistoryFacts, 'notes'> {
  const { candles, candleMs } = segments.reduce((longest, one) =>
    one.candles.length > longest.candles.length ? one : longest,
  );
  const atr = atrPct(candles, candleMs);
  return {
    candles: { count: candles.length, stepMs: candleMs, fromMs: candles[0]!.openMs },
    marks: segments.some(({ marks }) => marks !== undefined),
    openInterest: { points: points.length, fromMs: points[0]!.timeMs, history },
    ...(funding && { fundingPoints: funding.length }),
    ...(atr !== undefined && { atrPct: atr }),
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
