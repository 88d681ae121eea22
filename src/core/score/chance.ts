import type { Candle } from '../market-data.ts';

/** Counts over the moments of a price path; `reached / moments` is the chance. */
export type Chance = {
  /** Candle closes from which the whole horizon is known. They overlap. */
  readonly moments: number;
  /** From how many of them price came to the level. */
  readonly reached: number;
  /** From how many of them price went beyond the level by the further distance. */
  readonly exceeded: number;
  /** Horizons that fit into the path side by side: the number of cases for bounds such as Wilson's. */
  readonly independent: number;
};

/**
 * How often a level that nobody chose is reached: from each candle close of a price path, a level at a given
 * distance waits for as long as the horizon. Says what an alert on a cluster at that distance must beat.
 */
export class RandomLevels {
  /** Deepest fall and highest rise within the horizon of each moment, fractions of its close, ascending. */
  readonly #falls: Float64Array;
  readonly #rises: Float64Array;
  readonly #independent: number;

  /**
   * @param path candles ascending, of length `candleMs`; what a hole in them hides counts as not reached.
   * Throws RangeError unless the horizon is at least one candle long.
   */
  constructor(path: {
    readonly candles: readonly Candle[];
    readonly candleMs: number;
    readonly horizonMs: number;
  }) {
    const { candles, candleMs, horizonMs } = path;
    if (!(candleMs > 0)) throw new RangeError(`candle length ${candleMs} must be > 0 ms`);
    if (!(horizonMs >= candleMs)) {
      throw new RangeError(`horizon ${horizonMs} ms must be at least a candle of ${candleMs} ms`);
    }
    const falls: number[] = [];
    const rises: number[] = [];
    const lows = new SlidingExtreme((i) => candles[i]!.low);
    // The highest high is the lowest of the negated ones.
    const highs = new SlidingExtreme((i) => -candles[i]!.high);
    const known = (candles.at(-1)?.openMs ?? 0) + candleMs;
    let end = 0;
    for (const [i, { openMs, close }] of candles.entries()) {
      const untilMs = openMs + candleMs + horizonMs;
      if (untilMs > known) break;
      for (; end < candles.length && candles[end]!.openMs + candleMs <= untilMs; end++) {
        lows.add(end);
        highs.add(end);
      }
      falls.push(1 - (lows.from(i + 1) ?? close) / close);
      rises.push(-(highs.from(i + 1) ?? -close) / close - 1);
    }
    this.#falls = Float64Array.from(falls).sort();
    this.#rises = Float64Array.from(rises).sort();
    const spanMs = (candles.at(-1)?.openMs ?? 0) - (candles[0]?.openMs ?? 0);
    this.#independent = Math.floor(spanMs / horizonMs);
  }

  /**
   * @param distance of the level as a fraction of price, signed: -0.03 lies 3 % below
   * @param beyond how much farther than the level, as a fraction of price, counts as exceeded. Throws
   * RangeError on a distance of 0 or one that is no number, and on a `beyond` that is not >= 0.
   */
  chance(distance: number, beyond = 0): Chance {
    if (!Number.isFinite(distance) || distance === 0)
      throw new RangeError(`distance ${distance} must be above or below 0`);
    if (!(beyond >= 0)) throw new RangeError(`beyond ${beyond} must be >= 0`);
    const moves = distance < 0 ? this.#falls : this.#rises;
    const far = Math.abs(distance);
    return {
      moments: moves.length,
      reached: countFrom(moves, far),
      exceeded: countFrom(moves, far + beyond),
      independent: this.#independent,
    };
  }
}

/** The least of a window that moves forwards over indices: each is put in and taken out once. */
class SlidingExtreme {
  readonly #value: (index: number) => number;
  readonly #kept: number[] = [];
  #first = 0;

  constructor(value: (index: number) => number) {
    this.#value = value;
  }

  add(index: number): void {
    const kept = this.#kept;
    while (kept.length > this.#first && this.#value(kept.at(-1)!) >= this.#value(index)) kept.pop();
    kept.push(index);
  }

  /** The least value at or after an index; undefined where none was added. */
  from(index: number): number | undefined {
    while (this.#first < this.#kept.length && this.#kept[this.#first]! < index) this.#first++;
    const best = this.#kept[this.#first];
    return best === undefined ? undefined : this.#value(best);
  }
}

/** How many of ascending values are at least `least`. */
function countFrom(values: Float64Array, least: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return values.length - low;
}
