import type { Cluster, LiquidationMap, MapWindow, MeasuredLayer } from '../../src/core/liquidation-map.ts';
import type { Provenance, Side } from '../../src/core/market-data.ts';
import {
  age,
  duration,
  fundingRate,
  leverage,
  percent,
  price,
  ratio,
  share,
  signedPercent,
  usd,
  utcTime,
} from '../numbers.ts';
import { sweptBy } from './swept.ts';
import { type VenueFacts, venueFacts } from './venue-facts.ts';

/** What a picture and its text twin both say, in words; a fact the map does not know is undefined. */
export type MapFacts = VenueFacts & {
  readonly symbol: string;
  readonly provenance: Provenance;
  readonly stamp: string;
  readonly price: string;
  readonly openInterest: string;
  readonly openInterestChange24h?: string;
  readonly funding8h?: string;
  readonly atr?: string;
  readonly window: string;
  readonly time: string;
  readonly unknownAge?: string;
  /** What the hatched part is: `measured: 41 % of hyperliquid's open interest, 12 min old`. */
  readonly measured?: string;
  /** Between which multiples of a bar the truth lies four times in five, in the middle: `0.4 to 2.7x`, `at most 2.7x`. */
  readonly barBand?: string;
  /** Forced orders over resting ones, and how that compares with the coin's past; or that nobody told their orders. */
  readonly fragility: string;
  /** It is higher than nearly ever before. */
  readonly isFragile: boolean;
  /** From the largest move down to the largest move up. */
  readonly sweeps: readonly SweepFact[];
  /** The largest three of each side, largest first, longs first. */
  readonly clusters: readonly ClusterFact[];
  readonly empty: boolean;
};

export type SweepFact = {
  readonly side: Side;
  readonly move: string;
  readonly usd: string;
  /** The same as a number, for the length of a bar. */
  readonly value: number;
};

export type ClusterFact = {
  readonly id: string;
  readonly side: Side;
  readonly rank: number;
  readonly usd: string;
  readonly price: string;
  readonly distance: string;
  readonly leverage: string;
  /** Between which amounts it lies four times in five: `$13M–$137M`, or `up to $137M`. */
  readonly band?: string;
  readonly lowUsd: number;
  readonly highUsd: number;
  readonly peakUsd: number;
};

const movesPct = [-10, -5, -2, -1, 1, 2, 5, 10] as const;
const clustersPerSide = 3;
/** Share of its past above which fragility is called out. */
const unusual = 0.9;

export const stamps: Readonly<Record<Provenance, string>> = {
  live: 'MODEL ESTIMATE',
  recorded: 'ESTIMATE · RECORDED DATA',
  simulated: 'ESTIMATE · SIMULATED DATA',
};

/** The stamp of several maps: made-up or old data in one of them is told for all. */
export function loudest(maps: readonly { readonly provenance: Provenance }[]): Provenance {
  const has = (provenance: Provenance) => maps.some((map) => map.provenance === provenance);
  return (['simulated', 'recorded'] as const).find(has) ?? 'live';
}

const windowNames: Readonly<Record<MapWindow, string>> = {
  '24h': 'opened in the last 24h',
  '7d': 'opened in the last 7d',
  '30d': 'opened in the last 30d',
  all: 'all open positions',
};

/** Every fact of the map in words. */
export function mapFacts(map: LiquidationMap, clusters: readonly Cluster[]): MapFacts {
  return {
    symbol: map.symbol,
    provenance: map.provenance,
    stamp: stamps[map.provenance],
    price: price(map.priceUsd),
    openInterest: usd(map.openInterestUsd),
    ...marketFacts(map),
    window: windowNames[map.window],
    time: utcTime(map.timeMs),
    ...venueFacts(map.venues),
    ...(map.unknownAgeShare > 0 && { unknownAge: share(map.unknownAgeShare) }),
    ...(map.measured && { measured: measuredWords(map.measured).whole }),
    ...barBand(map),
    fragility: fragilityWords(map),
    isFragile: (map.fragility?.rank?.below ?? 0) >= unusual,
    sweeps: movesPct.map((movePct) => sweepFact(map, movePct)),
    clusters: [...largest(clusters, 'long'), ...largest(clusters, 'short')].map(clusterFact),
    empty: [map.longUsd, map.shortUsd].every((bins) => bins.every((amount) => amount === 0)),
  };
}

/** How measured positions are named: whole, and where there is less room. */
export function measuredWords({ venue, coverage, ageMs, isOld }: MeasuredLayer) {
  const seen = `${isOld ? 'OLD, ' : ''}${age(ageMs)}`;
  return {
    whole: `measured: ${share(coverage)} of ${venue}'s open interest, ${seen}`,
    brief: `measured: ${share(coverage)} of ${venue}, ${seen}`,
    least: `measured${isOld ? ', OLD' : ''}`,
  };
}

/** What qualifies the whole map, for the foot of the picture and the end of its text. */
export function doubts(
  facts: Pick<MapFacts, 'unknownAge' | 'atr' | 'barBand' | 'measured'>,
): readonly string[] {
  return [
    ...(facts.measured === undefined ? [] : [facts.measured]),
    ...(facts.barBand === undefined ? [] : [`a bar is likely (4 in 5) ${facts.barBand} as high as drawn`]),
    ...(facts.unknownAge === undefined ? [] : [`${facts.unknownAge} of positions of unknown age`]),
    ...(facts.atr === undefined ? [] : [`daily range (ATR) ${facts.atr}`]),
  ];
}

function fragilityWords({ fragility, timeMs }: LiquidationMap): string {
  if (!fragility) return 'fragility: no order book';
  const { headline, worse, rank } = fragility;
  const now = `fragility ${ratio(headline)} at ${worse === 'fall' ? '-' : '+'}2 %`;
  if (!rank) return now;
  return `${now} (above ${Math.floor(rank.below * 100)} % of ${duration(timeMs - rank.sinceMs)})`;
}

/** Of the bar in the middle, by USD, of both sides' bars. */
function barBand({ bandUsd, longUsd, shortUsd }: LiquidationMap): Pick<MapFacts, 'barBand'> {
  if (!bandUsd) return {};
  const bars = [
    ...bandsOf(longUsd, bandUsd.long.low, bandUsd.long.high),
    ...bandsOf(shortUsd, bandUsd.short.low, bandUsd.short.high),
  ].sort((a, b) => a.high - b.high);
  const half = bars.reduce((sum, { usd: amount }) => sum + amount, 0) / 2;
  let below = 0;
  const middle = bars.find(({ usd: amount }) => {
    below += amount;
    return below >= half;
  });
  if (!middle) return {};
  const times = (ratio: number) => `${Number(ratio.toFixed(1))}`;
  const high = `${times(middle.high)}x`;
  return { barBand: middle.low < 0.05 ? `at most ${high}` : `${times(middle.low)} to ${high}` };
}

/** A band from next to nothing is told by its other end. */
function bandWords({ low, high }: { readonly low: number; readonly high: number }): string {
  return low < high / 1000 ? `up to ${usd(high)}` : `${usd(low)}–${usd(high)}`;
}

function bandsOf(amounts: Float64Array, low: Float64Array, high: Float64Array) {
  return Array.from(amounts, (amount, bin) => ({
    usd: amount,
    low: low[bin]! / amount,
    high: high[bin]! / amount,
  })).filter((bar) => bar.usd > 0);
}

function marketFacts(map: LiquidationMap): Partial<MapFacts> {
  const { openInterestChange24hPct, fundingRate8h, atrPct } = map;
  return {
    ...(openInterestChange24hPct !== undefined && {
      openInterestChange24h: signedPercent(openInterestChange24hPct),
    }),
    ...(fundingRate8h !== undefined && { funding8h: fundingRate(fundingRate8h) }),
    ...(atrPct !== undefined && { atr: percent(atrPct) }),
  };
}

function sweepFact(map: LiquidationMap, movePct: number): SweepFact {
  const swept = sweptBy(map, movePct);
  return {
    side: movePct < 0 ? 'long' : 'short',
    move: `${movePct > 0 ? '+' : ''}${movePct} %`,
    usd: `${swept.complete ? '' : '≥ '}${usd(swept.usd)}`,
    value: swept.usd,
  };
}

function largest(clusters: readonly Cluster[], side: Side): readonly Cluster[] {
  return clusters
    .filter((cluster) => cluster.side === side)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, clustersPerSide);
}

function clusterFact(cluster: Cluster): ClusterFact {
  return {
    id: cluster.id,
    side: cluster.side,
    rank: cluster.rank,
    usd: usd(cluster.usd),
    price: price(cluster.peak),
    distance: signedPercent(cluster.distancePct),
    leverage: leverage(cluster.leverage),
    ...(cluster.bandUsd && { band: bandWords(cluster.bandUsd) }),
    lowUsd: cluster.low,
    highUsd: cluster.high,
    peakUsd: cluster.peak,
  };
}
