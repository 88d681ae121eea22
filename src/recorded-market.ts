import { bookModel } from './core/book-model.ts';
import { type ScaledCandles, scaleBorrowedVolume } from './core/borrowed-volume.ts';
import { BookFold } from './core/fold.ts';
import type { Candle, FundingPoint, MarginRules, OpenInterestPoint } from './core/market-data.ts';
import type { OpeningWeights } from './core/weights.ts';
import { UserError } from './errors.ts';

export type ReplayInput = {
  readonly coin: string;
  readonly venue: string;
  /** Ascending, traded prices; of another venue when `borrowed`. */
  readonly candles: readonly Candle[];
  readonly borrowed: boolean;
  /** Fixed factor on the candles' volume instead of the ratio of open interest. */
  readonly volumeScale?: number;
  /** Base units. */
  readonly openInterest: readonly OpenInterestPoint[];
  /** Of the venue the candles are borrowed from, base units. */
  readonly candleOpenInterest?: readonly OpenInterestPoint[];
  readonly funding?: readonly FundingPoint[];
  readonly rules: MarginRules;
  readonly weights: OpeningWeights;
};

export type RecordedMarket = {
  readonly candleMs: number;
  /** With the venue's own volume. */
  readonly candles: readonly Candle[];
  /** Factor on the recorded volume of each candle. */
  readonly scales: readonly number[];
  /** A book that nothing has been folded into yet. */
  newFold(): BookFold;
};

/** A market as its files tell it. Throws UserError when the recorded rows do not overlap in time. */
export function recordedMarket(input: ReplayInput): RecordedMarket {
  const candleMs = candleLength(input.candles);
  const { candles, scales } = ownVolume(input, candleMs);
  const [first, last] = [candles[0]!, candles.at(-1)!];
  const known = input.openInterest[0];
  if (!known || known.timeMs > last.openMs + candleMs) {
    throw new UserError(
      `The open interest of ${input.coin} begins after the last candle. Give files of the same span.`,
    );
  }
  const { rules, weights, openInterest, funding } = input;
  const model = bookModel({ contract: 'linear', rules, weights, price: first.open });
  const series = { segments: [{ candles, candleMs }], openInterest, ...(funding && { funding }) };
  return { candleMs, candles, scales, newFold: () => new BookFold({ model, series }) };
}

function ownVolume(input: ReplayInput, candleMs: number): ScaledCandles {
  const { candles, volumeScale, borrowed, openInterest, candleOpenInterest } = input;
  if (volumeScale !== undefined) {
    return {
      candles: candles.map((c) => ({ ...c, volume: c.volume * volumeScale })),
      scales: candles.map(() => volumeScale),
    };
  }
  if (!borrowed) return { candles, scales: candles.map(() => 1) };
  return scaleBorrowedVolume({
    candles,
    candleMs,
    openInterest,
    ...(candleOpenInterest && { candleOpenInterest }),
  });
}

/** The shortest gap between candles; holes in a record only make longer ones. */
function candleLength(candles: readonly Candle[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < candles.length; i++) {
    shortest = Math.min(shortest, candles[i]!.openMs - candles[i - 1]!.openMs);
  }
  if (!Number.isFinite(shortest))
    throw new UserError('A single candle does not tell its own length. Give at least two.');
  return shortest;
}

/** Open interest in USD, divided by the close of the last candle that had closed when it was stamped. */
export function inBaseUnits(
  points: readonly { readonly timeMs: number; readonly usd: number }[],
  candles: readonly Candle[],
): OpenInterestPoint[] {
  const candleMs = candleLength(candles);
  let closed = 0;
  return points.flatMap(({ timeMs, usd }) => {
    while (candles[closed] && candles[closed]!.openMs + candleMs <= timeMs) closed++;
    const price = candles[closed - 1]?.close;
    return price === undefined ? [] : [{ timeMs, size: usd / price }];
  });
}
