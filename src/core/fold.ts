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
  #flows = noFlows;

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
    return this.#flows;
  }

  /** Folds every candle that closed at or before `timeMs`. */
  foldUntil(timeMs: number): void {
    for (let step = this.#reader.next(timeMs); step; step = this.#reader.next(timeMs)) {
      this.#markMoments(step.candle.openMs, step.closeMs);
      const flows = this.book.step(step);
      this.closeMs = step.closeMs;
      if (step.closeMs > this.#historyStartMs) this.#flows = addFlows(this.#flows, flows);
    }
  }

  #markMoments(openMs: number, closeMs: number): void {
    if (closeMs > this.#historyStartMs && !this.book.hasMark(historyStart)) this.book.mark(historyStart);
    while (this.#windowStarts[0] && openMs >= this.#windowStarts[0].startMs) {
      this.book.mark(this.#windowStarts.shift()!.name);
    }
  }
}

const noSideFlows: SideFlows = { opened: 0, closed: 0, liquidated: 0, unconfirmed: 0 };
const noFlows: FlowTotals = { steps: 0, long: noSideFlows, short: noSideFlows, traced: 0, missingVolume: 0 };

function addFlows(sum: FlowTotals, step: StepFlows): FlowTotals {
  return {
    steps: sum.steps + 1,
    long: addSide(sum.long, step.long),
    short: addSide(sum.short, step.short),
    traced: sum.traced + step.traced,
    missingVolume: sum.missingVolume + step.missingVolume,
  };
}

function addSide(a: SideFlows, b: SideFlows): SideFlows {
  return {
    opened: a.opened + b.opened,
    closed: a.closed + b.closed,
    liquidated: a.liquidated + b.liquidated,
    unconfirmed: a.unconfirmed + b.unconfirmed,
  };
}
