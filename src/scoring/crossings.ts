import type { Candle, Side } from '../core/market-data.ts';
import { rankCorrelation } from '../core/score/correlation.ts';
import type { Comparison, DatedPair, Figure } from './figures.ts';
import { comparedBy, figureOf, ratioFigure } from './figures.ts';
import type { Prediction, ScoreModel } from './model.ts';

/** Where price went in a span of time, from the last close before it. */
export type PriceSpan = {
  readonly startMs: number;
  readonly endMs: number;
  readonly startUsd: number;
  readonly lowUsd: number;
  readonly highUsd: number;
};

/** What one model had standing, at the start of a span, at the levels of one side that price then crossed. */
export type Crossing = {
  readonly model: string;
  readonly side: Side;
  readonly span: PriceSpan;
  readonly predictedUsd: number;
  /** Liquidated in the span by a model that follows it to its end: knows its volume and open interest. */
  readonly followedUsd?: number;
  readonly usdBetween: (low: number, high: number) => number;
};

/** Predicted against real amounts: whether both are large at the same times, and how much is predicted of all. */
export type AmountRow = {
  readonly model: string;
  readonly side: Side | 'both';
  readonly spans: number;
  readonly realUsd: number;
  readonly correlation?: Figure;
  /** What the correlation is above that of `flatMove` with the same amounts. */
  readonly overFlat?: Comparison;
  readonly ratio?: Figure;
};

/** One span: predicted and real USD, and how far price moved. */
export type AmountPair = DatedPair & Pick<AmountRow, 'model' | 'side'> & { readonly move: number };

/** What moves cross where every % of price holds the same: only its correlation means something. */
export const flatMove = 'flat (length of the move)';

/** Spans of equal length that candles cover without a hole; ascending. `spanMs` is a whole number of candles. */
export function priceSpans(
  candles: readonly Candle[],
  time: {
    readonly candleMs: number;
    readonly spanMs: number;
    readonly fromMs: number;
    readonly toMs: number;
  },
): PriceSpan[] {
  const { candleMs, spanMs, fromMs, toMs } = time;
  const byOpen = new Map(candles.map((candle) => [candle.openMs, candle]));
  const spans: PriceSpan[] = [];
  for (let startMs = fromMs; startMs + spanMs <= toMs; startMs += spanMs) {
    const before = byOpen.get(startMs - candleMs);
    const inside = Array.from({ length: spanMs / candleMs }, (_, i) => byOpen.get(startMs + i * candleMs));
    if (!before || inside.some((candle) => !candle)) continue;
    const startUsd = before.close;
    spans.push({
      startMs,
      endMs: startMs + spanMs,
      startUsd,
      lowUsd: Math.min(startUsd, ...inside.map((candle) => candle!.low)),
      highUsd: Math.max(startUsd, ...inside.map((candle) => candle!.high)),
    });
  }
  return spans;
}

/** Prices between which the levels of a side were crossed. */
export function crossedRange({ startUsd, lowUsd, highUsd }: PriceSpan, side: Side) {
  return side === 'long' ? { low: lowUsd, high: startUsd } : { low: startUsd, high: highUsd };
}

/**
 * What every model that knows amounts had at the levels crossed, by span and side. A model is asked at the
 * start of a span, and of what happens in it learns only the price path.
 */
export function crossings(
  models: readonly ScoreModel[],
  spans: readonly PriceSpan[],
  onProgress?: (done: number, of: number) => void,
): Crossing[] {
  const asked = new Map(models.map((model) => [model.name, rememberingLast(model)]));
  return spans.flatMap((span, i) => {
    onProgress?.(i, spans.length);
    return [...asked].flatMap(([name, ask]) => {
      const start = ask(span.startMs, span.startUsd);
      if (start?.usdBetween) return crossingsOf(name, span, start, ask);
      // Who has an answer without amounts never has any.
      if (start) asked.delete(name);
      return [];
    });
  });
}

/** The same by a line that knows only how far price moved, in USD a unit. */
export function flatCrossings(spans: readonly PriceSpan[]): Crossing[] {
  return spans.flatMap((span) =>
    (['long', 'short'] as const).map((side) => {
      const usdBetween = (from: number, to: number) => (to - from) / span.startUsd;
      return { model: flatMove, side, span, predictedUsd: moveOf(span, side), usdBetween };
    }),
  );
}

/** Correlation over spans and ratio of sums, with intervals by drawing blocks of `blockMs`, days unless told. */
export function amountRow(
  names: Pick<AmountRow, 'model' | 'side'>,
  pairs: readonly AmountPair[],
  blockMs?: number,
): AmountRow {
  const correlation = figureOf(pairs, (rows) => correlate(rows, ({ predicted }) => predicted), blockMs);
  const isFlat = names.model === flatMove;
  const overFlat = isFlat ? undefined : comparedBy(pairs, correlationOverFlat, blockMs);
  const ratio = isFlat ? undefined : ratioFigure(pairs, blockMs);
  return {
    ...names,
    spans: pairs.length,
    realUsd: pairs.reduce((sum, { real }) => sum + real, 0),
    ...(correlation && { correlation }),
    ...(overFlat && { overFlat }),
    ...(ratio && { ratio }),
  };
}

/** How far price moved against a side, as a fraction of where it started. */
export function moveOf(span: PriceSpan, side: Side): number {
  const { low, high } = crossedRange(span, side);
  return (high - low) / span.startUsd;
}

function correlate(rows: readonly AmountPair[], of: (row: AmountPair) => number): number | undefined {
  return rankCorrelation(rows.map((row) => [of(row), row.real]));
}

function correlationOverFlat(rows: readonly AmountPair[]): number | undefined {
  const own = correlate(rows, ({ predicted }) => predicted);
  const flat = correlate(rows, ({ move }) => move);
  return own === undefined || flat === undefined ? undefined : own - flat;
}

type Ask = (timeMs: number, markUsd: number) => Prediction | undefined;

/** The end of one span is the start of the next, and a map costs more than everything else. */
function rememberingLast(model: ScoreModel): Ask {
  let last: { readonly timeMs: number; readonly prediction: Prediction | undefined } | undefined;
  return (timeMs, markUsd) => {
    if (last?.timeMs !== timeMs) {
      last = { timeMs, prediction: model.predict({ timeMs, markUsd, earlier: [] }) };
    }
    return last.prediction;
  };
}

function crossingsOf(model: string, span: PriceSpan, start: Prediction, ask: Ask): Crossing[] {
  const end = start.liquidated && ask(span.endMs, span.startUsd);
  return (['long', 'short'] as const).map((side) => {
    const { low, high } = crossedRange(span, side);
    const usdBetween = (from: number, to: number) => start.usdBetween!(side, from, to);
    const size = end?.liquidated && start.liquidated && end.liquidated[side] - start.liquidated[side];
    return {
      model,
      side,
      span,
      predictedUsd: usdBetween(low, high),
      ...(size !== undefined && { followedUsd: (size * (low + high)) / 2 }),
      usdBetween,
    };
  });
}
