import { atrPct } from './core/atr.ts';
import type { Book } from './core/book.ts';
import { buildMap } from './core/build-map.ts';
import { identifyClusters } from './core/cluster-identity.ts';
import { findClusters } from './core/clusters.ts';
import { dayMs } from './core/durations.ts';
import type { BookFold, FlowTotals } from './core/fold.ts';
import type { Cluster, LiquidationMap } from './core/liquidation-map.ts';
import type { Candle } from './core/market-data.ts';
import { type ReplayInput, recordedMarket } from './recorded-market.ts';

export type ReplayFrame = {
  readonly timeMs: number;
  /** Close of the last candle that had closed, and how long before `timeMs` that was. */
  readonly mark: number;
  readonly markAgeMs: number;
  /** Factor on the volume of the last candle. */
  readonly volumeScale: number;
  readonly map: LiquidationMap;
  /** As it stands at `timeMs`; moves on with the next time asked. */
  readonly book: Book;
  readonly clusters: readonly Cluster[];
  /** Sizes since the first open interest. */
  readonly flows: FlowTotals;
};

/** The average true range looks at 14 days and the close before them. */
const atrSpanMs = 15 * dayMs;

/**
 * A recorded market that can be asked for its map at any moment, moving forwards only. A map uses candles that
 * had closed and rows stamped at or before its time.
 */
export class Replay {
  readonly candleMs: number;
  readonly #scales: readonly number[];
  readonly #input: ReplayInput;
  readonly #candles: readonly Candle[];
  readonly #fold: BookFold;
  #closed = 0;
  #clusters: readonly Cluster[] = [];

  /** Throws UserError when the recorded rows do not overlap in time. */
  constructor(input: ReplayInput) {
    this.#input = input;
    const { candleMs, candles, scales, newFold } = recordedMarket(input);
    this.candleMs = candleMs;
    this.#candles = candles;
    this.#scales = scales;
    this.#fold = newFold();
  }

  /** Factor on the volume of the very last candle. */
  get lastScale(): number {
    return this.#scales.at(-1)!;
  }

  /** The map at a time, or the reason why there is none. Times must be asked in ascending order. */
  at(timeMs: number): ReplayFrame | { readonly timeMs: number; readonly reason: string } {
    const known = this.#input.openInterest[0]!;
    if (timeMs < known.timeMs)
      return { timeMs, reason: 'no open interest is stamped at or before this time' };
    this.#fold.foldUntil(timeMs);
    const closeMs = this.#fold.closeMs;
    if (closeMs === undefined) return { timeMs, reason: 'no candle had closed at this time' };
    while (this.#candles[this.#closed] && this.#candles[this.#closed]!.openMs + this.candleMs <= timeMs)
      this.#closed++;
    const mark = this.#fold.book.markPrice;
    const map = this.#map(timeMs, closeMs);
    this.#clusters = identifyClusters(this.#clusters, findClusters(map), timeMs);
    return {
      timeMs,
      mark,
      markAgeMs: timeMs - closeMs,
      volumeScale: this.#scales[this.#closed - 1]!,
      map,
      book: this.#fold.book,
      clusters: this.#clusters,
      flows: this.#fold.flows,
    };
  }

  #map(timeMs: number, closeMs: number): LiquidationMap {
    const { coin, venue } = this.#input;
    const { book } = this.#fold;
    const recent = this.#candles.slice(
      Math.max(0, this.#closed - Math.ceil(atrSpanMs / this.candleMs)),
      this.#closed,
    );
    const atr = atrPct(recent, this.candleMs);
    const change = this.#openInterestChange(closeMs);
    const funding = this.#fundingPer8h(closeMs);
    const { uncertainty } = this.#input.weights;
    return buildMap({
      ...(uncertainty && { uncertainty }),
      symbol: coin,
      timeMs,
      provenance: 'recorded',
      window: 'all',
      parts: [{ venue, book, markUsd: book.markPrice }],
      venues: [
        {
          venue,
          market: `${coin} (recorded)`,
          included: true,
          dataAgeMs: timeMs - closeMs,
          // The candle that runs at this moment closes within its own length; anything older is missing.
          ...(timeMs - closeMs > this.candleMs && { stale: true as const }),
          openInterestUsd: book.openInterest * book.markPrice,
          ...(this.#input.borrowed && { note: 'candles borrowed from another venue' }),
        },
      ],
      ...(atr !== undefined && { atrPct: atr }),
      ...(change !== undefined && { openInterestChange24hPct: change }),
      ...(funding !== undefined && { fundingRate8h: funding }),
    });
  }

  #openInterestChange(closeMs: number): number | undefined {
    const points = this.#input.openInterest;
    const before = points.findLast((point) => point.timeMs <= closeMs - dayMs);
    return before && before.size > 0 ? (this.#fold.book.openInterest / before.size - 1) * 100 : undefined;
  }

  /** What was paid in the last 8 hours, however many payments that was. */
  #fundingPer8h(closeMs: number): number | undefined {
    const recent = this.#input.funding?.filter(
      (point) => point.timeMs <= closeMs && point.timeMs > closeMs - dayMs / 3,
    );
    return recent && recent.length > 0 ? recent.reduce((sum, { rate }) => sum + rate, 0) : undefined;
  }
}
