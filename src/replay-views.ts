import type { MapChanges } from './core/changes.ts';
import type { Heatmap } from './core/heatmap.ts';
import type { VenueStatus } from './core/liquidation-map.ts';
import { foldHeatmap } from './heatmaps.ts';
import { foldChanges } from './map-changes.ts';
import { type RecordedMarket, type ReplayInput, recordedMarket } from './recorded-market.ts';
import { type ChangeSpan, type HeatSpan, heatTime, spanOfChanges } from './views.ts';

/**
 * Heatmaps and changes of a recorded market. Each folds from the first candle on, as columns look back: seconds for a
 * year. Both throw RangeError when no candle had closed in the time that they show.
 */
export class ReplayViews {
  readonly #input: ReplayInput;
  readonly #market: RecordedMarket;

  /** Throws UserError when the recorded rows do not overlap in time. */
  constructor(input: ReplayInput) {
    this.#input = input;
    this.#market = recordedMarket(input);
  }

  /** @param venues as the map of that time names them. */
  async heatmap(timeMs: number, span: HeatSpan, venues: readonly VenueStatus[]): Promise<Heatmap> {
    const { candles, candleMs, newFold } = this.#market;
    const closed = candles.filter(({ openMs }) => openMs + candleMs <= timeMs);
    const cells = await foldHeatmap(
      [{ fold: newFold() }],
      [{ candles: closed, candleMs }],
      heatTime(span, timeMs),
    );
    return { ...cells, symbol: this.#input.coin, provenance: 'recorded', venues };
  }

  /** @param venues as the map of that time names them. */
  async changes(timeMs: number, span: ChangeSpan, venues: readonly VenueStatus[]): Promise<MapChanges> {
    const { candles, candleMs, newFold } = this.#market;
    const closed = candles.filter(({ openMs }) => openMs + candleMs <= timeMs);
    const since = { fromMs: timeMs - spanOfChanges(span), nowMs: timeMs };
    const changes = await foldChanges([{ fold: newFold(), candles: closed }], since);
    return { ...changes, symbol: this.#input.coin, provenance: 'recorded', venues };
  }
}
