import type { Direction } from './book-layer.ts';
import { BookLayer, directions, lower, upper } from './book-layer.ts';
import type { BookModel } from './book-model.ts';
import { directionOf, restingFastShare } from './book-model.ts';
import type { AxisCandle } from './candle-path.ts';
import { reciprocal, restOfPath, visitsLowFirst } from './candle-path.ts';
import { EntryGrid } from './entry-grid.ts';
import { EntrySpread } from './entry-spread.ts';
import { splitFlows } from './flows.ts';
import { closedByFast } from './holding.ts';
import type { Candle, Side } from './market-data.ts';

/** One closed candle with what happened to open interest and funding in it. */
export type BookStep = {
  /** Traded prices and size. */
  readonly candle: Candle;
  /** Mark prices of the same span, which decide over liquidation; the traded ones where there are none. */
  readonly mark?: Candle;
  /** One-sided open interest at the candle's close, as a size; unchanged when undefined. */
  readonly openInterest?: number;
  /** Funding rate paid by longs to shorts at the start of the candle. */
  readonly fundingRate?: number;
};

/** Sizes of one step on one side. opened - closed = change of open interest; closed includes liquidated. */
export type SideFlows = {
  readonly opened: number;
  readonly closed: number;
  readonly liquidated: number;
  /** Crossed, but more than volume can account for: re-entered at traded prices. */
  readonly unconfirmed: number;
};

export type StepFlows = {
  readonly long: SideFlows;
  readonly short: SideFlows;
  /** Volume that left a trace; the rest of the candle's volume is churn. */
  readonly traced: number;
  /** Change of open interest beyond the candle's volume; 0 in sound data. */
  readonly missingVolume: number;
};

/** Size of one side: at known levels, out of reach of any price, and at levels nobody knows. */
export type SideTotals = { readonly levels: number; readonly never: number; readonly unknown: number };

/** `size` of one side and leverage whose liquidation prices (USD) lie between low and high. */
export type LevelVisitor = (side: Side, bucket: number, low: number, high: number, size: number) => void;

/** A lazy scale factor this small is folded into the cells, long before it underflows. */
const smallestScale = 1e-100;
/** When less than this share of opens survives its own candle, what must enter has no level to go to. */
const leastSurvivors = 1e-9;

/** What stood at a marked moment and is still open: loses mass as the book does, never gains any. */
type Standing = { readonly layer: BookLayer; readonly never: Float64Array; readonly unknown: Float64Array };

/**
 * Open interest of one venue market as a density over liquidation price (docs/model.md). After every step
 * the mass of each side, over all ages, equals the open interest, and no mass lies at a level that the mark
 * price has crossed since it was built.
 *
 * Arrays of four are by direction x 2 + holding class (0 fast, 1 slow).
 */
export class Book {
  readonly model: BookModel;
  readonly #grid: EntryGrid;
  readonly #offsets: Float64Array;
  readonly #now: Standing;
  readonly #marked = new Map<string, Standing>();
  /** Stored mass x scale = size. */
  readonly #scales = new Float64Array(4).fill(1);
  readonly #sizes = new Float64Array(4);
  readonly #spread = new EntrySpread();
  /** By direction: size of opens that, spread like opens, leaves what must enter as survivors. */
  readonly #entering = new Float64Array(2);
  /** By pair: share of its opens that the rest of the candle's own path crosses. */
  readonly #clipped: Float64Array;
  /** By pair and class: stored mass that enters, before it is spread over bins. */
  readonly #amounts: Float64Array;
  readonly #removed = new Float64Array(2);
  #openInterest: number;
  #markX: number;

  /**
   * Starts with open interest (size) at unknown levels, at a mark price in USD. `relativeWidth` is that of
   * an entry bin. Throws RangeError on a price that is not > 0 or an open interest that is not >= 0.
   */
  constructor(options: {
    readonly model: BookModel;
    readonly price: number;
    readonly openInterest: number;
    readonly relativeWidth?: number;
  }) {
    const { model, openInterest, relativeWidth = 0.001 } = options;
    this.model = model;
    this.#markX = model.contract === 'linear' ? options.price : 1 / options.price;
    this.#openInterest = requireSize('open interest', openInterest);
    this.#grid = new EntryGrid({ anchor: this.#markX, relativeWidth });
    const pairs = model.factors.length;
    this.#offsets = new Float64Array(pairs);
    this.#amounts = new Float64Array(pairs * 2);
    this.#clipped = new Float64Array(pairs);
    const layer = new BookLayer(this.#grid, { factors: model.factors, offsets: this.#offsets });
    this.#now = { layer, never: new Float64Array(4), unknown: new Float64Array(4) };
    for (const direction of directions) this.#addUnknown(direction, openInterest, restingFastShare(model));
  }

  /** One-sided open interest, as a size. */
  get openInterest(): number {
    return this.#openInterest;
  }

  /** The mark price after the last step, USD. */
  get markPrice(): number {
    return this.model.contract === 'linear' ? this.#markX : 1 / this.#markX;
  }

  /**
   * Folds one closed candle and returns what opened, closed and was liquidated. Throws RangeError, and
   * changes nothing, on a candle, open interest or rate that is not a sound number.
   */
  step(step: BookStep): StepFlows {
    requireSound(step);
    const trades = this.#axis(step.candle);
    const mark = step.mark ? this.#axis(step.mark) : trades;
    this.#payFunding(step.fundingRate ?? 0);
    const crossedA = this.#cross(lower, Math.min(this.#markX, mark.low));
    const crossedB = this.#cross(upper, Math.max(this.#markX, mark.high));
    const next = step.openInterest ?? this.#openInterest;
    const split = splitFlows({
      volume: step.candle.volume,
      change: next - this.#openInterest,
      openInterest: this.#openInterest,
      crossedA,
      crossedB,
      churn: this.model.churn,
    });
    const lowFirst = visitsLowFirst(mark);
    const rest = restOfPath(mark, lowFirst);
    this.#spreadTrades(trades, lowFirst);
    const confirmed = split.confirmedShare;
    const a = this.#settle(lower, split.opensA, split.closesA, crossedA, confirmed, rest.lows);
    const b = this.#settle(upper, split.opensB, split.closesB, crossedB, confirmed, rest.highs);
    this.#enter(rest);
    this.#openInterest = next;
    this.#markX = mark.close;
    const [long, short] = this.model.contract === 'linear' ? [a, b] : [b, a];
    return { long, short, traced: split.traced, missingVolume: split.missingVolume };
  }

  /** Remembers what stands now, so that later readings can leave it out as older than this moment. */
  mark(name: string): void {
    const { layer, never, unknown } = this.#now;
    this.#marked.set(name, { layer: layer.copy(), never: never.slice(), unknown: unknown.slice() });
  }

  hasMark(name: string): boolean {
    return this.#marked.has(name);
  }

  /** Size of a side now, or of what of it stood at a mark and stands still. */
  totals(side: Side, mark?: string): SideTotals {
    const { layer, never, unknown } = this.#standing(mark);
    const direction = directionOf(this.model.contract, side);
    const first = direction * 2;
    const scaled = (stored: Float64Array) =>
      stored[first]! * this.#scales[first]! + stored[first + 1]! * this.#scales[first + 1]!;
    return { levels: scaled(layer.sums(direction)), never: scaled(never), unknown: scaled(unknown) };
  }

  /** Visits all levels that hold mass; with a mark, only the mass that was built since. */
  visitLevels(visit: LevelVisitor, sinceMark?: string): void {
    const { model } = this;
    const cells = this.#now.layer.cells;
    const older = sinceMark === undefined ? undefined : this.#standing(sinceMark).layer.cells;
    const pairs = model.factors.length;
    for (let p = 0; p < pairs; p++) {
      const direction = p < pairs / 2 ? lower : upper;
      const side = direction === directionOf(model.contract, 'long') ? 'long' : 'short';
      const fast = this.#scales[direction * 2]!;
      const slow = this.#scales[direction * 2 + 1]!;
      for (let j = 0, cell = p * 2; j < this.#grid.count; j++, cell += pairs * 2) {
        let size = cells[cell]! * fast + cells[cell + 1]! * slow;
        if (older) size -= older[cell]! * fast + older[cell + 1]! * slow;
        if (!(size > 0)) continue;
        const from = this.#level(p, this.#grid.edge(this.#grid.first + j));
        const to = this.#level(p, this.#grid.edge(this.#grid.first + j + 1));
        if (model.contract === 'linear') visit(side, p % (pairs / 2), from, to, size);
        else visit(side, p % (pairs / 2), 1 / to, 1 / from, size);
      }
    }
  }

  #level(pair: number, entryX: number): number {
    return this.model.factors[pair]! * entryX + this.#offsets[pair]!;
  }

  #standing(mark: string | undefined): Standing {
    if (mark === undefined) return this.#now;
    const standing = this.#marked.get(mark);
    if (!standing) throw new RangeError(`no mark "${mark}" in this book`);
    return standing;
  }

  #axis(candle: Candle): AxisCandle {
    return this.model.contract === 'linear' ? candle : reciprocal(candle);
  }

  #payFunding(rate: number): void {
    if (rate === 0) return;
    const paid = rate * this.#markX;
    const { fundingShift } = this.model;
    for (let p = 0; p < fundingShift.length; p++) this.#offsets[p]! += fundingShift[p]! * paid;
  }

  /** Takes out the size at levels that a move to `price` crosses, and returns it. */
  #cross(direction: Direction, price: number): number {
    const fast = direction * 2;
    const removed = this.#removed;
    for (const { layer } of this.#marked.values()) layer.sweep(direction, price, removed);
    removed.fill(0);
    this.#now.layer.sweep(direction, price, removed);
    const fromFast = Math.min(this.#sizes[fast]!, removed[0]! * this.#scales[fast]!);
    const fromSlow = Math.min(this.#sizes[fast + 1]!, removed[1]! * this.#scales[fast + 1]!);
    this.#sizes[fast]! -= fromFast;
    this.#sizes[fast + 1]! -= fromSlow;
    return fromFast + fromSlow;
  }

  #spreadTrades(trades: AxisCandle, lowFirst: boolean): void {
    const spread = this.#spread;
    spread.fill(this.#grid, trades, lowFirst);
    const oldCount = this.#grid.count;
    const shift = this.#grid.cover(spread.from, spread.to);
    if (this.#grid.count === oldCount) return;
    this.#now.layer.resize(shift, oldCount);
    for (const { layer } of this.#marked.values()) layer.resize(shift, oldCount);
  }

  /**
   * Closes one direction and decides how much enters it. `rest` holds, by leg of the path, the extreme that
   * meets what opens on it.
   */
  #settle(
    direction: Direction,
    opened: number,
    closed: number,
    crossed: number,
    confirmedShare: number,
    rest: readonly number[],
  ): SideFlows {
    const lost = this.#clip(direction, rest);
    const liquidatedStanding = crossed * confirmedShare;
    const room = Math.max(0, closed - liquidatedStanding);
    const liquidatedFresh = Math.min(room, lost * opened);
    const left = this.#close(direction, room - liquidatedFresh);
    const entering = Math.max(0, opened - liquidatedFresh + crossed - liquidatedStanding - left);
    this.#place(direction, entering, 1 - lost);
    return {
      opened,
      closed,
      liquidated: liquidatedStanding + liquidatedFresh,
      unconfirmed: Math.max(0, entering - opened + liquidatedFresh),
    };
  }

  /** Share of a direction's opens that is crossed within the candle; keeps it by pair in #clipped. */
  #clip(direction: Direction, rest: readonly number[]): number {
    const { shares, factors } = this.model;
    const { from, to, legs } = this.#spread;
    const { centres, first } = this.#grid;
    const sign = direction === lower ? 1 : -1;
    const worst = direction === lower ? Math.min(...rest) : Math.max(...rest);
    const nearest = centres[(direction === lower ? to : from) - first]!;
    const buckets = shares.length / 2;
    let lost = 0;
    for (let p = direction * buckets; p < (direction + 1) * buckets; p++) {
      this.#clipped[p] = 0;
      if (sign * (nearest - (worst - this.#offsets[p]!) / factors[p]!) < 0) continue;
      for (let leg = 0; leg < legs.length; leg++) {
        const reach = (rest[leg]! - this.#offsets[p]!) / factors[p]!;
        for (let bin = from; bin <= to; bin++) {
          if (sign * (centres[bin - first]! - reach) >= 0) this.#clipped[p]! += legs[leg]![bin - from]!;
        }
      }
      lost += shares[p]! * this.#clipped[p]!;
    }
    return lost;
  }

  /** Voluntary closing. Returns what could not be closed because nothing stands any more. */
  #close(direction: Direction, size: number): number {
    const fast = direction * 2;
    const standing = this.#sizes[fast]! + this.#sizes[fast + 1]!;
    const closing = Math.min(size, standing);
    if (closing > 0) {
      const ratio = this.model.fastHazardRatio;
      const fromFast = closedByFast(this.#sizes[fast]!, this.#sizes[fast + 1]!, closing, ratio);
      this.#shrink(direction, 0, fromFast);
      this.#shrink(direction, 1, closing - fromFast);
    }
    return size - closing;
  }

  #shrink(direction: Direction, holdingClass: number, by: number): void {
    const slot = direction * 2 + holdingClass;
    const before = this.#sizes[slot]!;
    if (!(by > 0)) return;
    this.#sizes[slot] = Math.max(0, before - by);
    this.#scales[slot]! *= this.#sizes[slot]! / before;
    if (this.#scales[slot]! < smallestScale) this.#foldScale(direction, holdingClass);
  }

  /** Turns stored mass into size, so that the scale starts again at 1. */
  #foldScale(direction: Direction, holdingClass: number): void {
    const slot = direction * 2 + holdingClass;
    const scale = this.#scales[slot]!;
    for (const { layer, never, unknown } of [this.#now, ...this.#marked.values()]) {
      layer.multiply(direction, holdingClass, scale);
      never[slot]! *= scale;
      unknown[slot]! *= scale;
    }
    this.#scales[slot] = 1;
  }

  #place(direction: Direction, size: number, survivors: number): void {
    const lacksLevels = survivors < leastSurvivors;
    this.#entering[direction] = lacksLevels ? 0 : size / survivors;
    if (lacksLevels) this.#addUnknown(direction, size, restingFastShare(this.model));
  }

  #addUnknown(direction: Direction, size: number, fastShare: number): void {
    for (const [holdingClass, share] of [fastShare, 1 - fastShare].entries()) {
      const slot = direction * 2 + holdingClass;
      this.#now.unknown[slot]! += (size * share) / this.#scales[slot]!;
      this.#sizes[slot]! += size * share;
    }
  }

  /** Adds what enters on both sides at the candle's prices. */
  #enter(rest: { readonly lows: readonly number[]; readonly highs: readonly number[] }): void {
    if (this.#entering[lower] === 0 && this.#entering[upper] === 0) return;
    this.#fillAmounts();
    const { from, to, all } = this.#spread;
    const { first } = this.#grid;
    const amounts = this.#amounts;
    const { cells } = this.#now.layer;
    for (let bin = from; bin <= to; bin++) {
      const fraction = all[bin - from]!;
      const row = (bin - first) * amounts.length;
      for (let slot = 0; slot < amounts.length; slot++) cells[row + slot]! += fraction * amounts[slot]!;
    }
    const buckets = this.#clipped.length / 2;
    for (let p = 0; p < buckets * 2; p++) {
      this.#now.layer.reach(p, from - first, to - first);
      if (this.#clipped[p]! > 0) this.#enterClipped(p, p < buckets ? rest.lows : rest.highs);
    }
  }

  /** Stored mass that enters by pair and class; a pair that is clipped enters bin by bin instead. */
  #fillAmounts(): void {
    const { shares, fastShares, neverShare, neverFastShare } = this.model;
    const buckets = shares.length / 2;
    for (const direction of directions) {
      const opens = this.#entering[direction]!;
      const fast = direction * 2;
      const never = opens * neverShare[direction]!;
      let sizeFast = never * neverFastShare[direction]!;
      let sizeSlow = never - sizeFast;
      this.#now.never[fast]! += sizeFast / this.#scales[fast]!;
      this.#now.never[fast + 1]! += sizeSlow / this.#scales[fast + 1]!;
      for (let p = direction * buckets; p < (direction + 1) * buckets; p++) {
        const clipped = this.#clipped[p]!;
        const size = opens * shares[p]!;
        const fastSize = size * fastShares[p]!;
        sizeFast += fastSize * (1 - clipped);
        sizeSlow += (size - fastSize) * (1 - clipped);
        this.#amounts[p * 2] = clipped > 0 ? 0 : fastSize / this.#scales[fast]!;
        this.#amounts[p * 2 + 1] = clipped > 0 ? 0 : (size - fastSize) / this.#scales[fast + 1]!;
      }
      this.#sizes[fast]! += sizeFast;
      this.#sizes[fast + 1]! += sizeSlow;
    }
  }

  /** Enters a pair of which some is crossed before the candle ends: only what the rest of the path spares. */
  #enterClipped(pair: number, rest: readonly number[]): void {
    const { shares, fastShares, factors } = this.model;
    const { from, to, legs } = this.#spread;
    const { centres, first } = this.#grid;
    const { cells } = this.#now.layer;
    const direction = pair < shares.length / 2 ? lower : upper;
    const sign = direction === lower ? 1 : -1;
    const size = this.#entering[direction]! * shares[pair]!;
    const fast = (size * fastShares[pair]!) / this.#scales[direction * 2]!;
    const slow = (size * (1 - fastShares[pair]!)) / this.#scales[direction * 2 + 1]!;
    for (let leg = 0; leg < legs.length; leg++) {
      const reach = (rest[leg]! - this.#offsets[pair]!) / factors[pair]!;
      for (let bin = from; bin <= to; bin++) {
        if (sign * (centres[bin - first]! - reach) >= 0) continue;
        const cell = ((bin - first) * shares.length + pair) * 2;
        cells[cell]! += fast * legs[leg]![bin - from]!;
        cells[cell + 1]! += slow * legs[leg]![bin - from]!;
      }
    }
  }
}

function requireSize(name: string, size: number): number {
  if (!(size >= 0) || !Number.isFinite(size)) throw new RangeError(`${name} ${size} must be a number >= 0`);
  return size;
}

function requireSound({ candle, mark, openInterest, fundingRate }: BookStep): void {
  requirePrices(candle);
  requireSize('volume', candle.volume);
  if (mark) requirePrices(mark);
  if (openInterest !== undefined) requireSize('open interest', openInterest);
  if (fundingRate !== undefined && !(Math.abs(fundingRate) < 1)) {
    throw new RangeError(`funding rate ${fundingRate} must be between -1 and 1`);
  }
}

function requirePrices({ openMs, open, high, low, close }: Candle): void {
  const sound = low > 0 && high < Infinity && open >= low && open <= high && close >= low && close <= high;
  if (!sound) throw new RangeError(`candle at ${openMs} is not sound: ${open} ${high} ${low} ${close}`);
}
