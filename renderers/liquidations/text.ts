import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Observation } from '../../src/core/observed.ts';
import { type ClusterFact, type MapFacts, mapFacts } from '../map/facts.ts';
import { listed, type PictureText, withinLimit } from '../picture-text.ts';
import { type ObservedFacts, observedFacts, type SideSeen } from './facts.ts';

/**
 * The text twin of `liquidationsChart`: what was seen, by side and price, and how much of it could be seen; then what
 * stands now. Each text is below 1,024 characters: the last words are cut first.
 */
export function liquidationsText(given: {
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
  readonly observation: Observation;
}): PictureText {
  const facts = mapFacts(given.map, given.clusters);
  const seen = observedFacts(given.observation, given.map.priceUsd);
  const lines = [
    `${facts.symbol} liquidations seen ${seen.span}${facts.provenance === 'live' ? '' : ` - ${facts.stamp}`}`,
    ...sideLines(seen),
    `${facts.time}${newest(seen)}${facts.dataAge === undefined ? '' : `, map data ${facts.dataAge}`}`,
    ...seenLines(seen),
    ...mapLines(facts),
    ...venueLines(facts),
  ];
  return { caption: withinLimit(lines.join('\n')), alt: withinLimit(lines.map(asSentence).join(' ')) };
}

function sideLines({ longs, shorts, emptiness, largest }: ObservedFacts): readonly string[] {
  if (emptiness !== undefined) return [`${emptiness[0]!.toUpperCase()}${emptiness.slice(1)}`];
  return [
    ...sideLine('Longs', longs),
    ...sideLine('Shorts', shorts),
    ...(largest === undefined ? [] : [`Largest: ${largest}`]),
  ];
}

function sideLine(name: string, { usd, count, bands }: SideSeen): readonly string[] {
  if (usd === undefined) return [];
  const most = bands.length > 0 ? `: ${bands.join(', ')}` : '';
  return [`${name}: ${usd} in ${count} ${count === 1 ? 'liquidation' : 'liquidations'}${most}`];
}

function seenLines({ whole, inPart, sampled, unobserved }: ObservedFacts): readonly string[] {
  return [
    ...listed('Every one seen on', whole),
    ...listed('In part on', inPart),
    ...listed('At most one a second on', sampled),
    ...listed('Not observed:', unobserved),
  ];
}

function mapLines(facts: MapFacts): readonly string[] {
  return [
    `Still open (${facts.stamp.toLowerCase()}, ${facts.window}), price $${facts.price}, ${facts.fragility}:`,
    `if price falls, longs: ${clusterList(facts.clusters, 'long')}`,
    `if price rises, shorts: ${clusterList(facts.clusters, 'short')}`,
  ];
}

function venueLines({ venuesIn, stale, venuesOut }: MapFacts): readonly string[] {
  return [
    ...listed('Map of', venuesIn),
    ...listed('Stale:', stale),
    ...listed('Left out of the map:', venuesOut),
  ];
}

function clusterList(clusters: readonly ClusterFact[], side: ClusterFact['side']): string {
  const list = clusters
    .filter((cluster) => cluster.side === side)
    .map(({ usd, price, distance, leverage }) => `${usd} at $${price} (${distance}, ${leverage})`);
  return list.join(', ') || 'none';
}

function newest({ newest }: ObservedFacts): string {
  return newest === undefined ? '' : `, newest liquidation ${newest}`;
}

function asSentence(line: string): string {
  return line.endsWith(':') ? line : `${line}.`;
}
