import { atrPct } from './core/atr.ts';
import type { Book } from './core/book.ts';
import { bookModel } from './core/book-model.ts';
import type { ScaledCandles } from './core/borrowed-volume.ts';
import { scaleBorrowedVolume } from './core/borrowed-volume.ts';
import { buildMap } from './core/build-map.ts';
import { identifyClusters } from './core/cluster-identity.ts';
import { findClusters } from './core/clusters.ts';
import type { FlowTotals } from './core/fold.ts';
import { BookFold } from './core/fold.ts';
import type { Cluster, LiquidationMap } from './core/liquidation-map.ts';
import type { Candle, FundingPoint, MarginRules, OpenInterestPoint } from './core/market-data.ts';
import type { OpeningWeights } from './core/weights.ts';
import { UserError } from './errors.ts';

export type ReplayInput = {
  readonly coin: string;
  readonly venue: string;
  /** Ascending, traded prices; of another venue when `borrowed`. */
  readonly candles: readonly Candle[];
  readonly borrowed: boolean;
  /** Fixed factor on the candles' volume instead of the ratio of open interest. */
  readonly volumeScale?: number;
  /** Base units. */
  readonly openInterest: readonly OpenInterestPoint[];
  /** Of the venue the candles are borrowed from, base units. */
  readonly candleOpenInterest?: readonly OpenInterestPoint[];
  readonly funding?: readonly FundingPoint[];
  readonly rules: MarginRules;
  readonly weights: OpeningWeights;
};

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

const dayMs = 86_400_000;
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
    this.candleMs = candleLength(input.candles);
    const { candles, scales } = ownVolume(input, this.candleMs);
    this.#candles = candles;
    this.#scales = scales;
    const first = candles[0]!;
    const last = candles.at(-1)!;
    const known = input.openInterest[0];
    if (!known || known.timeMs > last.openMs + this.candleMs) {
      throw new UserError(
        `The open interest of ${input.coin} begins after the last candle. Give files of the same span.`,
      );
    }
    const model = bookModel({
      contract: 'linear',
      rules: input.rules,
      weights: input.weights,
      price: first.open,
    });
    this.#fold = new BookFold({
      model,
      series: {
        segments: [{ candles, candleMs: this.candleMs }],
        openInterest: input.openInterest,
        ...(input.funding && { funding: input.funding }),
      },
    });
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

function ownVolume(input: ReplayInput, candleMs: number): ScaledCandles {
  const { candles, volumeScale, borrowed, openInterest, candleOpenInterest } = input;
  if (volumeScale !== undefined) {
    return {
      candles: candles.map((c) => ({ ...c, volume: c.volume * volumeScale })),
      scales: candles.map(() => volumeScale),
    };
  }
  if (!borrowed) return { candles, scales: candles.map(() => 1) };
  return scaleBorrowedVolume({
    candles,
    candleMs,
    openInterest,
    ...(candleOpenInterest && { candleOpenInterest }),
  });
}

/** The shortest gap between candles; holes in a record only make longer ones. */
function candleLength(candles: readonly Candle[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < candles.length; i++) {
    shortest = Math.min(shortest, candles[i]!.openMs - candles[i - 1]!.openMs);
  }
  if (!Number.isFinite(shortest))
    throw new UserError('A single candle does not tell its own length. Give at least two.');
  return shortest;
}

/** Open interest in USD, divided by the close of the last candle that had closed when it was stamped. */
export function inBaseUnits(
  points: readonly { readonly timeMs: number; readonly usd: number }[],
  candles: readonly Candle[],
): OpenInterestPoint[] {
  const candleMs = candleLength(candles);
  let closed = 0;
  return points.flatMap(({ timeMs, usd }) => {
    while (candles[closed] && candles[closed]!.openMs + candleMs <= timeMs) closed++;
    const price = candles[closed - 1]?.close;
    return price === undefined ? [] : [{ timeMs, size: usd / price }];
  });
}
