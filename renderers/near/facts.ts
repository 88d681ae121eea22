import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Provenance, Side } from '../../src/core/market-data.ts';
import { loudest, mapFacts, stamps } from '../map/facts.ts';
import { oldestDataMs } from '../map/venue-facts.ts';
import { age, leverage, price, signedPercent, usd, utcTime } from '../numbers.ts';

/** A coin with its clusters, and of them the large one that its price is nearest to. */
export type NearRow = {
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
  readonly cluster: Cluster;
};

/** What a board of coins says, in words. */
export type NearFacts = {
  readonly window: string;
  readonly provenance: Provenance;
  readonly stamp: string;
  /** Of the oldest map. */
  readonly time: string;
  /** Of the oldest data in any of them. */
  readonly dataAge?: string;
  /** `ETH okx 42 min old` */
  readonly stale: readonly string[];
  readonly coins: readonly NearCoin[];
};

export type NearCoin = {
  readonly symbol: string;
  readonly price: string;
  readonly side: Side;
  readonly usd: string;
  readonly distance: string;
  /** `0.4 ATR`; undefined where the usual range is not known. */
  readonly atr?: string;
  /** `$2,975` */
  readonly place: string;
  readonly leverage: string;
};

/** @throws RangeError for no row */
export function nearFacts(rows: readonly NearRow[]): NearFacts {
  const [first] = rows;
  if (!first) throw new RangeError('a board needs a coin, got none');
  const facts = rows.map(({ map }) => mapFacts(map, []));
  const oldestMs = oldestDataMs(rows.flatMap(({ map }) => map.venues));
  const provenance = loudest(facts);
  return {
    window: facts[0]!.window,
    provenance,
    stamp: stamps[provenance],
    time: utcTime(Math.min(...rows.map(({ map }) => map.timeMs))),
    ...(oldestMs !== undefined && { dataAge: age(oldestMs) }),
    stale: facts.flatMap(({ symbol, stale }) => stale.map((venue) => `${symbol} ${venue}`)),
    coins: rows.map(nearCoin),
  };
}

function nearCoin({ map, cluster }: NearRow): NearCoin {
  return {
    symbol: map.symbol,
    price: `$${price(map.priceUsd)}`,
    side: cluster.side,
    usd: usd(cluster.usd),
    distance: signedPercent(cluster.distancePct),
    ...(cluster.distanceAtr !== undefined && { atr: `${Math.abs(cluster.distanceAtr).toFixed(1)} ATR` }),
    place: `$${price(cluster.peak)}`,
    leverage: leverage(cluster.leverage),
  };
}
