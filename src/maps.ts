import type { Cluster, LiquidationMap, MapWindow, VenueStatus } from './core/liquidation-map.ts';
import type { Market, MarketSource } from './market/source.ts';
import type { MarketTerms } from './market-terms.ts';

export type MapRequest = {
  readonly symbol: string;
  readonly window: MapWindow;
  /** Only these venues; all when undefined. */
  readonly venues?: readonly string[];
  /** Half width of the map as a fraction of price. */
  readonly range?: number;
};

export type MapAnswer = {
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
  /** By which rules each market that is in it closes positions. */
  readonly terms?: readonly MarketTerms[];
};

/** A market of a source, or why a venue could not even be asked for its list. */
export type ListedMarkets = {
  readonly markets: readonly { readonly source: MarketSource; readonly market: Market }[];
  readonly failed: readonly VenueStatus[];
};

/** What commands ask of the service, whether it makes the maps itself or has them made elsewhere. */
export interface Maps {
  /** The map of a symbol. Throws UserError when nobody lists it or no venue gave what a map needs. */
  map(request: MapRequest): Promise<MapAnswer>;
  /** Every market that the venues list, and why some gave no list. */
  markets(): Promise<{
    readonly markets: readonly { readonly market: Market }[];
    readonly failed: readonly VenueStatus[];
  }>;
}

/** How long to wait for slow venues when others have answered. What they are asked goes on behind the answer. */
export type Patience = {
  readonly ms: number;
  /** Nobody wants the map any more: it need not be made to the end. */
  readonly signal?: AbortSignal;
  /** Told once when every venue that a map went without has answered too: a better map can be made. */
  readonly onWhole?: () => void;
};

/** Makes maps here and now. All venues are waited for unless there is a patience. */
export interface MapMaker extends Maps {
  map(request: MapRequest, patience?: Patience): Promise<MapAnswer>;
  markets(patience?: Patience): Promise<ListedMarkets>;
}
