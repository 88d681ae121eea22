import type { Candle } from '../../../src/core/market-data.ts';
import { floorTo, mergeCandles, type WorldMarket } from './world.ts';

/** A request as a venue sees it. */
export type VenueRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type Answer = {
  readonly status: number;
  /** Sent as JSON unless it is a `text`. */
  readonly json?: unknown;
  readonly text?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What a venue knows at the moment of the request: its markets up to its clock, and no further. */
export type VenueView = {
  readonly nowMs: number;
  /** Step of the base candles. */
  readonly stepMs: number;
  readonly markets: readonly WorldMarket[];
  find(id: string): WorldMarket | undefined;
};

export type Venue = (request: VenueRequest, view: VenueView) => Answer | undefined;

export function ok(json: unknown): Answer {
  return { status: 200, json };
}

/** Thrown by a handler deep in its work; the venue's refusal, already in its own form. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super('refused');
    this.answer = answer;
  }
}

export type CandleRange = {
  readonly price: 'last' | 'mark';
  readonly stepMs: number;
  /** Opening times, both ends included. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Shift of the opening times, for venues whose days begin at another hour. */
  readonly offsetMs?: number;
};

/** Candles that open within the range up to now, the one in progress included, ascending. */
export function candlesSoFar(view: VenueView, market: WorldMarket, range: CandleRange): readonly Candle[] {
  const { stepMs, offsetMs = 0 } = range;
  const firstMs = floorTo(Math.max(range.fromMs, market.listedMs) + stepMs - 1, stepMs, offsetMs);
  const endMs = Math.min(floorTo(range.toMs, stepMs, offsetMs) + stepMs, view.nowMs + 1);
  if (!(firstMs < endMs)) return [];
  const base = market.series.candles(range.price, { fromMs: firstMs, toMs: endMs });
  return mergeCandles(
    base.map((candle) => upTo(candle, view)),
    stepMs,
    offsetMs,
  );
}

/** The part of a base candle that had been traded by now. */
function upTo(candle: Candle, view: VenueView): Candle {
  const share = (view.nowMs - candle.openMs) / view.stepMs;
  if (share >= 1) return candle;
  const part = (price: number) => candle.open + (price - candle.open) * share;
  return {
    openMs: candle.openMs,
    open: candle.open,
    high: part(candle.high),
    low: part(candle.low),
    close: part(candle.close),
    volume: candle.volume * share,
  };
}

/** Whether a candle had closed by now. */
export function isClosed(candle: Candle, stepMs: number, view: VenueView): boolean {
  return candle.openMs + stepMs <= view.nowMs;
}

/** Times of a grid within the range (both ends included), not before listing and not after now, ascending. */
export function gridTimes(
  view: VenueView,
  market: WorldMarket,
  grid: {
    readonly stepMs: number;
    readonly fromMs: number;
    readonly toMs: number;
    readonly offsetMs?: number;
  },
): readonly number[] {
  const { stepMs, offsetMs = 0 } = grid;
  const firstMs = floorTo(Math.max(grid.fromMs, market.listedMs) + stepMs - 1, stepMs, offsetMs);
  const lastMs = floorTo(Math.min(grid.toMs, view.nowMs), stepMs, offsetMs);
  const count = Math.max(0, Math.floor((lastMs - firstMs) / stepMs) + 1);
  return Array.from({ length: count }, (_, index) => firstMs + index * stepMs);
}

/** Funding settlements within the range, ascending; none for dated futures. */
export function fundingTimes(
  view: VenueView,
  market: WorldMarket,
  range: { readonly fromMs: number; readonly toMs: number },
): readonly number[] {
  if (market.fundingIntervalMs === undefined) return [];
  return gridTimes(view, market, { ...range, stepMs: market.fundingIntervalMs });
}

/** Volume, highest, lowest, first and last price of the day before now. */
export function dayOf(view: VenueView, market: WorldMarket): Candle {
  const candles = candlesSoFar(view, market, {
    price: 'last',
    stepMs: view.stepMs,
    fromMs: view.nowMs - 86_400_000,
    toMs: view.nowMs,
  });
  const merged = mergeCandles(
    candles.map((candle) => ({ ...candle, openMs: 0 })),
    1,
  )[0];
  if (merged === undefined)
    throw new RangeError(`no candles of ${market.id} in the day before ${view.nowMs}`);
  return merged;
}
