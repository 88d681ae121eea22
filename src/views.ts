import { bookModel } from './core/book-model.ts';
import { sizeUsd } from './core/build-map.ts';
import type { MapChanges } from './core/changes.ts';
import { dayMs, hourMs } from './core/durations.ts';
import { BookFold } from './core/fold.ts';
import type { Heatmap } from './core/heatmap.ts';
import type { MapWindow, VenueStatus } from './core/liquidation-map.ts';
import type { Provenance } from './core/market-data.ts';
import type { Weights } from './core/weights-for.ts';
import { resolveWeights } from './core/weights-for.ts';
import { foldHeatmap, type HeatMarket, type HeatTime } from './heatmaps.ts';
import { foldChanges } from './map-changes.ts';
import type { MarketHistory } from './market-history.ts';

/** How far back a heatmap looks. */
export const heatSpans = ['12h', '24h', '3d', '7d', '30d', '90d'] as const;
export type HeatSpan = (typeof heatSpans)[number];

/** Since when changes are counted. */
export const changeSpans = ['4h', '24h', '7d', '30d'] as const;
export type ChangeSpan = (typeof changeSpans)[number];

/** Columns of a picture, and the map whose history reaches far enough back. */
const heatPlans: Readonly<Record<HeatSpan, { columnMs: number; columns: number; window: MapWindow }>> = {
  '12h': { columnMs: hourMs / 12, columns: 144, window: '24h' },
  '24h': { columnMs: hourMs / 12, columns: 288, window: '24h' },
  '3d': { columnMs: hourMs / 4, columns: 288, window: '7d' },
  '7d': { columnMs: hourMs / 2, columns: 336, window: '7d' },
  '30d': { columnMs: 2 * hourMs, columns: 360, window: '30d' },
  '90d': { columnMs: 6 * hourMs, columns: 360, window: 'all' },
};

const changePlans: Readonly<Record<ChangeSpan, { spanMs: number; window: MapWindow }>> = {
  '4h': { spanMs: 4 * hourMs, window: '24h' },
  '24h': { spanMs: dayMs, window: '24h' },
  '7d': { spanMs: 7 * dayMs, window: '7d' },
  '30d': { spanMs: 30 * dayMs, window: '30d' },
};

/** The map that is shown with a view, of as much history as it needs. */
export function windowOfHeat(span: HeatSpan): MapWindow {
  return heatPlans[span].window;
}

/** What a heatmap that ends at a time shows. */
export function heatTime(span: HeatSpan, nowMs: number): HeatTime {
  const { columnMs, columns } = heatPlans[span];
  return { nowMs, columnMs, columns };
}

/** Milliseconds. */
export function spanOfChanges(span: ChangeSpan): number {
  return changePlans[span].spanMs;
}

/** The map that is shown with changes, of as much history as they need. */
export function windowOfChanges(span: ChangeSpan): MapWindow {
  return changePlans[span].window;
}

/** A coin's markets with their histories, and those that are left out. */
export type Gathered = {
  readonly base: string;
  readonly nowMs: number;
  readonly provenance: Provenance;
  /** At least one. */
  readonly histories: readonly MarketHistory[];
  readonly venues: readonly VenueStatus[];
};

/** What commands ask for beside maps. Both throw UserError as maps do, and may throw the signal's reason once it is aborted. */
export interface Views {
  heatmap(symbol: string, span: HeatSpan, signal?: AbortSignal): Promise<Heatmap>;
  changes(symbol: string, span: ChangeSpan, signal?: AbortSignal): Promise<MapChanges>;
}

/** Makes views here and now. */
export class ViewService implements Views {
  readonly #gather: (symbol: string, window: MapWindow) => Promise<Gathered>;
  readonly #weights: Weights;

  constructor(deps: {
    readonly gather: (symbol: string, window: MapWindow) => Promise<Gathered>;
    readonly weights: Weights;
  }) {
    this.#gather = deps.gather;
    this.#weights = deps.weights;
  }

  async heatmap(symbol: string, span: HeatSpan, signal?: AbortSignal): Promise<Heatmap> {
    const { base, nowMs, provenance, histories, venues } = await this.#gather(symbol, windowOfHeat(span));
    const markets = histories.map((history) => this.#market(history));
    const time = { ...heatTime(span, nowMs), signal };
    const cells = await foldHeatmap(markets, largest(histories).series.segments, time);
    return { ...cells, symbol: base, provenance, venues };
  }

  async changes(symbol: string, span: ChangeSpan, signal?: AbortSignal): Promise<MapChanges> {
    const { window, spanMs } = changePlans[span];
    const { base, nowMs, provenance, histories, venues } = await this.#gather(symbol, window);
    const markets = histories.map((history) => ({
      ...this.#market(history),
      candles: history.series.segments.flatMap(({ candles }) => candles),
    }));
    const changes = await foldChanges(markets, { fromMs: nowMs - spanMs, nowMs, signal });
    return { ...changes, symbol: base, provenance, venues };
  }

  #market({ market, series, rules, price }: MarketHistory): HeatMarket {
    const model = bookModel({
      contract: market.contract,
      rules,
      weights: resolveWeights(this.#weights, market),
      price: price.mark,
    });
    return { fold: new BookFold({ model, series }), markUsd: price.mark };
  }
}

function largest(histories: readonly MarketHistory[]): MarketHistory {
  const sizeOf = ({ market, series, price }: MarketHistory) =>
    sizeUsd(market.contract, series.openInterest.at(-1)?.size ?? 0, price.mark);
  return histories.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));
}
