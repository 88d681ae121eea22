import type { Book, BookStep } from '../../src/core/book.ts';
import type { BookModel } from '../../src/core/book-model.ts';
import { splitFlows } from '../../src/core/flows.ts';
import type { Candle } from '../../src/core/market-data.ts';

/**
 * The book written the plain way, to check and to time the real one against: every cell is a size, every step
 * visits every cell, nothing is lazy. Prices are on the book's axis; bins of fixed relative width from -40 to +70 %.
 */
export class DenseBook {
  readonly centres: number[];
  /** [pair][class][bin] */
  readonly cells: Float64Array[][];
  readonly offsets: number[];
  /** [direction][class] */
  readonly never = [new Float64Array(2), new Float64Array(2)];
  readonly unknown = [new Float64Array(2), new Float64Array(2)];
  readonly #model: BookModel;
  readonly #edges: number[];
  #openInterest: number;
  #mark: number;
  #funding = 0;
  #placed = { entry: 1, funding: 0 };

  constructor(options: { model: BookModel; price: number; openInterest: number; fastShare: number }) {
    const { model, price, openInterest, fastShare } = options;
    this.#model = model;
    const anchor = model.contract === 'linear' ? price : 1 / price;
    this.#mark = anchor;
    this.#openInterest = openInterest;
    const step = Math.log(1.001);
    const half = Math.ceil(Math.log(1.7) / step);
    this.#edges = Array.from({ length: 2 * half + 1 }, (_, i) => anchor * Math.exp((i - half) * step));
    this.centres = Array.from({ length: 2 * half }, (_, i) => anchor * Math.exp((i - half + 0.5) * step));
    this.cells = Array.from(model.factors, () => [this.#row(), this.#row()]);
    this.offsets = Array.from(model.factors, () => 0);
    for (const side of this.unknown) side.set([openInterest * fastShare, openInterest * (1 - fastShare)]);
  }

  step({ openInterest = this.#openInterest, fundingRate = 0, ...prices }: BookStep): void {
    const candle = this.#onAxis(prices.candle);
    const mark = prices.mark ? this.#onAxis(prices.mark) : candle;
    const pairs = this.cells.length;
    this.#funding += fundingRate * this.#mark;
    for (let p = 0; p < pairs; p++) this.offsets[p] = this.#model.fundingShift[p]! * this.#funding;
    const crossed = [
      this.#removeCrossed(0, Math.min(this.#mark, mark.low)),
      this.#removeCrossed(1, Math.max(this.#mark, mark.high)),
    ];
    const split = splitFlows({
      volume: candle.volume,
      change: openInterest - this.#openInterest,
      openInterest: this.#openInterest,
      crossedA: crossed[0]!,
      crossedB: crossed[1]!,
      churn: this.#model.churn,
    });
    const legs = this.#legs(candle, mark);
    this.#place(candle);
    for (const direction of [0, 1]) {
      const opened = direction === 0 ? split.opensA : split.opensB;
      const closed = direction === 0 ? split.closesA : split.closesB;
      const survivors = this.#survivors(direction, legs);
      const surviving = sum(survivors.map((row, k) => this.#share(direction, k) * sum(row)));
      const kept = surviving + this.#model.neverShare[direction]!;
      const confirmed = crossed[direction]! * split.confirmedShare;
      const room = Math.max(0, closed - confirmed);
      const fresh = Math.min(room, (1 - kept) * opened);
      const left = this.#closeVoluntarily(direction, room - fresh);
      const entering = Math.max(0, opened - fresh + crossed[direction]! - confirmed - left);
      if (entering > 0) this.#enter(direction, entering / kept, survivors);
    }
    this.#openInterest = openInterest;
    this.#mark = mark.close;
  }

  level(pair: number, bin: number): number {
    return this.#model.factors[pair]! * this.centres[bin]! + this.offsets[pair]!;
  }

  size(direction: number): number {
    const pairs = this.#pairs(direction).flatMap((p) => this.cells[p]!.map(sum));
    return sum(pairs) + sum(this.never[direction]!) + sum(this.unknown[direction]!);
  }

  #onAxis(candle: Candle): Candle {
    if (this.#model.contract === 'linear') return candle;
    const { open, high, low, close } = candle;
    return { ...candle, open: 1 / open, high: 1 / low, low: 1 / high, close: 1 / close };
  }

  #row(): Float64Array {
    return new Float64Array(this.centres.length);
  }

  #pairs(direction: number): number[] {
    const buckets = this.cells.length / 2;
    return Array.from({ length: buckets }, (_, k) => direction * buckets + k);
  }

  #share(direction: number, bucket: number): number {
    return this.#model.shares[this.#pairs(direction)[bucket]!]!;
  }

  #removeCrossed(direction: number, price: number): number {
    let removed = 0;
    for (const p of this.#pairs(direction)) {
      for (const row of this.cells[p]!) {
        for (let bin = 0; bin < row.length; bin++) {
          const level = this.level(p, bin);
          if (direction === 0 ? level < price : level > price) continue;
          removed += row[bin]!;
          row[bin] = 0;
        }
      }
    }
    return removed;
  }

  /** Fraction of the candle's trades by leg and bin, with the extreme prices of the path after the leg. */
  #legs(candle: Candle, mark: Candle): { fractions: Float64Array; low: number; high: number }[] {
    const lowFirst = mark.open / mark.low <= mark.high / mark.open;
    const turns = (c: Candle) =>
      lowFirst ? [c.open, c.low, c.high, c.close] : [c.open, c.high, c.low, c.close];
    const path = turns(candle);
    const markPath = turns(mark);
    const length = sum([0, 1, 2].map((i) => Math.abs(Math.log(path[i + 1]! / path[i]!))));
    return [0, 1, 2].map((i) => {
      const rest = markPath.slice(i + 1);
      const fractions = this.#row();
      const low = Math.min(path[i]!, path[i + 1]!);
      const high = Math.max(path[i]!, path[i + 1]!);
      for (let bin = 0; bin < fractions.length; bin++) {
        const from = this.#edges[bin]!;
        const to = this.#edges[bin + 1]!;
        if (length === 0) fractions[bin] = i === 0 && low >= from && low < to ? 1 : 0;
        else fractions[bin] = Math.max(0, Math.log(Math.min(high, to) / Math.max(low, from))) / length;
      }
      return { fractions, low: Math.min(...rest), high: Math.max(...rest) };
    });
  }

  /** By bucket: fraction of opens by bin that the rest of the candle's path spares. */
  #survivors(
    direction: number,
    legs: { fractions: Float64Array; low: number; high: number }[],
  ): Float64Array[] {
    return this.#pairs(direction).map((p) => {
      const row = this.#row();
      for (const leg of legs) {
        const fractions = shifted(leg.fractions, this.#shift(p));
        for (let bin = 0; bin < row.length; bin++) {
          const level = this.level(p, bin);
          if (direction === 0 ? level < leg.low : level > leg.high) row[bin]! += fractions[bin]!;
        }
      }
      return row;
    });
  }

  /** What opens stands off its price by the same bins until that would misplace a level by a fifth of a bin. */
  #place({ low, high }: Candle): void {
    const entry = Math.sqrt(low * high);
    const moved = Math.abs(Math.log(entry / this.#placed.entry)) / Math.log(1.001);
    const near = moved * Math.abs(this.#funding / this.#placed.entry) <= 0.2;
    if (near && this.#placed.funding === this.#funding) return;
    this.#placed = { entry, funding: this.#funding };
  }

  /** Bins by which a fresh position stands off, so that it pays none of the funding of older ones. */
  #shift(pair: number): number {
    const { entry } = this.#placed;
    const level = this.#model.factors[pair]! * entry;
    const entered = level - this.#model.fundingShift[pair]! * this.#funding;
    return Math.log(entered / level) / Math.log(1.001);
  }

  #closeVoluntarily(direction: number, size: number): number {
    const standing = [0, 1].map((c) => this.#classSize(direction, c));
    const closing = Math.min(size, sum(standing));
    const keep = this.#keptShares(standing, closing);
    for (const c of [0, 1]) {
      for (const p of this.#pairs(direction)) scaleRow(this.cells[p]![c]!, keep[c]!);
      this.never[direction]![c]! *= keep[c]!;
      this.unknown[direction]![c]! *= keep[c]!;
    }
    return size - closing;
  }

  #classSize(direction: number, c: number): number {
    const cells = sum(this.#pairs(direction).map((p) => sum(this.cells[p]![c]!)));
    return cells + this.never[direction]![c]! + this.unknown[direction]![c]!;
  }

  /** Share that each class keeps, by bisection on the common hazard. */
  #keptShares([fast, slow]: number[], closing: number): [number, number] {
    const kept = (x: number): [number, number] => [Math.exp(-this.#model.fastHazardRatio * x), Math.exp(-x)];
    if (closing >= fast! + slow!) return [0, 0];
    let low = 0;
    let high = 1;
    const closed = (x: number) => fast! * (1 - kept(x)[0]) + slow! * (1 - kept(x)[1]);
    while (closed(high) < closing) high *= 2;
    for (let i = 0; i < 100; i++) {
      const middle = (low + high) / 2;
      if (closed(middle) < closing) low = middle;
      else high = middle;
    }
    return kept(high);
  }

  #enter(direction: number, opens: number, survivors: Float64Array[]): void {
    const { fastShares, neverShare, neverFastShare } = this.#model;
    for (const [k, p] of this.#pairs(direction).entries()) {
      const size = opens * this.#share(direction, k);
      addRow(this.cells[p]![0]!, survivors[k]!, size * fastShares[p]!);
      addRow(this.cells[p]![1]!, survivors[k]!, size * (1 - fastShares[p]!));
    }
    const never = opens * neverShare[direction]!;
    this.never[direction]![0]! += never * neverFastShare[direction]!;
    this.never[direction]![1]! += never * (1 - neverFastShare[direction]!);
  }
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function scaleRow(row: Float64Array, factor: number): void {
  for (let i = 0; i < row.length; i++) row[i]! *= factor;
}

function addRow(row: Float64Array, fractions: Float64Array, size: number): void {
  for (let i = 0; i < row.length; i++) row[i]! += fractions[i]! * size;
}

/** The row moved up by a number of bins, shared between two bins where that is no whole number. */
function shifted(row: Float64Array, bins: number): Float64Array {
  const whole = Math.floor(bins);
  const part = bins - whole;
  return row.map((_, i) => (row[i - whole] ?? 0) * (1 - part) + (row[i - whole - 1] ?? 0) * part);
}

/** The largest difference between the two at any level, as a size. */
export function worstDifference(book: Book, dense: DenseBook): number {
  const expected = denseSizes(dense, book.model.contract === 'linear' ? 'long' : 'short');
  const found = sizesByLevel(book);
  let worst = 0;
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    worst = Math.max(worst, Math.abs((expected.get(key) ?? 0) - (found.get(key) ?? 0)));
  }
  return worst;
}

/** Sizes by side, bucket and level, the level rounded far below the distance of two bins. */
function sizesByLevel(book: Book): Map<string, number> {
  const sizes = new Map<string, number>();
  const { contract } = book.model;
  book.visitLevels((side, bucket, low, high, size) => {
    const middle = contract === 'linear' ? (low + high) / 2 : (1 / low + 1 / high) / 2;
    sizes.set(`${side} ${bucket} ${middle.toPrecision(6)}`, size);
  });
  return sizes;
}

function denseSizes(dense: DenseBook, lowerSide: 'long' | 'short'): Map<string, number> {
  const upperSide = lowerSide === 'long' ? 'short' : 'long';
  const buckets = dense.cells.length / 2;
  const sizes = new Map<string, number>();
  // The middle between the levels of a bin's ends lies a little above the level of its middle in log price.
  const middle = Math.cosh(Math.log(1.001) / 2);
  for (const [p, [fast, slow]] of dense.cells.entries()) {
    for (let bin = 0; bin < dense.centres.length; bin++) {
      const size = fast![bin]! + slow![bin]!;
      const level = (dense.level(p, bin) - dense.offsets[p]!) * middle + dense.offsets[p]!;
      const side = p < buckets ? lowerSide : upperSide;
      if (size > 0) sizes.set(`${side} ${p % buckets} ${level.toPrecision(6)}`, size);
    }
  }
  return sizes;
}
