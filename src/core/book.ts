import type { Direction } from './book-axis.ts';
import { axisOf, candleOnAxis, directions, lower, upper } from './book-axis.ts';
import { BookLevels } from './book-levels.ts';
import type { BookModel } from './book-model.ts';
import { restingFastShare, sharesByClass } from './book-model.ts';
import type { LevelVisitor, PriceRange, RowVisitor, SideTotals } from './book-reading.ts';
import { BookReading, levelByLevel } from './book-reading.ts';
import { BookStandings } from './book-standings.ts';
import type { BookStep, SideFlows, StepFlows } from './book-step.ts';
import { requireSize, requireSound } from './book-step.ts';
import { CandleOpens } from './entry-candle.ts';
import { EntryGrid } from './entry-grid.ts';
import { type RecentOpens, recentGroups } from './entry-recent.ts';
import { EntryShifts } from './entry-shifts.ts';
import type { FlowSplit } from './flows.ts';
import { splitFlows } from './flows.ts';
import { HoldingClasses } from './holding-classes.ts';
import type { Side } from './market-data.ts';
import type { TapeReader, TapeWriter } from './number-tape.ts';

export type { SideTotals } from './book-reading.ts';
export type { BookStep, SideFlows, StepFlows } from './book-step.ts';

/** When less than this share of opens survives its own candle, what must enter has no level to go to. */
const leastSurvivors = 1e-9;

/**
 * Open interest of one venue market as a density over liquidation price (docs/model.md). After every step
 * the mass of each side, over all ages, equals the open interest, and no mass lies at a level that the mark
 * price has crossed since it was built.
 *
 * Arrays of two are by direction, arrays of four by direction x 2 + holding class (0 fast, 1 slow).
 */
export class Book {
  readonly model: BookModel;
  readonly #grid: EntryGrid;
  readonly #levels: BookLevels;
  readonly #shifts: EntryShifts;
  readonly #standings: BookStandings;
  readonly #holdings: HoldingClasses;
  readonly #recent: readonly RecentOpens[];
  readonly #opens: CandleOpens;
  readonly #reading: BookReading;
  /** Size that must enter. */
  readonly #entering = new Float64Array(2);
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
    this.#markX = axisOf(model.contract, options.price);
    this.#openInterest = requireSize('open interest', openInterest);
    this.#grid = new EntryGrid({ anchor: this.#markX, relativeWidth });
    this.#levels = new BookLevels(model);
    this.#shifts = new EntryShifts(model, this.#grid, this.#levels);
    this.#holdings = new HoldingClasses(model.fastHazardRatio);
    const places = {
      grid: this.#grid,
      levels: this.#levels,
      shifts: this.#shifts,
      shares: sharesByClass(model),
    };
    this.#recent = recentGroups(model, places);
    this.#opens = new CandleOpens(places);
    this.#reading = new BookReading({ ...places, model, scales: this.#holdings.scales });
    this.#standings = new BookStandings(this.#grid, this.#levels);
    for (const direction of directions) this.#addUnknown(direction, openInterest);
  }

  /** One-sided open interest, as a size. */
  get openInterest(): number {
    return this.#openInterest;
  }

  /** The mark price after the last step, USD. */
  get markPrice(): number {
    return axisOf(this.model.contract, this.#markX);
  }

  /**
   * Folds one closed candle and returns what opened, closed and was liquidated. Throws RangeError, and
   * changes nothing, on a candle, open interest or rate that is not a sound number.
   */
  step(step: BookStep): StepFlows {
    requireSound(step);
    const { contract } = this.model;
    const trades = candleOnAxis(contract, step.candle);
    const mark = step.mark ? candleOnAxis(contract, step.mark) : trades;
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
    this.#opens.read(trades, mark);
    this.#makeRoom();
    const a = this.#settle(lower, crossedA, split);
    const b = this.#settle(upper, crossedB, split);
    // A scale may have become zero, and what enters is divided by it.
    if (this.#holdings.hasSmallScale()) this.#foldScales();
    for (const direction of directions) this.#enter(direction);
    this.#openInterest = next;
    this.#markX = mark.close;
    const [long, short] = contract === 'linear' ? [a, b] : [b, a];
    return { long, short, traced: split.traced, missingVolume: split.missingVolume };
  }

  /** Remembers what stands now, so that later readings can leave it out as older than this moment. */
  mark(name: string): void {
    this.#flushRecent();
    this.#standings.mark(name);
  }

  hasMark(name: string): boolean {
    return this.#standings.hasMark(name);
  }

  /** Size of a side now, or of what of it stood at a mark and stands still. */
  totals(side: Side, mark?: string): SideTotals {
    this.#flushRecent();
    return this.#reading.totals(side, this.#standings.at(mark));
  }

  /**
   * Visits all levels that hold mass, side by side and leverage by leverage; with a mark, only what was built
   * since.
   */
  visitLevels(visit: LevelVisitor, sinceMark?: string): void {
    this.visitRows(levelByLevel(visit), sinceMark);
  }

  /** The same, a leverage at a time. */
  visitRows(visit: RowVisitor, sinceMark?: string): void {
    this.#flushRecent();
    const { now } = this.#standings;
    if (sinceMark === undefined) this.#reading.visit(visit, now.layer);
    else this.#reading.visit(visit, now.layer, { older: this.#standings.at(sinceMark).layer });
  }

  /** Visits the levels within a range of prices (USD), give or take an entry bin; of a mark, what of it still stands. */
  visitRowsWithin(visit: RowVisitor, within: PriceRange, mark?: string): void {
    this.#flushRecent();
    this.#reading.visit(visit, this.#standings.at(mark).layer, { within });
  }

  /** Writes down all that it is but its model. */
  save(tape: TapeWriter): void {
    this.#flushRecent();
    const kept = this.#standings.binsToKeep();
    this.#grid.save(tape, kept);
    for (const part of [this.#levels, this.#shifts, this.#holdings]) part.save(tape);
    this.#standings.now.save(tape, kept.from);
    tape.put(this.#openInterest, this.#markX);
    this.#standings.saveMarks(tape, kept.from);
  }

  /**
   * Becomes what was written down. Throws RangeError on a tape that no book of this model wrote, and must not be used
   * any more then.
   */
  load(tape: TapeReader): void {
    for (const part of [this.#grid, this.#levels, this.#shifts, this.#holdings]) part.load(tape);
    this.#standings.now.load(tape);
    for (const recent of this.#recent) recent.resize();
    this.#openInterest = requireSize('open interest', tape.next());
    this.#markX = tape.next();
    if (!(this.#markX > 0)) throw new RangeError(`mark price ${this.#markX} on a tape must be > 0`);
    this.#standings.loadMarks(tape);
  }

  #payFunding(rate: number): void {
    if (rate === 0) return;
    this.#flushRecent();
    this.#levels.pay(rate * this.#markX);
    for (const { layer } of this.#standings.all) {
      for (const direction of directions) layer.settle(direction);
    }
  }

  #flushRecent(): void {
    for (const recent of this.#recent) {
      for (const direction of directions) recent.flush(direction, this.#standings.now.layer);
    }
  }

  /** Takes out the size at levels that a move to `price` crosses, and returns it. */
  #cross(direction: Direction, price: number): number {
    for (const recent of this.#recent) {
      if (recent.isReached(direction, price)) recent.flush(direction, this.#standings.now.layer);
    }
    const removed = this.#removed;
    for (const { layer } of this.#standings.marked) layer.sweep(direction, price, removed);
    removed[0] = 0;
    removed[1] = 0;
    this.#standings.now.layer.sweep(direction, price, removed);
    return this.#holdings.remove(direction, removed);
  }

  /** Brings shifts and grid to where the candle opens positions. */
  #makeRoom(): void {
    const { from, to, middle } = this.#opens.spread;
    const grid = this.#grid;
    const shifts = this.#shifts;
    if (shifts.areStale(middle)) {
      this.#flushRecent();
      shifts.update(middle);
    }
    if (grid.holds(from + shifts.lowest, to + shifts.highest + 1)) return;
    this.#flushRecent();
    const oldCount = grid.count;
    const shift = grid.cover(from + shifts.lowest, to + shifts.highest + 1);
    for (const { layer } of this.#standings.all) layer.resize(shift, oldCount);
    for (const recent of this.#recent) recent.resize();
  }

  /** Closes one direction and decides how much enters it. */
  #settle(direction: Direction, crossed: number, split: FlowSplit): SideFlows {
    const opened = direction === lower ? split.opensA : split.opensB;
    const closed = direction === lower ? split.closesA : split.closesB;
    this.#opens.clip(direction);
    const lost = this.#opens.lost[direction]!;
    const confirmed = crossed * split.confirmedShare;
    const room = Math.max(0, closed - confirmed);
    const fresh = Math.min(room, lost * opened);
    const left = this.#holdings.close(direction, room - fresh);
    const entering = Math.max(0, opened - fresh + crossed - confirmed - left);
    this.#entering[direction] = entering;
    return {
      opened,
      closed,
      liquidated: confirmed + fresh,
      unconfirmed: Math.max(0, crossed - confirmed - left) + (lost * opened - fresh),
    };
  }

  #foldScales(): void {
    this.#flushRecent();
    this.#holdings.foldSmallScales((direction, holdingClass, scale) => {
      for (const standing of this.#standings.all) standing.multiply(direction, holdingClass, scale);
    });
  }

  #addUnknown(direction: Direction, size: number): void {
    const fastShare = restingFastShare(this.model);
    this.#holdings.store(this.#standings.now.unknown, direction * 2, size * fastShare);
    this.#holdings.store(this.#standings.now.unknown, direction * 2 + 1, size * (1 - fastShare));
  }

  /** Adds what enters a direction at the candle's prices. */
  #enter(direction: Direction): void {
    const { spread, lost, kept } = this.#opens;
    const entering = this.#entering[direction]!;
    const survivors = 1 - lost[direction]!;
    if (entering === 0) return;
    if (survivors < leastSurvivors) {
      this.#addUnknown(direction, entering);
      return;
    }
    // Opens of this size, spread like opens, leave what must enter as survivors of the candle.
    const opens = entering / survivors;
    const { neverShare, neverFastShare } = this.model;
    const never = opens * neverShare[direction]!;
    this.#holdings.store(this.#standings.now.never, direction * 2, never * neverFastShare[direction]!);
    this.#holdings.store(
      this.#standings.now.never,
      direction * 2 + 1,
      never * (1 - neverFastShare[direction]!),
    );
    const { scales } = this.#holdings;
    const fast = opens / scales[direction * 2]!;
    const slow = opens / scales[direction * 2 + 1]!;
    for (const recent of this.#recent) {
      const { leverages } = recent;
      const mass = { fast, slow, leverages };
      if (this.#opens.touches(direction, leverages))
        this.#opens.enter(direction, mass, this.#standings.now.layer);
      else recent.add(direction, spread, mass);
    }
    this.#holdings.add(direction * 2, opens * kept[direction * 2]!);
    this.#holdings.add(direction * 2 + 1, opens * kept[direction * 2 + 1]!);
  }
}
