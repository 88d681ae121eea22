import { hourMs } from '../core/durations.ts';
import type { Liquidation, Side } from '../core/market-data.ts';
import { logGainOver } from '../core/score/measures.ts';
import type { ReplayInput } from '../recorded-market.ts';
import { Replay } from '../replay.ts';
import type { AmountRow, Crossing, PriceSpan } from './crossings.ts';
import { amountRow, crossedRange, crossings, flatCrossings, moveOf, priceSpans } from './crossings.ts';
import type { DatedValue, Figure } from './figures.ts';
import { figureOf, hoursMs, meanValue } from './figures.ts';
import type { MakeModel } from './model.ts';
import { makeModels, scoreModels } from './models.ts';

/** Width of the cells in which events are counted, as a fraction of price: that of a book's entry bin. */
const cellWidth = 0.001;
/** Fewest events on a side in an hour for their places to count. */
const fewestEvents = 5;

/**
 * Maintenance rate and fee that part a liquidation price from the bankruptcy price of an order: the lowest tier of
 * most large coins and the taker fee. Larger positions have more: their levels lie up to some 0.5 % nearer.
 */
export const eventMarginRate = 0.0055;

export type EventRow = {
  readonly model: string;
  /** Where: mean log-likelihood gain over a flat line across the prices that were crossed, a side and hour. */
  readonly where?: Figure;
  readonly sidesOfHours: number;
  /** How much: by hours and sides, those without any event included. */
  readonly amount: AmountRow;
};

export type EventScore = {
  readonly coin: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly events: number;
  /** Part of their USD whose level was crossed in the event's hour by the candles given; the rest is left out. */
  readonly crossedShare: number;
  readonly rows: readonly EventRow[];
};

type Event = { readonly timeMs: number; readonly side: Side; readonly level: number; readonly usd: number };

/**
 * Forced orders as a feed showed them, against what stood at the start of the hour at the levels that price then
 * crossed. Feeds print bankruptcy prices; the level is where maintenance margin is left: bankruptcy / (1 - r)
 * for longs, / (1 + r) for shorts, from margin + size (p - entry) = r size p.
 *
 * @param liquidations at least one, by ascending time
 */
export function scoreEvents(
  input: ReplayInput,
  liquidations: readonly Liquidation[],
  options: {
    readonly models?: readonly MakeModel[];
    readonly onProgress?: (done: number, of: number) => void;
  } = {},
): EventScore {
  const { models = scoreModels, onProgress } = options;
  const { candleMs } = new Replay(input);
  const spanMs = Math.max(hourMs, candleMs);
  const fromMs = Math.floor(liquidations[0]!.timeMs / spanMs) * spanMs;
  const toMs = (Math.floor(liquidations.at(-1)!.timeMs / spanMs) + 1) * spanMs;
  const spans = priceSpans(input.candles, { candleMs, spanMs, fromMs, toMs });
  const crossed = crossedEvents(liquidations.map(eventOf), spans);
  const found = [
    ...flatCrossings(spans),
    ...crossings(makeModels(models, { input, training: [] }), spans, onProgress),
  ];
  const usd = (events: readonly { readonly usd: number }[]) => events.reduce((sum, one) => sum + one.usd, 0);
  return {
    coin: input.coin,
    fromMs,
    toMs,
    events: liquidations.length,
    crossedShare: usd([...crossed.values()].flat()) / usd(liquidations),
    rows: [...new Set(found.map(({ model }) => model))].map((model) =>
      eventRow(
        model,
        found.filter((one) => one.model === model),
        crossed,
      ),
    ),
  };
}

function eventOf({ timeMs, liquidatedSide, price, priceKind, usd }: Liquidation): Event {
  const margin = liquidatedSide === 'long' ? 1 - eventMarginRate : 1 + eventMarginRate;
  // Limits and fills lie near the trigger already.
  return { timeMs, side: liquidatedSide, usd, level: priceKind === 'bankruptcy' ? price / margin : price };
}

/** Events by hour and side whose level lies within what was crossed in that hour. */
function crossedEvents(events: readonly Event[], spans: readonly PriceSpan[]): Map<string, readonly Event[]> {
  const sided = spans.flatMap((span) => (['long', 'short'] as const).map((side) => ({ span, side })));
  return new Map(
    sided.map(({ span, side }) => {
      const { low, high } = crossedRange(span, side);
      const inside = events.filter(
        (event) =>
          event.side === side &&
          event.timeMs >= span.startMs &&
          event.timeMs < span.endMs &&
          event.level >= low &&
          event.level <= high,
      );
      return [keyOf(span, side), inside];
    }),
  );
}

function eventRow(
  model: string,
  found: readonly Crossing[],
  crossed: ReadonlyMap<string, readonly Event[]>,
): EventRow {
  const eventsOf = ({ span, side }: Crossing) => crossed.get(keyOf(span, side)) ?? [];
  const places = found.flatMap((one): DatedValue[] => {
    const gain = gainWithin(one, eventsOf(one));
    return gain === undefined ? [] : [{ timeMs: one.span.startMs, value: gain }];
  });
  const where = figureOf(places, meanValue, hoursMs);
  const pairs = found.map((one) => ({
    model,
    side: one.side,
    timeMs: one.span.startMs,
    move: moveOf(one.span, one.side),
    predicted: one.predictedUsd,
    real: eventsOf(one).reduce((sum, { usd }) => sum + usd, 0),
  }));
  return {
    model,
    ...(where && { where }),
    sidesOfHours: places.length,
    amount: amountRow({ model, side: 'both' }, pairs, hoursMs),
  };
}

/** How much likelier the model makes the places of events than a flat line over what was crossed. */
function gainWithin({ span, side, usdBetween }: Crossing, events: readonly Event[]): number | undefined {
  const { low, high } = crossedRange(span, side);
  const cells = Math.round((high - low) / (cellWidth * span.startUsd));
  if (cells < 2 || events.length < fewestEvents) return undefined;
  const width = (high - low) / cells;
  const predicted = Float64Array.from({ length: cells }, (_, i) =>
    usdBetween(low + i * width, low + (i + 1) * width),
  );
  const real = new Float64Array(cells);
  for (const { level, usd } of events) real[Math.min(cells - 1, Math.floor((level - low) / width))]! += usd;
  return logGainOver(predicted, real);
}

function keyOf({ startMs }: PriceSpan, side: Side): string {
  return `${startMs} ${side}`;
}
