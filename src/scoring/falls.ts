import { hourMs } from '../core/durations.ts';
import type { OpenInterestPoint } from '../core/market-data.ts';
import { UserError } from '../errors.ts';
import type { ReplayInput } from '../recorded-market.ts';
import { Replay } from '../replay.ts';
import type { AmountPair, AmountRow } from './crossings.ts';
import { amountRow, crossings, flatCrossings, moveOf, priceSpans } from './crossings.ts';
import { grouped, hoursMs } from './figures.ts';
import type { MakeModel } from './model.ts';
import { makeModels, scoreModels } from './models.ts';

/** Moments between which open interest fell. */
export type FallWindow = { readonly fromMs: number; readonly toMs: number };

export type FallScore = {
  readonly coin: string;
  /** From the highest open interest of the window to the lowest after it. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Part of open interest that went, in coins. */
  readonly fallShare: number;
  readonly rows: readonly AmountRow[];
  /** Every model in every hour. */
  readonly hours: readonly AmountPair[];
};

/**
 * Predicted mass of both sides at the levels that price crossed in each hour of a fall, by what stood at the
 * hour's start, against the fall of open interest in that hour (0 where it rose). Not all that closes is liquidated,
 * and what opens meanwhile hides part of it: the ratio says no more than the order of magnitude.
 * Throws UserError where open interest does not fall in the window.
 */
export function scoreFall(
  input: ReplayInput,
  window: FallWindow,
  options: { readonly models?: readonly MakeModel[] } = {},
): FallScore {
  const { models = scoreModels } = options;
  const { candleMs } = new Replay(input);
  const sizes = hourlySizes(input.openInterest, window);
  const { fromMs, toMs } = largestFall(sizes, input.coin, window);
  const spans = priceSpans(input.candles, { candleMs, spanMs: Math.max(hourMs, candleMs), fromMs, toMs });
  const found = [...flatCrossings(spans), ...crossings(makeModels(models, { input, training: [] }), spans)];
  const names = [...new Set(found.map(({ model }) => model))];
  const hours = names.flatMap((model) =>
    grouped(
      found.filter((one) => one.model === model).map((one) => ({ ...one, timeMs: one.span.startMs })),
      hourMs,
    ).map((sides) => {
      const { startMs, endMs, startUsd } = sides[0]!.span;
      const predicted = sides.reduce((sum, { predictedUsd }) => sum + predictedUsd, 0);
      const real = Math.max(0, sizes.get(startMs)! - sizes.get(endMs)!) * startUsd;
      const move = sides.reduce((sum, one) => sum + moveOf(one.span, one.side), 0);
      return { model, side: 'both' as const, timeMs: startMs, predicted, real, move };
    }),
  );
  return {
    coin: input.coin,
    fromMs,
    toMs,
    fallShare: 1 - sizes.get(toMs)! / sizes.get(fromMs)!,
    rows: names.map((model) =>
      amountRow(
        { model, side: 'both' },
        hours.filter((hour) => hour.model === model),
        hoursMs,
      ),
    ),
    hours,
  };
}

/** Open interest last stamped at or before each full hour of the window. */
function hourlySizes(
  points: readonly OpenInterestPoint[],
  { fromMs, toMs }: FallWindow,
): Map<number, number> {
  const sizes = new Map<number, number>();
  let next = 0;
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += hourMs) {
    while (next < points.length && points[next]!.timeMs <= timeMs) next++;
    const last = points[next - 1];
    if (last && timeMs - last.timeMs < 2 * hourMs) sizes.set(timeMs, last.size);
  }
  return sizes;
}

function largestFall(sizes: ReadonlyMap<number, number>, coin: string, window: FallWindow): FallWindow {
  let highest: readonly [number, number] | undefined;
  let best = { fall: 0, fromMs: 0, toMs: 0 };
  for (const [timeMs, size] of sizes) {
    if (!highest || size > highest[1]) highest = [timeMs, size];
    const fall = highest[1] - size;
    if (fall > best.fall) best = { fall, fromMs: highest[0], toMs: timeMs };
  }
  if (best.fall > 0) return best;
  const [from, to] = [window.fromMs, window.toMs].map((timeMs) => new Date(timeMs).toISOString());
  throw new UserError(
    `Open interest of ${coin} is not known, or does not fall, between ${from} and ${to}. Give another --falls.`,
  );
}
