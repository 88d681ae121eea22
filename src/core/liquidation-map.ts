import type { Assumptions } from './assumptions.ts';
import type { Stress } from './cascade.ts';
import type { UsdBand, UsdBands } from './ensemble-band.ts';
import type { Fragility } from './fragility.ts';
import type { Provenance, Side } from './market-data.ts';

export const mapWindows = ['24h', '7d', '30d', 'all'] as const;
export type MapWindow = (typeof mapWindows)[number];

/** Notional per price bin, USD valued at the bin's own price; index i covers edges[i] .. edges[i + 1]. */
export type SidedBins = { readonly longUsd: Float64Array; readonly shortUsd: Float64Array };
export type SidedUsd = { readonly longUsd: number; readonly shortUsd: number };

/** A group of effective-leverage buckets of the books drawn in one colour, lowest leverage first. */
export type LeverageLayer = SidedBins & {
  readonly label: string;
  readonly minLeverage: number;
  readonly maxLeverage: number;
};

export type VenueLayer = SidedBins & { readonly venue: string };

/**
 * Real positions of one venue at the liquidation prices that it reports. They are part of the map's `longUsd`, `shortUsd`,
 * `outside` and `neverLiquidated` and of the venue's own layer, and of no leverage layer; the book of the venue is drawn
 * only for the rest.
 */
export type MeasuredLayer = SidedBins & {
  readonly venue: string;
  /** Share of the venue's open interest that was seen. */
  readonly coverage: number;
  readonly coverageBySide: Readonly<Record<Side, number>>;
  /** At the map's time: nine tenths of the value were seen later than that. */
  readonly ageMs: number;
  /** Older than it should be. */
  readonly isOld?: true;
  readonly positions: number;
  readonly outside: SidedUsd;
  /** Seen, but without a level that this coin's price alone would reach: see docs/model.md. */
  readonly neverLiquidated: SidedUsd;
};

/** What each venue gave, or why it is left out. */
export type VenueStatus = {
  readonly venue: string;
  readonly market: string;
  readonly included: boolean;
  /** Age of its oldest input (candle, open interest, mark) at the map's time. */
  readonly dataAgeMs?: number;
  /** Its data are older than they should be. */
  readonly stale?: true;
  readonly openInterestUsd?: number;
  /** Left out only for now: it has not answered yet, and a map of a little later may have it. */
  readonly loading?: true;
  /** Whatever a reader must know: "no open interest history", "geo-blocked (451)". */
  readonly note?: string;
};

/**
 * Where open positions would be force-closed. Longs lie below `priceUsd`, shorts above; all sums over
 * all bins + outside + neverLiquidated + older give the open interest of that side (in size; USD values
 * differ because each level is valued at its own price).
 */
export type LiquidationMap = SidedBins & {
  readonly symbol: string;
  readonly timeMs: number;
  readonly provenance: Provenance;
  readonly window: MapWindow;
  /** Open-interest-weighted median mark price of the venues. */
  readonly priceUsd: number;
  /** Average true range of the last 14 days, in % of price; undefined with less than a day of candles. */
  readonly atrPct?: number;
  readonly openInterestUsd: number;
  readonly openInterestChange24hPct?: number;
  /** Open-interest-weighted funding per 8 hours, as a fraction. */
  readonly fundingRate8h?: number;
  /** n + 1 ascending prices; `priceUsd` is one of them. */
  readonly edges: Float64Array;
  readonly byLeverage: readonly LeverageLayer[];
  /** Per bin, by side: geometric mean of effective leverage by USD; 0 where nothing lies. */
  readonly meanLeverage: { readonly long: Float64Array; readonly short: Float64Array };
  readonly byVenue: readonly VenueLayer[];
  /** Undefined where no venue shows positions, or what it showed is too old. */
  readonly measured?: MeasuredLayer;
  /** Liquidation prices beyond the first and last edge. */
  readonly outside: SidedUsd;
  readonly neverLiquidated: SidedUsd;
  /** Open before the window, so not in the bins. */
  readonly older: SidedUsd;
  /** Share of the bins' USD whose age is unknown because it was open before our history began. */
  readonly unknownAgeShare: number;
  readonly venues: readonly VenueStatus[];
  /**
   * By bin and side: between which USD it lies with a chance of 80 % (10 % below, 10 % above), by an ensemble of
   * weights and by how few and large positions are. Undefined where the weights do not tell how far they may be off.
   */
  readonly bandUsd?: { readonly long: UsdBands; readonly short: UsdBands };
  /** What `bandUsd` is made of: deviation over the ensemble by bin, and the size of a position that counts. */
  readonly ensemble?: {
    readonly deviationUsd: { readonly long: Float64Array; readonly short: Float64Array };
    readonly positionUsd: number;
  };
  /** Fuel against order books, of all that is open whatever the window; undefined where order books are not known. */
  readonly stress?: Stress;
  /** One number for that; undefined with `stress`. */
  readonly fragility?: Fragility;
  readonly assumptions?: Assumptions;
};

export type Cluster = {
  /** Survives a drifting bin, see `core/cluster-identity.ts`. */
  readonly id: string;
  readonly side: Side;
  readonly low: number;
  readonly high: number;
  readonly peak: number;
  readonly usd: number;
  /** Between which USD it lies with a chance of 80 %; see `LiquidationMap.bandUsd`. */
  readonly bandUsd?: UsdBand;
  /** Fraction of one-sided open interest. */
  readonly shareOfOi: number;
  /** From the map's price to the peak, signed: below the price is negative. */
  readonly distancePct: number;
  /** The same in ATRs; undefined without an ATR. */
  readonly distanceAtr?: number;
  /** Geometric mean, by USD, of the effective leverage of what lies in it. */
  readonly leverage: number;
  /** 1 is the largest of its side. */
  readonly rank: number;
};
