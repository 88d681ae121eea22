import type { Book, SideTotals } from './book.ts';
import type { Uncertainty } from './ensemble.ts';
import { usdBands } from './ensemble-band.ts';
import { EnsembleRows } from './ensemble-rows.ts';
import { historyStart } from './fold.ts';
import { LevelBins } from './level-bins.ts';
import type { LeverageLayer, LiquidationMap, MapWindow, SidedUsd, VenueStatus } from './liquidation-map.ts';
import { mapEdges } from './map-bins.ts';
import type { Contract, Provenance, Side } from './market-data.ts';

/** The books of one symbol: one part per venue market. */
export type MapPart = {
  readonly venue: string;
  readonly book: Book;
  /** The market's mark price now, USD; levels are placed by their distance from it. */
  readonly markUsd: number;
  /** Which part of each side the book is drawn for, the rest being known otherwise; all unless told. */
  readonly modelled?: Readonly<Record<Side, number>>;
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
  /** With it the map has bands. */
  readonly uncertainty?: Uncertainty;
} & Pick<LiquidationMap, 'atrPct' | 'openInterestChange24hPct' | 'fundingRate8h'>;

/** Effective leverage from which each colour group of a map starts. */
const layerStarts = [0, 5, 10, 25, 50];

/**
 * Lays the books of many venues on one grid of price bins. The price is the open-interest-weighted median
 * mark; every level keeps its distance in % from its own venue's mark. Size becomes USD here, at the price of
 * the level (linear), or is USD already (inverse). Throws RangeError without parts.
 */
export function buildMap(input: MapInput): LiquidationMap {
  const { parts, venues, window, uncertainty, range = 0.5, ...header } = input;
  if (parts.length === 0) throw new RangeError(`no book to draw a map of ${input.symbol} from`);
  const priceUsd = medianMark(parts);
  const edges = mapEdges(priceUsd, range);
  const rows = uncertainty && new EnsembleRows(edges.length - 1);
  const canvas = new Canvas(edges, priceUsd, rows);
  for (const part of parts) canvas.draw(part, window);
  const stands = parts.map((part) => ({
    part,
    long: standOf(part, 'long', window),
    short: standOf(part, 'short', window),
  }));
  if (rows) for (const stand of stands) addNever(rows, stand);
  return {
    ...header,
    window,
    priceUsd,
    edges,
    openInterestUsd: total(parts.map(partOpenInterestUsd)),
    ...canvas.all,
    byLeverage: canvas.byLeverage,
    meanLeverage: canvas.meanLeverage(),
    byVenue: [...canvas.byVenue].map(([venue, bins]) => ({ venue, ...bins })),
    outside: canvas.outside,
    neverLiquidated: sumSides(stands, ({ now, older }) => now.never - older.never),
    older: sumSides(stands, ({ older }) => older.levels + older.never + older.unknown),
    unknownAgeShare: unknownAgeShare(stands),
    venues,
    ...(rows && uncertainty && bandsOf(canvas.all, rows, { parts, uncertainty })),
  };
}

/** What is never liquidated is the least leverage of its side, and the members differ in how much that is. */
function addNever(rows: EnsembleRows, { part, ...stand }: Stood): void {
  const { leverages } = part.book.model;
  for (const side of ['long', 'short'] as const) {
    const { now, older } = stand[side];
    const never = Math.max(0, now.never - older.never) * modelledShare(part, side);
    rows.addElsewhere(side, leverages[0]!, inUsd(part, never));
  }
}

/** What the members of an ensemble make of the same rows, and how much single positions matter in these markets. */
function bandsOf(
  { longUsd, shortUsd }: Bins,
  rows: EnsembleRows,
  { parts, uncertainty }: { readonly parts: readonly MapPart[]; readonly uncertainty: Uncertainty },
): Required<Pick<LiquidationMap, 'bandUsd' | 'ensemble'>> {
  const deviationUsd = rows.deviations(uncertainty.spread);
  const markets = parts.map(partOpenInterestUsd);
  const largestWeighted = total(markets.map((usd) => usd * usd)) / Math.max(1, total(markets));
  const positionUsd = uncertainty.positionShare * largestWeighted;
  return {
    ensemble: { deviationUsd, positionUsd },
    bandUsd: {
      long: usdBands(longUsd, deviationUsd.long, positionUsd),
      short: usdBands(shortUsd, deviationUsd.short, positionUsd),
    },
  };
}

/** The price of a map: the median of its markets' marks, weighted by open interest. Throws RangeError without parts. */
export function medianMark(parts: readonly Pick<MapPart, 'book' | 'markUsd'>[]): number {
  return weightedMedian(parts.map((part) => ({ value: part.markUsd, weight: partOpenInterestUsd(part) })));
}

type Bins = { longUsd: Float64Array; shortUsd: Float64Array };

/** The levels of one leverage on a row, and their USD beyond the edges. */
type Drawn = { readonly side: Side; readonly leverage: number; readonly beyond: number };

class Canvas {
  readonly all: Bins;
  readonly byLeverage: (Bins & Omit<LeverageLayer, keyof Bins>)[];
  readonly byVenue = new Map<string, Bins>();
  readonly outside = { longUsd: 0, shortUsd: 0 };
  /** USD x log leverage. */
  readonly #logLeverage: Bins;
  readonly #edges: Float64Array;
  readonly #priceUsd: number;
  readonly #rows: EnsembleRows | undefined;

  constructor(edges: Float64Array, priceUsd: number, rows?: EnsembleRows) {
    this.#edges = edges;
    this.#rows = rows;
    this.#priceUsd = priceUsd;
    this.#logLeverage = this.#bins();
    this.all = this.#bins();
    this.byLeverage = layerStarts.map((minLeverage, i) => {
      const maxLeverage = layerStarts[i + 1] ?? Number.POSITIVE_INFINITY;
      return { label: layerLabel(minLeverage, maxLeverage), minLeverage, maxLeverage, ...this.#bins() };
    });
  }

  draw(part: MapPart, window: MapWindow): void {
    const layers = layerStarts.map(() => this.#bins());
    this.#drawLevels(part, layers, window);
    const venue = this.byVenue.get(part.venue) ?? this.#bins();
    this.byVenue.set(part.venue, venue);
    for (const [i, layer] of layers.entries()) {
      for (const whole of [this.all, this.byLeverage[i]!, venue]) {
        addBins(whole.longUsd, layer.longUsd);
        addBins(whole.shortUsd, layer.shortUsd);
      }
    }
  }

  meanLeverage(): LiquidationMap['meanLeverage'] {
    const means = (usd: Float64Array, logs: Float64Array) =>
      usd.map((amount, bin) => (amount > 0 ? Math.exp(logs[bin]! / amount) : 0));
    const { longUsd, shortUsd } = this.#logLeverage;
    return { long: means(this.all.longUsd, longUsd), short: means(this.all.shortUsd, shortUsd) };
  }

  /** Levels come leverage by leverage: each is drawn on a row of its own, which then goes to its group. */
  #drawLevels(part: MapPart, layers: readonly Bins[], window: MapWindow): void {
    const { book, markUsd } = part;
    const { contract, leverages } = book.model;
    const shares = { long: modelledShare(part, 'long'), short: modelledShare(part, 'short') };
    const bins = new LevelBins(this.#edges, { contract, markUsd, priceUsd: this.#priceUsd });
    const row = this.#row();
    book.visitRows(
      (levels) => {
        const { side, bucket } = levels;
        const beyond = bins.add(row, levels, shares[side]);
        this.#handOn(row, { side, leverage: leverages[bucket]!, beyond }, layers);
      },
      book.hasMark(window) ? window : undefined,
    );
  }

  /** Adds a row of one leverage to its group, with what of it lies beyond the edges, and empties it. */
  #handOn(row: Float64Array, { side, leverage, beyond }: Drawn, layers: readonly Bins[]): void {
    this.outside[keyOf(side)] += beyond;
    const layer = layers[layerOf(leverage)]![keyOf(side)];
    const logBins = this.#logLeverage[keyOf(side)];
    const log = Math.log(leverage);
    for (let i = 0; i < row.length; i++) {
      layer[i]! += row[i]!;
      logBins[i]! += row[i]! * log;
    }
    this.#rows?.add(side, leverage, row);
    this.#rows?.addElsewhere(side, leverage, beyond);
    row.fill(0);
  }

  #bins(): Bins {
    return { longUsd: this.#row(), shortUsd: this.#row() };
  }

  #row(): Float64Array {
    return new Float64Array(this.#edges.length - 1);
  }
}

function keyOf(side: Side): keyof Bins {
  return side === 'long' ? 'longUsd' : 'shortUsd';
}

function addBins(to: Float64Array, from: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += from[i]!;
}

function layerLabel(min: number, max: number): string {
  if (min === 0) return `under ${max}x`;
  return max === Number.POSITIVE_INFINITY ? `${min}x and more` : `${min}–${max}x`;
}

function layerOf(leverage: number): number {
  return layerStarts.findLastIndex((start) => leverage >= start);
}

/** Sizes of one side of a part: all, of what is older than the window, and levels of unknown age. */
type Stand = { readonly now: SideTotals; readonly older: SideTotals; readonly ancientLevels: number };

/** Nothing but unknown levels is older than the window of everything. */
function standOf({ book }: MapPart, side: Side, window: MapWindow): Stand {
  const now = book.totals(side);
  return {
    now,
    older: book.hasMark(window) ? book.totals(side, window) : { levels: 0, never: 0, unknown: now.unknown },
    ancientLevels: book.hasMark(historyStart) ? book.totals(side, historyStart).levels : 0,
  };
}

function unknownAgeShare(stands: readonly Stood[]): number {
  let drawn = 0;
  let unknown = 0;
  for (const { part, long, short } of stands) {
    for (const side of ['long', 'short'] as const) {
      const { now, older, ancientLevels } = side === 'long' ? long : short;
      const share = modelledShare(part, side);
      drawn += share * inUsd(part, now.levels - older.levels);
      unknown += share * inUsd(part, Math.max(0, ancientLevels - older.levels));
    }
  }
  return drawn > 0 ? Math.min(1, unknown / drawn) : 0;
}

function partOpenInterestUsd(part: Pick<MapPart, 'book' | 'markUsd'>): number {
  return inUsd(part, part.book.openInterest);
}

function inUsd({ book, markUsd }: Pick<MapPart, 'book' | 'markUsd'>, size: number): number {
  return sizeUsd(book.model.contract, size, markUsd);
}

/** USD of a size at a price. */
export function sizeUsd(contract: Contract, size: number, priceUsd: number): number {
  return contract === 'linear' ? size * priceUsd : size;
}

type Stood = { readonly part: MapPart; readonly long: Stand; readonly short: Stand };

function sumSides(stands: readonly Stood[], sizeOf: (stand: Stand) => number): SidedUsd {
  return {
    longUsd: total(stands.map(({ part, long }) => modelledShare(part, 'long') * inUsd(part, sizeOf(long)))),
    shortUsd: total(
      stands.map(({ part, short }) => modelledShare(part, 'short') * inUsd(part, sizeOf(short))),
    ),
  };
}

function modelledShare({ modelled }: MapPart, side: Side): number {
  return modelled?.[side] ?? 1;
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
