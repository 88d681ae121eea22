import type { Cluster } from './liquidation-map.ts';
import type { Contract, Side } from './market-data.ts';

/** What somebody holds, or thinks of holding, in isolated margin. Kept nowhere. */
export type OwnRequest = {
  readonly side: Side;
  readonly entryUsd: number;
  readonly leverage: number;
  readonly venue?: string | undefined;
  /** Value at entry in USD, or size in the coin; 1,000 USD unless told. */
  readonly size?: { readonly usd: number } | { readonly coins: number } | undefined;
};

/** All prices are the venue's own but `onMapUsd`, which are moved to where the map's price stands. */
export type OwnAnswer = {
  readonly request: OwnRequest;
  readonly market: {
    readonly venue: string;
    readonly market: string;
    readonly contract: Contract;
    readonly markUsd: number;
  };
  readonly rulesSource: string;
  readonly valueUsd: number;
  readonly coins: number;
  readonly marginUsd: number;
  readonly maxLeverage: number;
  /** Undefined where no price closes it by force. */
  readonly liquidation?: {
    readonly priceUsd: number;
    readonly onMapUsd: number;
    /** From the mark, signed. */
    readonly distancePct: number;
    readonly distanceAtr?: number;
    readonly bankruptcyUsd?: number;
    /** Forced orders of others on the way, USD. */
    readonly onTheWayUsd: number;
  };
  readonly entryOnMapUsd: number;
  /** Of its side, between the mark and its liquidation, nearest first. */
  readonly inTheWay: readonly Cluster[];
  readonly advice?: OwnAdvice;
};

/** What keeps liquidation one ATR beyond the next cluster. */
export type OwnAdvice = {
  readonly cluster: Cluster;
  readonly targetUsd: number;
  readonly targetOnMapUsd: number;
  /** It is kept there already. */
  readonly isKept: boolean;
  /** Unrealised, at the far edge of the cluster. */
  readonly lossUsd: number;
  readonly leverage?: { readonly times: number; readonly marginUsd: number; readonly lossUsd: number };
  readonly size: {
    readonly usd: number;
    readonly coins: number;
    readonly marginUsd: number;
    readonly lossUsd: number;
  };
  readonly hedgeUsd: number;
};
