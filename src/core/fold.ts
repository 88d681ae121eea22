import type { SideFlows, StepFlows } from './book.ts';
import { Book } from './book.ts';
import type { BookModel } from './book-model.ts';
import { TapeReader, TapeWriter } from './number-tape.ts';
import type { MarketSeries } from './series.ts';
import { SeriesReader } from './series.ts';

/** Mark of a folded book: what stands from before the first open interest is known, of unknown age. */
export const historyStart = 'history start';

/**
 * Of what `BookFold.save` writes and of the rules by which a book is folded. It goes up whenever the same candles would
 * make another book, so that none that was kept is folded on by rules it was not made by.
 */
export const foldVersion = 1;

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
  readonly #windowStarts: WindowStart[];
  readonly #historyStartMs: number;
  readonly #flows: FlowSums;

  /**
   * @param options `windowStarts`: moments to mark in the book, by name. `saved`: what another fold of this model has
   * saved; this one goes on from there, with its moments, and passes over the candles it has folded. Throws RangeError
   * when there is no candle or no open interest at all to begin with, and when nothing like it was ever saved.
   */
  constructor(options: {
    readonly model: BookModel;
    readonly series: MarketSeries;
    readonly windowStarts?: readonly WindowStart[];
    readonly saved?: Uint8Array;
  }) {
    const start = options.saved ? loaded(options.saved, options.model) : begun(options);
    this.book = start.book;
    this.closeMs = start.closeMs;
    this.#reader = new SeriesReader(options.series, start.closeMs);
    this.#historyStartMs = start.historyStartMs;
    this.#windowStarts = start.windowStarts.toSorted((a, b) => a.startMs - b.startMs);
    this.#flows = start.flows;
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

  /** All that it is but its model and series, to go on from later. */
  save(): Uint8Array {
    const tape = new TapeWriter();
    const { steps, traced, missingVolume, long, short } = this.#flows;
    tape.put(foldVersion, this.closeMs ?? Number.NaN, this.#historyStartMs, steps, traced, missingVolume);
    for (const side of [long, short]) tape.put(...sideFields.map((field) => side[field]));
    tape.put(this.#windowStarts.length);
    for (const { name, startMs } of this.#windowStarts) {
      tape.put(startMs);
      tape.putText(name);
    }
    this.book.save(tape);
    return tape.bytes();
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

/** A moment to mark in the book. */
export type WindowStart = { readonly name: string; readonly startMs: number };

type SideSums = { -readonly [Field in keyof SideFlows]: SideFlows[Field] };
type FlowSums = { steps: number; long: SideSums; short: SideSums; traced: number; missingVolume: number };

const sideFields = ['opened', 'closed', 'liquidated', 'unconfirmed'] as const;
/** Nobody marks so many moments: a tape that says so is spoilt. */
const mostWindows = 100;

type Start = {
  readonly book: Book;
  readonly closeMs: number | undefined;
  readonly historyStartMs: number;
  readonly windowStarts: readonly WindowStart[];
  readonly flows: FlowSums;
};

function begun(options: {
  readonly model: BookModel;
  readonly series: MarketSeries;
  readonly windowStarts?: readonly WindowStart[];
}): Start {
  const { model, series, windowStarts = [] } = options;
  const first = series.segments.find(({ candles }) => candles.length > 0)?.candles[0];
  if (!first) throw new RangeError('no candles to fold');
  const known =
    series.openInterest.findLast(({ timeMs }) => timeMs <= first.openMs) ?? series.openInterest[0];
  if (!known) throw new RangeError('no open interest to fold');
  const book = new Book({ model, price: first.open, openInterest: known.size });
  const flows = { steps: 0, long: noFlows(), short: noFlows(), traced: 0, missingVolume: 0 };
  return { book, closeMs: undefined, historyStartMs: known.timeMs, windowStarts, flows };
}

function loaded(saved: Uint8Array, model: BookModel): Start {
  const tape = new TapeReader(saved);
  const version = tape.next();
  if (version !== foldVersion) throw new RangeError(`a fold of version ${version}, not ${foldVersion}`);
  const closeMs = tape.next();
  const historyStartMs = tape.next();
  const [steps, traced, missingVolume] = [tape.next(), tape.next(), tape.next()];
  const sums = (): SideSums => {
    const [opened, closed, liquidated, unconfirmed] = [tape.next(), tape.next(), tape.next(), tape.next()];
    return { opened, closed, liquidated, unconfirmed };
  };
  const flows = { steps, long: sums(), short: sums(), traced, missingVolume };
  const windowStarts = Array.from({ length: tape.nextCount(mostWindows) }, () => {
    const startMs = tape.next();
    return { name: tape.nextText(), startMs };
  });
  // What it begins with is written over.
  const book = new Book({ model, price: 1, openInterest: 0 });
  book.load(tape);
  tape.end();
  return { book, closeMs: Number.isNaN(closeMs) ? undefined : closeMs, historyStartMs, windowStarts, flows };
}

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
