import type { Book } from './book.ts';
import { historyStart } from './fold.ts';
import type { LeverageLayer, LiquidationMap, MapWindow, SidedUsd, VenueStatus } from './liquidation-map.ts';
import { addSpan, mapEdges } from './map-bins.ts';
import type { Contract, Provenance, Side } from './market-data.ts';

/** The books of one symbol: one part per venue market. */
export type MapPart = {
  readonly venue: string;
  readonly book: Book;
  /** The market's mark price now, USD; levels are placed by their distance from it. */
  readonly markUsd: number;
};

export type MapInput = {
  readonly symbol: string;
  readonly timeMs: number;
  readonly provenance: Provenance;
  readonly window: MapWindow;
  /** Half width as a fraction of price; 0.5 unless told. */
  readonly range?: number;
  /** At least one. */
  readonly parts: readonly MapPart[];
  readonly venues: readonly VenueStatus[];
} & Pick<LiquidationMap, 'atrPct' | 'openInterestChange24hPct' | 'fundingRate8h'>;

/** Effective leverage from which each colour group of a map starts. */
const layerStarts = [0, 5, 10, 25, 50];

/**
 * Lays the books of many venues on one grid of price bins. The price is the open-interest-weighted median
 * mark; every level keeps its distance in % from its own venue's mark. Size becomes USD here, at the price of
 * the level (linear), or is USD already (inverse). Throws RangeError without parts.
 */
export function buildMap(input: MapInput): LiquidationMap {
  const { parts, venues, window, range = 0.5, ...header } = input;
  if (parts.length === 0) throw new RangeError(`no book to draw a map of ${input.symbol} from`);
  const priceUsd = weightedMedian(
    parts.map((part) => ({ value: part.markUsd, weight: partOpenInterestUsd(part) })),
  );
  const edges = mapEdges(priceUsd, range);
  const canvas = new Canvas(edges, priceUsd);
  for (const part of parts) canvas.draw(part, window);
  return {
    ...header,
    window,
    priceUsd,
    edges,
    openInterestUsd: total(parts.map(partOpenInterestUsd)),
    longUsd: canvas.long,
    shortUsd: canvas.short,
    byLeverage: canvas.byLeverage,
    meanLeverage: canvas.meanLeverage(),
    byVenue: [...canvas.byVenue].map(([venue, bins]) => ({ venue, ...bins })),
    outside: canvas.outside,
    neverLiquidated: sided((side) =>
      total(
        parts.map((part) =>
          inUsd(part, part.book.totals(side).never - olderTotals(part, side, window).never),
        ),
      ),
    ),
    older: sided((side) =>
      total(
        parts.map((part) => {
          const { levels, never, unknown } = olderTotals(part, side, window);
          return inUsd(part, levels + never + unknown);
        }),
      ),
    ),
    unknownAgeShare: unknownAgeShare(parts, window),
    venues,
  };
}

type Bins = { longUsd: Float64Array; shortUsd: Float64Array };

class Canvas {
  readonly long: Float64Array;
  readonly short: Float64Array;
  readonly byLeverage: LeverageLayer[];
  readonly byVenue = new Map<string, Bins>();
  readonly outside = { longUsd: 0, shortUsd: 0 };
  /** USD x log leverage. */
  readonly #logLeverage: { readonly long: Float64Array; readonly short: Float64Array };
  readonly #edges: Float64Array;
  readonly #priceUsd: number;

  constructor(edges: Float64Array, priceUsd: number) {
    this.#edges = edges;
    this.#priceUsd = priceUsd;
    this.#logLeverage = { long: this.#row(), short: this.#row() };
    this.long = this.#row();
    this.short = this.#row();
    this.byLeverage = layerStarts.map((minLeverage, i) => {
      const maxLeverage = layerStarts[i + 1] ?? Number.POSITIVE_INFINITY;
      return { label: layerLabel(minLeverage, maxLeverage), minLeverage, maxLeverage, ...this.#bins() };
    });
  }

  draw({ venue, book, markUsd }: MapPart, window: MapWindow): void {
    const { contract, leverages } = book.model;
    const venueBins = this.byVenue.get(venue) ?? this.#bins();
    this.byVenue.set(venue, venueBins);
    const layers = leverages.map((leverage) => this.byLeverage[layerOf(leverage)]!);
    const logs = leverages.map(Math.log);
    const align = this.#priceUsd / markUsd;
    const price = this.#priceUsd;
    book.visitLevels(
      (side, bucket, low, high, size) => {
        const amount = contract === 'linear' ? (size * (low + high)) / 2 : size;
        // Half a bin of a level may reach over the price that has not crossed its middle.
        const span =
          side === 'long'
            ? { low: Math.min(low * align, price), high: Math.min(high * align, price), amount }
            : { low: Math.max(low * align, price), high: Math.max(high * align, price), amount };
        this.#add(side, [this, layers[bucket]!, venueBins], span);
        addSpan(this.#logLeverage[side], this.#edges, { ...span, amount: amount * logs[bucket]! });
      },
      book.hasMark(window) ? window : undefined,
    );
  }

  meanLeverage(): LiquidationMap['meanLeverage'] {
    const means = (usd: Float64Array, logs: Float64Array) =>
      usd.map((amount, bin) => (amount > 0 ? Math.exp(logs[bin]! / amount) : 0));
    return {
      long: means(this.long, this.#logLeverage.long),
      short: means(this.short, this.#logLeverage.short),
    };
  }

  #add(
    side: Side,
    [all, layer, venue]: readonly [Canvas, Bins, Bins],
    span: { readonly low: number; readonly high: number; readonly amount: number },
  ): void {
    if (side === 'long') {
      this.outside.longUsd += addSpan(all.long, this.#edges, span);
      addSpan(layer.longUsd, this.#edges, span);
      addSpan(venue.longUsd, this.#edges, span);
    } else {
      this.outside.shortUsd += addSpan(all.short, this.#edges, span);
      addSpan(layer.shortUsd, this.#edges, span);
      addSpan(venue.shortUsd, this.#edges, span);
    }
  }

  #bins(): Bins {
    return { longUsd: this.#row(), shortUsd: this.#row() };
  }

  #row(): Float64Array {
    return new Float64Array(this.#edges.length - 1);
  }
}

function layerLabel(min: number, max: number): string {
  if (min === 0) return `under ${max}x`;
  return max === Number.POSITIVE_INFINITY ? `${min}x and more` : `${min}–${max}x`;
}

function layerOf(leverage: number): number {
  return layerStarts.findLastIndex((start) => leverage >= start);
}

/** What of a book stands from before the window (nothing but unknown levels when the window is all). */
function olderTotals({ book }: MapPart, side: Side, window: MapWindow) {
  return book.hasMark(window)
    ? book.totals(side, window)
    : { levels: 0, never: 0, unknown: book.totals(side).unknown };
}

function unknownAgeShare(parts: readonly MapPart[], window: MapWindow): number {
  let drawn = 0;
  let unknown = 0;
  for (const part of parts) {
    for (const side of ['long', 'short'] as const) {
      const older = olderTotals(part, side, window).levels;
      drawn += inUsd(part, part.book.totals(side).levels - older);
      const ancient = part.book.hasMark(historyStart) ? part.book.totals(side, historyStart).levels : 0;
      unknown += inUsd(part, Math.max(0, ancient - older));
    }
  }
  return drawn > 0 ? Math.min(1, unknown / drawn) : 0;
}

function partOpenInterestUsd(part: MapPart): number {
  return inUsd(part, part.book.openInterest);
}

function inUsd({ book, markUsd }: MapPart, size: number): number {
  return sizeUsd(book.model.contract, size, markUsd);
}

/** USD of a size at a price. */
export function sizeUsd(contract: Contract, size: number, priceUsd: number): number {
  return contract === 'linear' ? size * priceUsd : size;
}

function sided(of: (side: Side) => number): SidedUsd {
  return { longUsd: of('long'), shortUsd: of('short') };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function weightedMedian(points: readonly { value: number; weight: number }[]): number {
  const sorted = [...points].sort((a, b) => a.value - b.value);
  const half = total(sorted.map((point) => point.weight)) / 2;
  let below = 0;
  for (const { value, weight } of sorted) {
    below += weight;
    if (below >= half) return value;
  }
  throw new RangeError('no price to take a median of');
}
