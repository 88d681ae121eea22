import type { BookStep } from './book.ts';
import type { Candle, FundingPoint, OpenInterestPoint } from './market-data.ts';

/** Candles of one length, ascending. */
export type CandleSegment = {
  readonly candleMs: number;
  readonly candles: readonly Candle[];
  /** Mark candles of the same length; a candle without its mark candle is judged by traded prices. */
  readonly marks?: readonly Candle[];
};

/** What is known of one market, each list in ascending time. Sizes in the contract's unit. */
export type MarketSeries = {
  /** One after the other in time: coarse candles first, finer ones for the last stretch. */
  readonly segments: readonly CandleSegment[];
  readonly openInterest: readonly OpenInterestPoint[];
  readonly funding?: readonly FundingPoint[];
};

/**
 * Joins a market's lists candle by candle, without ever looking ahead: open interest is the last one stamped
 * at or before the candle's close, funding what was paid from its open until before its close.
 */
export class SeriesReader {
  readonly #series: MarketSeries;
  #segment = 0;
  #candle = 0;
  #mark = 0;
  #openInterest = 0;
  #funding = 0;

  /** @param afterMs candles that closed by then are passed over */
  constructor(series: MarketSeries, afterMs = Number.NEGATIVE_INFINITY) {
    for (const { candleMs } of series.segments) {
      if (!(candleMs > 0)) throw new RangeError(`candle length ${candleMs} must be > 0 ms`);
    }
    this.#series = series;
    for (let segment = this.#current(); segment; segment = this.#current()) {
      if (segment.candles[this.#candle]!.openMs + segment.candleMs > afterMs) return;
      this.#candle++;
    }
  }

  /** The next candle that closed at or before `untilMs`, or undefined. */
  next(untilMs: number): (BookStep & { readonly closeMs: number }) | undefined {
    const segment = this.#current();
    const candle = segment?.candles[this.#candle];
    if (!segment || !candle || candle.openMs + segment.candleMs > untilMs) return undefined;
    this.#candle++;
    const closeMs = candle.openMs + segment.candleMs;
    const mark = this.#markOf(segment, candle.openMs);
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

  #current(): CandleSegment | undefined {
    const { segments } = this.#series;
    while (this.#segment < segments.length && this.#candle >= segments[this.#segment]!.candles.length) {
      this.#segment++;
      this.#candle = 0;
      this.#mark = 0;
    }
    return segments[this.#segment];
  }

  #markOf({ marks = [] }: CandleSegment, openMs: number): Candle | undefined {
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
