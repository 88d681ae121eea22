import { createHash } from 'node:crypto';
import type { Book } from './core/book.ts';
import { bookModel } from './core/book-model.ts';
import type { MapPart } from './core/build-map.ts';
import { sizeUsd } from './core/build-map.ts';
import { dayMs } from './core/durations.ts';
import { BookFold, foldVersion } from './core/fold.ts';
import type { MapWindow, VenueStatus } from './core/liquidation-map.ts';
import type { MarginRules, OrderBook } from './core/market-data.ts';
import type { OpeningWeights } from './core/weights.ts';
import type { KeptFold, MarketHistory } from './market-history.ts';
import { lastCloseMs, settledUntil, windowStart } from './market-history.ts';

const fundingPeriodMs = dayMs / 3;

/** One market folded into a book, ready to be drawn. */
export type FoldedPart = MapPart & {
  readonly history: MarketHistory;
  readonly weights: OpeningWeights;
  readonly openInterestUsd: number;
  /** Resting orders now, where the venue told them. */
  readonly orderBook?: OrderBook | undefined;
};

type FoldRequest = {
  readonly window: MapWindow;
  readonly nowMs: number;
  readonly weights: OpeningWeights;
  /** Given the fold as far as it is settled, when that is farther than it was before. */
  readonly keep?: (kept: KeptFold) => void;
};

/** Folds a market's history, or what came since it was folded last, up to its mark price now. */
export function foldPart(history: MarketHistory, request: FoldRequest): FoldedPart {
  const { market, price } = history;
  const { window, nowMs, keep } = request;
  const started = startFold(history, request);
  const { fold } = started;
  if (keep && history.facts.openInterest.history) {
    fold.foldUntil(settledUntil(window, nowMs));
    const kept = keptFold(history, request, started);
    if (kept) keep(kept);
  }
  fold.foldUntil(nowMs);
  moveTo(fold.book, price.mark, nowMs);
  return {
    history,
    weights: request.weights,
    venue: market.venue,
    book: fold.book,
    markUsd: price.mark,
    openInterestUsd: sizeUsd(market.contract, fold.book.openInterest, price.mark),
  };
}

/** What a fold must have been made by to be gone on from. */
export function fingerprintOf(rules: MarginRules, weights: OpeningWeights): string {
  return createHash('sha256')
    .update(JSON.stringify([foldVersion, rules.capsInContracts ? unvalued(rules) : rules, weights]))
    .digest('hex')
    .slice(0, 32);
}

type Started = { readonly fold: BookFold } & Pick<KeptFold, 'modelPriceUsd' | 'windowStartMs'>;

function startFold(
  { market, series, rules, price, before, isWhole }: MarketHistory,
  request: FoldRequest,
): Started {
  const { window, nowMs, weights } = request;
  const modelOf = (modelPriceUsd: number) =>
    bookModel({ contract: market.contract, rules, weights, price: modelPriceUsd });
  if (before) {
    try {
      const { saved, modelPriceUsd, windowStartMs, model = modelOf(modelPriceUsd) } = before;
      const fold = new BookFold({ model, series, saved });
      return { fold, modelPriceUsd, windowStartMs };
    } catch (error) {
      // What was kept on a disk may be spoilt; then it is folded anew.
      if (!(error instanceof RangeError && isWhole)) throw error;
    }
  }
  const startMs = windowStart(window, nowMs);
  const windowStarts = startMs === undefined ? [] : [{ name: window, startMs }];
  const fold = new BookFold({ model: modelOf(price.mark), series, windowStarts });
  return { fold, modelPriceUsd: price.mark, windowStartMs: startMs };
}

function keptFold(
  { before, isWhole, rules, facts }: MarketHistory,
  { nowMs, weights }: FoldRequest,
  { fold, modelPriceUsd, windowStartMs }: Started,
): KeptFold | undefined {
  const { closeMs } = fold;
  if (closeMs === undefined || (closeMs === before?.closeMs && !isWhole)) return undefined;
  return {
    saved: fold.save(),
    closeMs,
    windowStartMs,
    madeBy: fingerprintOf(rules, weights),
    modelPriceUsd,
    model: fold.book.model,
    facts,
    wholeMs: isWhole ? nowMs : (before?.wholeMs ?? nowMs),
  };
}

/** Without what a price of now has part in. */
function unvalued({ tiers, ...rules }: MarginRules) {
  const rates = tiers.map(({ maintenanceRate, maxLeverage }) => [maintenanceRate, maxLeverage]);
  return { ...rules, rates };
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
  const { market, price, facts } = history;
  return {
    venue: market.venue,
    market: market.symbol,
    included: true,
    dataAgeMs: Math.max(0, nowMs - Math.min(lastCloseMs(history), price.timeMs)),
    openInterestUsd,
    ...(facts.notes.length > 0 && { note: facts.notes.join('; ') }),
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
