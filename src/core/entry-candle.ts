import type { Direction } from './book-axis.ts';
import { lower } from './book-axis.ts';
import type { BookLayer } from './book-layer.ts';
import type { BookLevels } from './book-levels.ts';
import type { AxisCandle } from './candle-path.ts';
import { restOfPath, visitsLowFirst } from './candle-path.ts';
import type { EntryGrid } from './entry-grid.ts';
import type { LeverageRange, OpenMass } from './entry-recent.ts';
import type { EntryPlaces, EntryShifts } from './entry-shifts.ts';
import { EntrySpread, legs } from './entry-spread.ts';

/**
 * What opens within one candle: at which prices it opens, and what of it the rest of the candle's path
 * crosses again. What opens on a leg of the path meets the legs after it.
 */
export class CandleOpens {
  readonly spread = new EntrySpread();
  /** By direction: share of opens that the candle itself crosses. */
  readonly lost = new Float64Array(2);
  /** By direction x 2 + holding class: share of a direction's opens that is left at levels. */
  readonly kept = new Float64Array(4);
  /** By direction and leg: the extremes that meet what opens on it. */
  readonly #rest = [new Float64Array(3), new Float64Array(3)] as const;
  /** By direction: the candle crosses nothing of this pair and those of less leverage ... */
  readonly #lastWhole = new Int32Array(2);
  /** ... and this share of the opens of the pairs above. */
  readonly #crossed: Float64Array;
  /** Fractions of one pair's opens by bin: what of them is left. */
  #left = new Float64Array(16);
  readonly #grid: EntryGrid;
  readonly #levels: BookLevels;
  readonly #shifts: EntryShifts;
  /** By pair x 2 + holding class: share of a direction's opens. */
  readonly #shares: Float64Array;
  /** By direction x 2 + holding class: the same, over all pairs. */
  readonly #allShares = new Float64Array(4);

  constructor({ grid, levels, shifts, shares }: EntryPlaces) {
    this.#grid = grid;
    this.#levels = levels;
    this.#shifts = shifts;
    this.#shares = shares;
    this.#crossed = new Float64Array(levels.factors.length);
    for (const [slot, share] of shares.entries()) {
      this.#allShares[(slot < shares.length / 2 ? 0 : 2) + (slot % 2)]! += share;
    }
  }

  /** Takes up a candle by its traded prices and its mark prices, both on the book's axis. */
  read(trades: AxisCandle, mark: AxisCandle): void {
    const lowFirst = visitsLowFirst(mark);
    restOfPath(mark, lowFirst, this.#rest[0], this.#rest[1]);
    this.spread.fill(this.#grid, trades, lowFirst);
    const bins = this.spread.to - this.spread.from + 2;
    if (this.#left.length < bins) this.#left = new Float64Array(bins * 2);
  }

  /** Finds what the candle crosses of a direction's opens. Shifts and grid must be those of the candle. */
  clip(direction: Direction): void {
    const shares = this.#shares;
    const sign = direction === lower ? 1 : -1;
    const extreme = this.#rest[direction][0]!;
    const pairs = this.#crossed.length / 2;
    const slot = direction * 2;
    let lost = 0;
    this.kept[slot] = this.#allShares[slot]!;
    this.kept[slot + 1] = this.#allShares[slot + 1]!;
    // From the highest leverage down, until all that remain lie beyond what the candle reaches.
    const entry = this.#nearestEntry(direction);
    const last = (direction + 1) * pairs - 1;
    let p = last;
    for (; p >= direction * pairs; p--) {
      if (sign * (this.#shifts.nearestLevel(direction, p, entry) - extreme) < 0) break;
      const fast = shares[p * 2]!;
      const slow = shares[p * 2 + 1]!;
      const crossed = fast + slow > 0 ? this.#splitPair(direction, p) : 0;
      this.#crossed[p] = crossed;
      lost += (fast + slow) * crossed;
      this.kept[slot]! -= fast * crossed;
      this.kept[slot + 1]! -= slow * crossed;
    }
    this.lost[direction] = lost;
    this.#lastWhole[direction] = p;
  }

  /** Whether the candle may cross anything that a direction opens at these leverages. */
  touches(direction: Direction, { below }: LeverageRange): boolean {
    return direction * (this.#crossed.length / 2) + below - 1 > this.#lastWhole[direction]!;
  }

  /**
   * Enters stored mass of both classes into the layer, pair by pair at these leverages: what the candle
   * leaves of it.
   */
  enter(direction: Direction, mass: OpenMass, layer: BookLayer): void {
    const { from, to } = this.spread;
    const { first, count } = this.#grid;
    const { cells } = layer;
    const pairs = direction * (this.#crossed.length / 2);
    const firstPair = pairs + mass.leverages.from;
    const belowPair = pairs + mass.leverages.below;
    for (let p = firstPair; p < belowPair; p++) {
      const fast = mass.fast * this.#shares[p * 2]!;
      const slow = mass.slow * this.#shares[p * 2 + 1]!;
      if (fast + slow === 0) continue;
      if (p <= this.#lastWhole[direction]! || this.#crossed[p] === 0) this.#wholePair(p);
      else this.#splitPair(direction, p);
      const left = this.#left;
      const begin = from + this.#shifts.bins[p]! - first;
      for (let i = 0, cell = (p * count + begin) * 2; i < to - from + 2; i++, cell += 2) {
        cells[cell]! += fast * left[i]!;
        cells[cell + 1]! += slow * left[i]!;
      }
      layer.touch(p, begin, begin + to - from + 1);
    }
    layer.settle(direction, firstPair, belowPair);
  }

  /** The entry whose levels are nearest to being crossed. */
  #nearestEntry(direction: Direction): number {
    const { from, to } = this.spread;
    return this.#grid.centres[(direction === lower ? to : from) - this.#grid.first]!;
  }

  /**
   * Fills #left with the fractions of a pair's opens, by bin from the spread's first plus the pair's shift,
   * that the rest of the candle's path does not cross. Returns the fraction that it crosses.
   */
  #splitPair(direction: Direction, pair: number): number {
    const { spread } = this;
    const { from, to } = spread;
    const { centres, first } = this.#grid;
    const rest = this.#rest[direction];
    const left = this.#left;
    const sign = direction === lower ? 1 : -1;
    const shift = from + this.#shifts.bins[pair]! - first;
    const next = this.#shifts.parts[pair]!;
    const bins = to - from + 2;
    left.fill(0, 0, bins);
    let crossed = 0;
    for (let leg = 0; leg < legs; leg++) {
      let before = 0;
      for (let i = 0; i < bins; i++) {
        const here = i < bins - 1 ? spread.inLeg(leg, i) : 0;
        const fraction = here * (1 - next) + before * next;
        before = here;
        const level = this.#levels.at(pair, centres[shift + i]!);
        if (sign * (level - rest[leg]!) >= 0) crossed += fraction;
        else left[i]! += fraction;
      }
    }
    return crossed;
  }

  /** Fills #left with the fractions of the opens of a pair of which the candle crosses nothing. */
  #wholePair(pair: number): void {
    const { from, to, all } = this.spread;
    const next = this.#shifts.parts[pair]!;
    let before = 0;
    for (let i = 0; i <= to - from; i++) {
      this.#left[i] = all[i]! * (1 - next) + before * next;
      before = all[i]!;
    }
    this.#left[to - from + 1] = before * next;
  }
}
