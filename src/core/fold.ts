import type { SideFlows, StepFlows } from './book.ts';
import { Book } from './book.ts';
import type { BookModel } from './book-model.ts';
import type { MarketSeries } from './series.ts';
import { SeriesReader } from './series.ts';

/** Mark of a folded book: what stands from before the first open interest is known, of unknown age. */
export const historyStart = 'history start';

/** Flows summed over the steps of a fold, sizes. */
export type FlowTotals = {
  readonly steps: number;
  readonly long: SideFlows;
  readonly short: SideFlows;
  readonly traced: number;
  readonly missingVolume: number;
};

/**
 * A book that follows a market's history. Candles from before the first open interest are folded with that
 * first open interest held constant, so that holders of unknown age get entries at the prices at which the
 * model's holding times let them have entered (cold start).
 */
export class BookFold {
  readonly book: Book;
  /** Close of the last folded candle. */
  closeMs: number | undefined;
  readonly #reader: SeriesReader;
  readonly #windowStarts: { readonly name: string; readonly startMs: number }[];
  #historyStartMs: number;
  readonly #flows = { steps: 0, long: noFlows(), short: noFlows(), traced: 0, missingVolume: 0 };

  /**
   * @param options `windowStarts`: moments to mark in the book, by name. Throws RangeError when there is no
   * candle or no open interest at all.
   */
  constructor(options: {
    readonly model: BookModel;
    readonly series: MarketSeries;
    readonly windowStarts?: readonly { readonly name: string; readonly startMs: number }[];
  }) {
    const { model, series, windowStarts = [] } = options;
    const first = series.segments.find(({ candles }) => candles.length > 0)?.candles[0];
    if (!first) throw new RangeError('no candles to fold');
    const known =
      series.openInterest.findLast(({ timeMs }) => timeMs <= first.openMs) ?? series.openInterest[0];
    if (!known) throw new RangeError('no open interest to fold');
    this.book = new Book({ model, price: first.open, openInterest: known.size });
    this.#reader = new SeriesReader(series);
    this.#historyStartMs = known.timeMs;
    this.#windowStarts = [...windowStarts].sort((a, b) => a.startMs - b.startMs);
  }

  /** Sums since the first open interest. */
  get flows(): FlowTotals {
    const { long, short, ...whole } = this.#flows;
    return { ...whole, long: { ...long }, short: { ...short } };
  }

  /** Folds every candle that closed at or before `timeMs`. */
  foldUntil(timeMs: number): void {
    for (let step = this.#reader.next(timeMs); step; step = this.#reader.next(timeMs)) {
      this.#markMoments(step.candle.openMs, step.closeMs);
      const flows = this.book.step(step);
      this.closeMs = step.closeMs;
      if (step.closeMs > this.#historyStartMs) this.#count(flows);
    }
  }

  #count({ long, short, traced, missingVolume }: StepFlows): void {
    const sums = this.#flows;
    sums.steps++;
    add(sums.long, long);
    add(sums.short, short);
    sums.traced += traced;
    sums.missingVolume += missingVolume;
  }

  #markMoments(openMs: number, closeMs: number): void {
    if (closeMs > this.#historyStartMs && !this.book.hasMark(historyStart)) this.book.mark(historyStart);
    while (this.#windowStarts[0] && openMs >= this.#windowStarts[0].startMs) {
      this.book.mark(this.#windowStarts.shift()!.name);
    }
  }
}

type SideSums = { -readonly [Field in keyof SideFlows]: SideFlows[Field] };

function noFlows(): SideSums {
  return { opened: 0, closed: 0, liquidated: 0, unconfirmed: 0 };
}

/** In place: a fold of a month adds tens of thousands of times. */
function add(sums: SideSums, step: SideFlows): void {
  sums.opened += step.opened;
  sums.closed += step.closed;
  sums.liquidated += step.liquidated;
  sums.unconfirmed += step.unconfirmed;
}
