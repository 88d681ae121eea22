import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import { type MapFacts, mapFacts } from '../map/facts.ts';
import { timeLine } from '../map/text.ts';
import { listed, type PictureText, withinLimit } from '../picture-text.ts';
import { cascadeFacts, type SideCascade } from './facts.ts';

/**
 * The text twin of `cascadeChart`, each text below 1,024 characters: what is said about venues is cut first.
 *
 * @throws RangeError if the map has no fuel and depth
 */
export function cascadeText(map: LiquidationMap, clusters: readonly Cluster[], size: number): PictureText {
  const facts = mapFacts(map, clusters);
  const said = cascadeFacts(map, clusters, size);
  const lines = [
    `${facts.symbol} cascade after ±${said.size}, all open positions - ${facts.stamp}`,
    market(facts),
    ...sideLines(said.fall, facts),
    ...sideLines(said.rise, facts),
    `Fuel over depth: ${said.fragility.map(({ move, usd }) => `${usd} (${move})`).join(', ')}`,
    `Shock as news: the book stands around the new price; ${said.seen}`,
    timeLine(facts),
    ...(facts.unknownAge === undefined ? [] : [`${facts.unknownAge} of positions of unknown age`]),
    ...listed('Stale:', facts.stale),
    `Order books: ${said.bookVenues}`,
    ...listed('Left out:', facts.venuesOut),
  ];
  return { caption: withinLimit(lines.join('\n')), alt: withinLimit(lines.map(asSentence).join(' ')) };
}

function market({ price, openInterest, fragility }: MapFacts): string {
  return `Price $${price}, open interest ${openInterest}, ${fragility}`;
}

function sideLines(
  { side, shock, triggered, verdict, extent, toClusters }: SideCascade,
  { clusters }: MapFacts,
): readonly string[] {
  const [move, whose] = side === 'long' ? ['fall', 'longs'] : ['rise', 'shorts'];
  const near = clusters
    .filter((cluster) => cluster.side === side)
    .map(({ id, usd, distance }) => `${usd} at ${distance} (${toClusters.get(id)})`);
  return [
    `A ${move} by ${shock.slice(1)} closes ${triggered} of ${whose} by force and ${verdict}: ${extent}`,
    ...(near.length > 0 ? [`Fuel on the way to clusters of ${whose}: ${near.join(', ')}`] : []),
  ];
}

function asSentence(line: string): string {
  return `${line}.`;
}
