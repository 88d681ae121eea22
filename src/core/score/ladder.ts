import type { Candle, OpenInterestPoint, Side } from '../market-data.ts';
import { SeriesReader } from '../series.ts';
import type { LevelValue } from './distances.ts';

const leverages = [10, 25, 50, 100];

/** What public maps take for newly opened positions. */
export type LadderRule = 'rising open interest' | 'traded volume';

/**
 * The estimates most public maps make, as baselines: what a candle opens is opened at its close, half long and
 * half short counted in full on each side, in equal parts at 10, 25, 50 and 100x, to be liquidated at 1 -+ 1/L
 * of the entry; a level ends when price crosses it. Opened is the rise of open interest, or all that was traded.
 */
export class Ladder {
  readonly #rule: LadderRule;
  readonly #levels: Record<Side, LevelValue[]> = { long: [], short: [] };
  readonly #reader: SeriesReader;
  #openInterest: number | undefined;

  constructor(
    series: {
      readonly candles: readonly Candle[];
      readonly candleMs: number;
      readonly openInterest: readonly OpenInterestPoint[];
    },
    rule: LadderRule = 'rising open interest',
  ) {
    const { candles, candleMs, openInterest } = series;
    this.#rule = rule;
    this.#reader = new SeriesReader({ segments: [{ candles, candleMs }], openInterest });
  }

  /** Levels that stand at a time; times must be asked in ascending order. */
  at(timeMs: number): Readonly<Record<Side, readonly LevelValue[]>> {
    for (let step = this.#reader.next(timeMs); step; step = this.#reader.next(timeMs)) {
      const { low, high, close, volume } = step.candle;
      this.#levels.long = this.#levels.long.filter(({ price }) => price < low);
      this.#levels.short = this.#levels.short.filter(({ price }) => price > high);
      const rise = (step.openInterest ?? 0) - (this.#openInterest ?? step.openInterest ?? 0);
      this.#openInterest = step.openInterest ?? this.#openInterest;
      const opened = this.#rule === 'traded volume' ? volume : rise;
      if (opened > 0) this.#open(close, opened / leverages.length);
    }
    return this.#levels;
  }

  #open(entry: number, size: number): void {
    for (const leverage of leverages) {
      this.#levels.long.push({ price: entry * (1 - 1 / leverage), value: size * entry });
      this.#levels.short.push({ price: entry * (1 + 1 / leverage), value: size * entry });
    }
  }
}
