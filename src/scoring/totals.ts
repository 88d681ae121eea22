import { dayMs } from '../core/durations.ts';
import type { DailyLiquidations } from '../market/recorded/liquidations.ts';
import type { ReplayInput } from '../recorded-market.ts';
import { Replay } from '../replay.ts';
import type { AmountPair, AmountRow, Crossing } from './crossings.ts';
import { amountRow, crossings, flatCrossings, moveOf, priceSpans } from './crossings.ts';

import type { MakeModel } from './model.ts';
import { makeModels, scoreModels } from './models.ts';

export type TotalsScore = {
  readonly coin: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: readonly AmountRow[];
  /** Every model on every day and side. */
  readonly days: readonly AmountPair[];
};

/**
 * Predicted mass at the levels that price crossed in a UTC day, against what the venue liquidated that day: by
 * what stood at the day's start, and, for models that follow the market, by what they liquidated while being told
 * the day's volume and open interest (never its liquidations).
 */
export function scoreTotals(
  input: ReplayInput,
  totals: readonly DailyLiquidations[],
  options: {
    readonly models?: readonly MakeModel[];
    readonly onProgress?: (done: number, of: number) => void;
  } = {},
): TotalsScore {
  const { models = scoreModels, onProgress } = options;
  const { candleMs } = new Replay(input);
  const fromMs = totals[0]!.dayMs;
  const toMs = totals.at(-1)!.dayMs + dayMs;
  const spans = priceSpans(input.candles, { candleMs, spanMs: dayMs, fromMs, toMs });
  const found = crossings(makeModels(models, { input, training: [] }), spans, onProgress);
  const days = dayPairs([...flatCrossings(spans), ...found, ...followed(found)], totals);
  const names = [...new Set(days.map(({ model }) => model))];
  const rows = names.flatMap((model) =>
    (['long', 'short', 'both'] as const).map((side) =>
      amountRow(
        { model, side },
        days.filter((day) => day.model === model && day.side === side),
      ),
    ),
  );
  return { coin: input.coin, fromMs, toMs, rows, days };
}

function followed(found: readonly Crossing[]): Crossing[] {
  return found.flatMap((one) =>
    one.followedUsd === undefined
      ? []
      : [{ ...one, model: `${one.model} (followed through the day)`, predictedUsd: one.followedUsd }],
  );
}

/** Each side, and both together. */
function dayPairs(found: readonly Crossing[], totals: readonly DailyLiquidations[]): TotalsScore['days'] {
  const byDay = new Map(totals.map((total) => [total.dayMs, total]));
  const sided = found.flatMap(({ model, side, span, predictedUsd }) => {
    const day = byDay.get(span.startMs);
    if (!day) return [];
    const real = side === 'long' ? day.longUsd : day.shortUsd;
    return [{ model, side, timeMs: span.startMs, predicted: predictedUsd, real, move: moveOf(span, side) }];
  });
  const longs = sided.filter(({ side }) => side === 'long');
  const shorts = new Map(
    sided.filter(({ side }) => side === 'short').map((one) => [`${one.model} ${one.timeMs}`, one]),
  );
  const both = longs.flatMap((long) => {
    const short = shorts.get(`${long.model} ${long.timeMs}`);
    if (!short) return [];
    const predicted = long.predicted + short.predicted;
    const move = long.move + short.move;
    return [{ ...long, side: 'both' as const, predicted, move, real: byDay.get(long.timeMs)!.totalUsd }];
  });
  return [...sided, ...both];
}
