import { minuteMs } from '../../core/durations.ts';
import type { OpenInterestPoint } from '../../core/market-data.ts';
import type { Log } from '../../log.ts';
import type { Held } from '../../store/time-records.ts';
import { type Market, type MarketSource, type TimeRange, timeframeMs } from '../source.ts';
import { MarketSeries, type RecordStore } from './market-series.ts';
import { checked, closedCandles, pastSteps } from './needs.ts';
import { type Series, SeriesRecorder } from './series-recorder.ts';
import { StoreGuard } from './store-guard.ts';

/** No venue tells of open interest in finer steps. */
const openInterestStepMs = 5 * minuteMs;
/** Funding is settled on full hours, though not on every one. */
const fundingStepMs = 60 * minuteMs;
/** The open interest of the moment is written down no more often. */
const seenEveryMs = minuteMs;

export type RecordOptions = {
  readonly nowMs: () => number;
  /** See `Clock`; the system's unless told. */
  readonly steadyMs?: () => number;
  readonly log: Log;
};

/**
 * The same venue with a memory: what it has told of the past is written down, kept for longer than the venue keeps it,
 * and not asked for again. Where it has no history of open interest or of liquidations our own record is given, once
 * there is one. A store that fails is done without. Closing it closes the venue, not the store.
 */
export function recordingSource(
  source: MarketSource,
  store: RecordStore,
  options: RecordOptions,
): MarketSource {
  const { nowMs, steadyMs } = options;
  const venue = recordedVenue(source);
  const guard = new StoreGuard({ log: options.log.with({ venue }), nowMs });
  const recorder = new SeriesRecorder({ guard, nowMs, ...(steadyMs && { steadyMs }) });
  const series = new MarketSeries(source, store, venue);
  const seenMs = new Map<string, number>();

  /** Rows of moments rather than spans, within the range. */
  async function ask<Row extends { readonly timeMs: number }>(
    of: Series<Row>,
    range: TimeRange,
    stepMs: number,
  ) {
    const need = pastSteps(range, stepMs, nowMs());
    if (need.fromMs >= need.toMs) return [];
    const { fromMs, toMs } = checked(range);
    const rows = await recorder.ask(of, need);
    return rows?.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
  }

  async function writeSeen({ symbol }: Market, point: OpenInterestPoint): Promise<void> {
    if (point.timeMs - (seenMs.get(symbol) ?? 0) < seenEveryMs) return;
    await guard.attempt(async () => {
      await store.openInterest.write({ venue, symbol, from: 'seen' }, [point]);
      seenMs.set(symbol, point.timeMs);
    });
  }

  async function readSeen<Row>(read: (range: TimeRange) => Promise<Held<Row>>, range: TimeRange) {
    const held = await guard.attempt(() => read(checked(range)));
    return held && held.rows.length > 0 ? held.rows : undefined;
  }

  return {
    venue: source.venue,
    provenance: source.provenance,
    markets: () => source.markets(),
    marginRules: (market) => source.marginRules(market),
    price: (market) => source.price(market),
    orderBook: (market) => source.orderBook(market),
    close: () => source.close(),

    async candles(market, query) {
      const need = closedCandles(query, timeframeMs[query.timeframe], nowMs());
      return need.fromMs < need.toMs ? recorder.ask(series.candles(market, query), need) : [];
    },

    async openInterest(market) {
      const point = await source.openInterest(market);
      if (point) await writeSeen(market, point);
      return point;
    },

    async openInterestHistory(market, query) {
      const told = await ask(series.openInterest(market, query.timeframe), query, openInterestStepMs);
      const key = { venue, symbol: market.symbol, from: 'seen' } as const;
      return told ?? readSeen((range) => store.openInterest.read(key, range), query);
    },

    funding: (market, range) => ask(series.funding(market), range, fundingStepMs),

    async liquidations(market, range) {
      const told = await ask(series.liquidations(market), range, 1);
      const key = { venue, symbol: market.symbol, from: 'seen' } as const;
      return told ?? readSeen((checkedRange) => store.liquidations.read(key, checkedRange), range);
    },
  };
}

/** The name that a source's rows are kept under: what is made up never lies among what is real. */
export function recordedVenue({ venue, provenance }: Pick<MarketSource, 'venue' | 'provenance'>): string {
  return provenance === 'live' ? venue : `${provenance} ${venue}`;
}
