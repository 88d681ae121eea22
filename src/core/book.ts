import type { Direction } from './book-layer.ts';
import { BookLayer, directions, lower, upper } from './book-layer.ts';
import type { BookModel } from './book-model.ts';
import { directionOf, restingFastShare } from './book-model.ts';
import type { AxisCandle } from './candle-path.ts';
import { reciprocal, restOfPath, visitsLowFirst } from './candle-path.ts';
import { EntryGrid } from './entry-grid.ts';
import { EntryShifts } from './entry-shifts.ts';
import { EntrySpread } from './entry-spread.ts';
import type { FlowSplit } from './flows.ts';
import { splitFlows } from './flows.ts';
import { Holdings } from './holdings.ts';
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
  readonly #now: Standing;
  readonly #marked = new Map<string, Standing>();
  readonly #holdings: Holdings;
  readonly #offsets: Float64Array;
  /** Funding paid per unit so far, on the axis; shifts the level of pair p by fundingShift[p] times itself. */
  #funding = 0;
  readonly #shifts: EntryShifts;
  /** By pair and class: share of a direction's opens that goes there. */
  readonly #slotShares: Float64Array;
  readonly #spread = new EntrySpread();
  /** By leg of the candle's path: the extremes that meet what opens on it. */
  readonly #rest = [new Float64Array(3), new Float64Array(3)] as const;
  /** By direction: size of opens that, spread like opens, leaves what must enter as survivors. */
  readonly #entering = new Float64Array(2);
  /** By pair: the share of its opens that it crosses, where it crosses any. */
  readonly #clipped: Float64Array;
  /** Scratch: fractions by bin of one pair. */
  #spared = new Float64Array(16);
  /** By direction: no level of what opens in the candle is nearer to price than this. */
  readonly #nearestLevels = new Float64Array(2);
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
    this.#holdings = new Holdings(model.fastHazardRatio);
    const pairs = model.factors.length;
    this.#offsets = new Float64Array(pairs);
    this.#shifts = new EntryShifts(model);
    this.#clipped = new Float64Array(pairs);
    this.#slotShares = Float64Array.from({ length: pairs * 2 }, (_, slot) => {
      const fast = model.fastShares[slot >> 1]!;
      return model.shares[slot >> 1]! * (slot % 2 === 0 ? fast : 1 - fast);
    });
    const layer = new BookLayer(this.#grid, { factors: model.factors, offsets: this.#offsets });
    this.#now = { layer, never: new Float64Array(4), unknown: new Float64Array(4) };
    for (const direction of directions) this.#addUnknown(direction, openInterest);
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
    restOfPath(mark, lowFirst, this.#rest[lower], this.#rest[upper]);
    this.#spreadTrades(trades, step.candle.openMs, lowFirst);
    const a = this.#settle(lower, crossedA, split);
    const b = this.#settle(upper, crossedB, split);
    this.#enter();
    if (this.#holdings.hasSmallScale()) this.#foldScales();
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
    const { scales } = this.#holdings;
    const scaled = (stored: Float64Array) => stored[0]! * scales[first]! + stored[1]! * scales[first + 1]!;
    return {
      levels: scaled(layer.sums(direction)),
      never: scaled(never.subarray(first)),
      unknown: scaled(unknown.subarray(first)),
    };
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
      const fast = this.#holdings.scales[direction * 2]!;
      const slow = this.#holdings.scales[direction * 2 + 1]!;
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
    this.#funding += rate * this.#markX;
    const { fundingShift } = this.model;
    for (let p = 0; p < fundingShift.length; p++) this.#offsets[p] = fundingShift[p]! * this.#funding;
    for (const { layer } of this.#standings()) layer.forgetFrontier();
  }

  #standings(): Standing[] {
    return [this.#now, ...this.#marked.values()];
  }

  /** Takes out the size at levels that a move to `price` crosses, and returns it. */
  #cross(direction: Direction, price: number): number {
    const removed = this.#removed;
    for (const { layer } of this.#marked.values()) layer.sweep(direction, price, removed);
    removed.fill(0);
    this.#now.layer.sweep(direction, price, removed);
    return this.#holdings.remove(direction, removed);
  }

  #spreadTrades(trades: AxisCandle, openMs: number, lowFirst: boolean): void {
    const spread = this.#spread;
    const grid = this.#grid;
    spread.fill(grid, trades, lowFirst);
    const bins = spread.to - spread.from + 2;
    if (this.#spared.length < bins) this.#spared = new Float64Array(bins * 2);
    const entry = Math.sqrt(trades.low * trades.high);
    this.#shifts.update({ openMs, entry }, this.#funding, grid.step);
    const oldCount = grid.count;
    const shift = grid.cover(spread.from + this.#shifts.lowest, spread.to + this.#shifts.highest + 1);
    if (grid.count === oldCount) return;
    for (const { layer } of this.#standings()) layer.resize(shift, oldCount);
  }

  /** Closes one direction and decides how much enters it. */
  #settle(direction: Direction, crossed: number, split: FlowSplit): SideFlows {
    const opened = direction === lower ? split.opensA : split.opensB;
    const closed = direction === lower ? split.closesA : split.closesB;
    const lost = this.#clip(direction);
    const standing = crossed * split.confirmedShare;
    const room = Math.max(0, closed - standing);
    const fresh = Math.min(room, lost * opened);
    const left = this.#holdings.close(direction, room - fresh);
    const entering = Math.max(0, opened - fresh + crossed - standing - left);
    const lacksLevels = 1 - lost < leastSurvivors;
    this.#entering[direction] = lacksLevels ? 0 : entering / (1 - lost);
    if (lacksLevels) this.#addUnknown(direction, entering);
    return {
      opened,
      closed,
      liquidated: standing + fresh,
      unconfirmed: Math.max(0, entering - opened + fresh),
    };
  }

  /**
   * Share of a direction's opens that the rest of the candle crosses; keeps it by pair in #clipped, and the level
   * nearest to price in #nearestLevels.
   */
  #clip(direction: Direction): number {
    const { shares } = this.model;
    const sign = direction === lower ? 1 : -1;
    const extreme = this.#rest[direction][0]!;
    const begin = (direction * shares.length) / 2;
    let nearest = sign * Number.NEGATIVE_INFINITY;
    let lost = 0;
    for (let p = begin; p < begin + shares.length / 2; p++) {
      this.#clipped[p] = 0;
      if (shares[p] === 0) continue;
      const level = this.#nearestLevel(direction, p);
      if (sign * (level - nearest) > 0) nearest = level;
      if (sign * (level - extreme) < 0) continue;
      this.#clipped[p] = this.#spareFractions(direction, p);
      lost += shares[p]! * this.#clipped[p]!;
    }
    this.#nearestLevels[direction] = nearest;
    return lost;
  }

  /** Level of what a pair opens at the end of the candle's span that is nearest to being crossed. */
  #nearestLevel(direction: Direction, pair: number): number {
    const { from, to } = this.#spread;
    const bin = this.#shifts.bins[pair]! + (direction === lower ? to + 1 : from);
    return this.#level(pair, this.#grid.centres[bin - this.#grid.first]!);
  }

  /**
   * Fills #spared with the fractions of a pair's opens, by bin from the spread's first plus the pair's shift,
   * that the rest of the candle's path does not cross. Returns the fraction that it crosses.
   */
  #spareFractions(direction: Direction, pair: number): number {
    const { from, to, legs } = this.#spread;
    const { centres, first } = this.#grid;
    const rest = this.#rest[direction];
    const sign = direction === lower ? 1 : -1;
    const shift = this.#shifts.bins[pair]!;
    const next = this.#shifts.parts[pair]!;
    const bins = to - from + 2;
    this.#spared.fill(0, 0, bins);
    let crossed = 0;
    for (let leg = 0; leg < legs.length; leg++) {
      const fractions = legs[leg]!;
      for (let i = 0; i < bins; i++) {
        const here = i < bins - 1 ? fractions[i]! : 0;
        const before = i > 0 ? fractions[i - 1]! : 0;
        const fraction = here * (1 - next) + before * next;
        const level = this.#level(pair, centres[from + shift + i - first]!);
        if (sign * (level - rest[leg]!) >= 0) crossed += fraction;
        else this.#spared[i]! += fraction;
      }
    }
    return crossed;
  }

  #foldScales(): void {
    this.#holdings.foldSmallScales((direction, holdingClass, scale) => {
      const slot = direction * 2 + holdingClass;
      for (const { layer, never, unknown } of this.#standings()) {
        layer.multiply(direction, holdingClass, scale);
        never[slot]! *= scale;
        unknown[slot]! *= scale;
      }
    });
  }

  #addUnknown(direction: Direction, size: number): void {
    const fastShare = restingFastShare(this.model);
    for (const [holdingClass, share] of [fastShare, 1 - fastShare].entries()) {
      const slot = direction * 2 + holdingClass;
      this.#now.unknown[slot]! += (size * share) / this.#holdings.scales[slot]!;
      this.#holdings.add(slot, size * share);
    }
  }

  /** Adds what enters on both sides at the candle's prices. */
  #enter(): void {
    const buckets = this.#clipped.length / 2;
    for (const direction of directions) {
      if (this.#entering[direction] === 0) continue;
      this.#enterNever(direction);
      for (let p = direction * buckets; p < (direction + 1) * buckets; p++) {
        if (this.model.shares[p]! > 0) this.#enterPair(direction, p);
      }
      this.#now.layer.reachLevel(direction, this.#nearestLevels[direction]!);
    }
  }

  #enterNever(direction: Direction): void {
    const { neverShare, neverFastShare } = this.model;
    const never = this.#entering[direction]! * neverShare[direction]!;
    this.#addNever(direction * 2, never * neverFastShare[direction]!);
    this.#addNever(direction * 2 + 1, never * (1 - neverFastShare[direction]!));
  }

  #addNever(slot: number, size: number): void {
    this.#now.never[slot]! += size / this.#holdings.scales[slot]!;
    this.#holdings.add(slot, size);
  }

  /** Enters one pair: what the rest of the candle's path spares of its opens. */
  #enterPair(direction: Direction, pair: number): void {
    if (this.#clipped[pair]! > 0) this.#spareFractions(direction, pair);
    else this.#shiftFractions(pair);
    const { from, to } = this.#spread;
    const { scales } = this.#holdings;
    const { layer } = this.#now;
    const opens = this.#entering[direction]!;
    const fast = opens * this.#slotShares[pair * 2]!;
    const slow = opens * this.#slotShares[pair * 2 + 1]!;
    const storedFast = fast / scales[direction * 2]!;
    const storedSlow = slow / scales[direction * 2 + 1]!;
    const bins = to - from + (this.#shifts.parts[pair] === 0 ? 1 : 2);
    const first = from + this.#shifts.bins[pair]! - this.#grid.first;
    const stride = this.#slotShares.length;
    const fractions = this.#spared;
    const { cells } = layer;
    for (let i = 0, cell = first * stride + pair * 2; i < bins; i++, cell += stride) {
      cells[cell]! += storedFast * fractions[i]!;
      cells[cell + 1]! += storedSlow * fractions[i]!;
    }
    layer.reach(pair, first, first + bins - 1);
    const spared = 1 - this.#clipped[pair]!;
    this.#holdings.add(direction * 2, fast * spared);
    this.#holdings.add(direction * 2 + 1, slow * spared);
  }

  /** Fills #spared with the fractions of a pair's opens when the candle crosses none of them. */
  #shiftFractions(pair: number): void {
    const { from, to, all } = this.#spread;
    const next = this.#shifts.parts[pair]!;
    let before = 0;
    for (let i = 0; i <= to - from; i++) {
      this.#spared[i] = all[i]! * (1 - next) + before * next;
      before = all[i]!;
    }
    this.#spared[to - from + 1] = before * next;
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
