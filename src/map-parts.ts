import type { Book } from './core/book.ts';
import { bookModel } from './core/book-model.ts';
import type { MapPart } from './core/build-map.ts';
import { sizeUsd } from './core/build-map.ts';
import { BookFold } from './core/fold.ts';
import type { MapWindow, VenueStatus } from './core/liquidation-map.ts';
import type { OrderBook } from './core/market-data.ts';
import type { OpeningWeights } from './core/weights.ts';
import type { MarketHistory } from './market-history.ts';
import { lastCloseMs, windowStart } from './market-history.ts';

const dayMs = 86_400_000;
const fundingPeriodMs = dayMs / 3;

/** One market folded into a book, ready to be drawn. */
export type FoldedPart = MapPart & {
  readonly history: MarketHistory;
  readonly openInterestUsd: number;
  /** Resting orders now, where the venue told them. */
  readonly orderBook?: OrderBook | undefined;
};

/** Folds a market's history up to its mark price now. */
export function foldPart(
  history: MarketHistory,
  request: { readonly window: MapWindow; readonly nowMs: number; readonly weights: OpeningWeights },
): FoldedPart {
  const { market, series, rules, price } = history;
  const { window, nowMs, weights } = request;
  const startMs = windowStart(window, nowMs);
  const model = bookModel({ contract: market.contract, rules, weights, price: price.mark });
  const windowStarts = startMs === undefined ? [] : [{ name: window, startMs }];
  const fold = new BookFold({ model, series, windowStarts });
  fold.foldUntil(nowMs);
  moveTo(fold.book, price.mark, nowMs);
  return {
    history,
    venue: market.venue,
    book: fold.book,
    markUsd: price.mark,
    openInterestUsd: sizeUsd(market.contract, fold.book.openInterest, price.mark),
  };
}

/** What the mark price has crossed since the last candle closed is not there any more. */
export function moveTo(book: Book, mark: number, nowMs: number): void {
  const open = book.markPrice;
  const candle = {
    openMs: nowMs,
    open,
    high: Math.max(open, mark),
    low: Math.min(open, mark),
    close: mark,
    volume: 0,
  };
  book.step({ candle });
}

/** How a market that is in the map is named in it. */
export function includedStatus({ history, openInterestUsd }: FoldedPart, nowMs: number): VenueStatus {
  const { market, price, notes } = history;
  return {
    venue: market.venue,
    market: market.symbol,
    included: true,
    dataAgeMs: Math.max(0, nowMs - Math.min(lastCloseMs(history), price.timeMs)),
    openInterestUsd,
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
}

/** Change of open interest over 24 hours, in %, of the markets that have a history of it. */
export function openInterestChangePct(parts: readonly FoldedPart[], nowMs: number): number | undefined {
  let now = 0;
  let before = 0;
  for (const { history, book, markUsd } of parts) {
    const { contract } = history.market;
    const earlier = history.series.openInterest.findLast(({ timeMs }) => timeMs <= nowMs - dayMs);
    if (!earlier || history.series.openInterest.length < 2) continue;
    now += sizeUsd(contract, book.openInterest, markUsd);
    before += sizeUsd(contract, earlier.size, markUsd);
  }
  return before > 0 ? (now / before - 1) * 100 : undefined;
}

/** Funding of the last 8 hours, weighted by open interest, as a fraction. */
export function fundingPer8h(parts: readonly FoldedPart[], nowMs: number): number | undefined {
  let weighted = 0;
  let weight = 0;
  for (const { history, openInterestUsd } of parts) {
    const recent = history.series.funding?.filter(
      ({ timeMs }) => timeMs > nowMs - fundingPeriodMs && timeMs <= nowMs,
    );
    if (!recent || recent.length === 0) continue;
    weighted += openInterestUsd * recent.reduce((sum, { rate }) => sum + rate, 0);
    weight += openInterestUsd;
  }
  return weight > 0 ? weighted / weight : undefined;
}
