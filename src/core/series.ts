import type { BookStep } from './book.ts';
import type { Candle, FundingPoint, OpenInterestPoint } from './market-data.ts';

/** What is known of one market, each list in ascending time. Sizes in the contract's unit. */
export type MarketSeries = {
  readonly candles: readonly Candle[];
  /** Length of a candle, ms. */
  readonly candleMs: number;
  /** Mark candles of the same length; a candle without its mark candle is judged by traded prices. */
  readonly marks?: readonly Candle[];
  readonly openInterest: readonly OpenInterestPoint[];
  readonly funding?: readonly FundingPoint[];
};

/**
 * Joins a market's lists candle by candle, without ever looking ahead: open interest is the last one stamped
 * at or before the candle's close, funding what was paid from its open until before its close.
 */
export class SeriesReader {
  readonly #series: MarketSeries;
  #candle = 0;
  #mark = 0;
  #openInterest = 0;
  #funding = 0;

  constructor(series: MarketSeries) {
    if (!(series.candleMs > 0)) throw new RangeError(`candle length ${series.candleMs} must be > 0 ms`);
    this.#series = series;
  }

  /** The next candle that closed at or before `untilMs`, or undefined. */
  next(untilMs: number): (BookStep & { readonly closeMs: number }) | undefined {
    const { candles, candleMs } = this.#series;
    const candle = candles[this.#candle];
    if (!candle || candle.openMs + candleMs > untilMs) return undefined;
    this.#candle++;
    const closeMs = candle.openMs + candleMs;
    const mark = this.#markOf(candle.openMs);
    const openInterest = this.#openInterestAt(closeMs);
    const fundingRate = this.#fundingIn(candle.openMs, closeMs);
    return {
      candle,
      closeMs,
      ...(mark && { mark }),
      ...(openInterest !== undefined && { openInterest }),
      ...(fundingRate !== undefined && { fundingRate }),
    };
  }

  #markOf(openMs: number): Candle | undefined {
    const marks = this.#series.marks ?? [];
    while (this.#mark < marks.length && marks[this.#mark]!.openMs < openMs) this.#mark++;
    const mark = marks[this.#mark];
    return mark?.openMs === openMs ? mark : undefined;
  }

  #openInterestAt(timeMs: number): number | undefined {
    const points = this.#series.openInterest;
    while (this.#openInterest < points.length && points[this.#openInterest]!.timeMs <= timeMs)
      this.#openInterest++;
    return points[this.#openInterest - 1]?.size;
  }

  #fundingIn(fromMs: number, toMs: number): number | undefined {
    const points = this.#series.funding ?? [];
    while (this.#funding < points.length && points[this.#funding]!.timeMs < fromMs) this.#funding++;
    let rate: number | undefined;
    while (this.#funding < points.length && points[this.#funding]!.timeMs < toMs) {
      rate = (rate ?? 0) + points[this.#funding++]!.rate;
    }
    return rate;
  }
}
