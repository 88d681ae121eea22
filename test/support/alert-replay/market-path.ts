import type { Candle } from '../../../src/core/market-data.ts';

const minuteMs = 60_000;
/** Minutes at which legs of an hour's path end, and where it has got to. */
type Corner = { readonly minute: number; readonly price: number };

/**
 * One price a minute along hourly candles: from the previous close to the open, to the nearer extreme, to the other one and
 * to the close, each leg for as long as it is far. Every extreme falls on a full minute, so none is missed.
 */
export class MarketPath {
  readonly #candles: readonly Candle[];
  readonly #firstMs: number;
  readonly #corners = new Map<number, readonly Corner[]>();

  /** @param candles hourly, ascending, without gaps */
  constructor(candles: readonly Candle[]) {
    this.#candles = candles;
    this.#firstMs = candles[0]!.openMs;
  }

  /** At a full minute; undefined outside of the recording. */
  priceAt(timeMs: number): number | undefined {
    const sinceStart = Math.floor((timeMs - this.#firstMs) / minuteMs);
    const corners = this.#cornersOf(Math.floor(sinceStart / 60));
    if (!corners) return undefined;
    const minute = sinceStart % 60;
    const next = corners.findIndex((corner) => corner.minute >= minute);
    const [from, to] = [corners[Math.max(0, next - 1)]!, corners[next]!];
    if (to.minute === from.minute) return to.price;
    return from.price + ((to.price - from.price) * (minute - from.minute)) / (to.minute - from.minute);
  }

  /** Candles of a finer step cut out of the path, of those that have closed by then; volume is spread evenly. */
  candles(
    stepMs: number,
    range: { readonly fromMs: number; readonly toMs: number },
    nowMs: number,
  ): Candle[] {
    const candles: Candle[] = [];
    const first = Math.max(Math.ceil(range.fromMs / stepMs) * stepMs, this.#firstMs);
    for (let openMs = first; openMs < range.toMs && openMs + stepMs <= nowMs; openMs += stepMs) {
      const prices = [];
      for (let ms = openMs; ms <= openMs + stepMs; ms += minuteMs)
        prices.push(this.priceAt(ms) ?? Number.NaN);
      const hour = this.#candles[Math.floor((openMs - this.#firstMs) / (60 * minuteMs))];
      if (!hour || prices.some(Number.isNaN)) break;
      candles.push({
        openMs,
        open: prices[0]!,
        high: Math.max(...prices),
        low: Math.min(...prices),
        close: prices.at(-1)!,
        volume: (hour.volume * stepMs) / (60 * minuteMs),
      });
    }
    return candles;
  }

  #cornersOf(hour: number): readonly Corner[] | undefined {
    const candle = this.#candles[hour];
    if (!candle) return undefined;
    const known = this.#corners.get(hour);
    if (known) return known;
    const corners = cornersOf(candle, this.#candles[hour + 1]?.open ?? candle.close);
    this.#corners.set(hour, corners);
    return corners;
  }
}

/** The last corner is the next hour's open, so that the path has no jumps. */
function cornersOf({ open, high, low, close }: Candle, nextOpen: number): readonly Corner[] {
  const extremes = high - open <= open - low ? [high, low] : [low, high];
  const prices = [open, ...extremes, close];
  const lengths = prices.slice(1).map((price, i) => Math.abs(price - prices[i]!));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const corners: Corner[] = [{ minute: 0, price: open }];
  let gone = 0;
  for (const [i, length] of lengths.slice(0, 2).entries()) {
    gone += length;
    const minute = total > 0 ? Math.round((gone / total) * 59) : 20 * (i + 1);
    corners.push({ minute: Math.max(i + 1, Math.min(57 + i, minute)), price: prices[i + 1]! });
  }
  if (corners[2]!.minute <= corners[1]!.minute) {
    corners[2] = { ...corners[2]!, minute: corners[1]!.minute + 1 };
  }
  return [...corners, { minute: 59, price: close }, { minute: 60, price: nextOpen }];
}
