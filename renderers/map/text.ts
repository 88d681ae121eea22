import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Side } from '../../src/core/market-data.ts';
import { maxTextLength, type PictureText } from '../picture-text.ts';
import { doubts, type MapFacts, mapFacts } from './facts.ts';

/**
 * The text twin of `mapChart`: the same facts in the same words, each text below 1,024 characters. If that is
 * too little, what is said about venues is cut first.
 */
export function mapText(map: LiquidationMap, clusters: readonly Cluster[]): PictureText {
  const facts = mapFacts(map, clusters);
  return {
    caption: withVenues(captionLines(facts).join('\n'), '\n', facts),
    alt: withVenues(altSentences(facts).join(' '), ' ', facts),
  };
}

/** When the map was made, and how old its data are. */
export function timeLine({ time, dataAge }: MapFacts): string {
  return [time, ...(dataAge === undefined ? [] : [`data ${dataAge}`])].join(', ');
}

function captionLines(facts: MapFacts): readonly string[] {
  return [
    `${facts.symbol} liquidation map, ${facts.window} - ${facts.stamp}`,
    market(facts),
    `If price falls, longs: ${clusterList(facts, 'long')}`,
    `If price rises, shorts: ${clusterList(facts, 'short')}`,
    `A fall liquidates ${sweepList(facts, 'long')}`,
    `A rise liquidates ${sweepList(facts, 'short')}`,
    time(facts),
  ];
}

function altSentences(facts: MapFacts): readonly string[] {
  return [
    `Liquidation map of ${facts.symbol}, ${facts.window} (${facts.stamp.toLowerCase()}).`,
    `${market(facts)}.`,
    `Longs liquidated if price falls, largest clusters: ${clusterList(facts, 'long')}.`,
    `Shorts liquidated if price rises, largest clusters: ${clusterList(facts, 'short')}.`,
    `A fall liquidates ${sweepList(facts, 'long')}; a rise ${sweepList(facts, 'short')}.`,
    `${time(facts)}.`,
  ];
}

function market(facts: MapFacts): string {
  const change = facts.openInterestChange24h;
  return [
    `Price $${facts.price}`,
    `open interest ${facts.openInterest}${change === undefined ? '' : ` (${change} in 24h)`}`,
    ...(facts.funding8h === undefined ? [] : [`funding ${facts.funding8h} per 8h`]),
    facts.fragility,
  ].join(', ');
}

function clusterList(facts: MapFacts, side: Side): string {
  const list = facts.clusters
    .filter((cluster) => cluster.side === side)
    .map(({ usd, band, price, distance, leverage }) => {
      const sure = band === undefined ? '' : ` (likely ${band})`;
      return `${usd}${sure} at $${price} (${distance}, ${leverage})`;
    });
  return list.join(', ') || 'none';
}

/** Smallest move first: the way one reads outward from the price. */
function sweepList(facts: MapFacts, side: Side): string {
  const sweeps = facts.sweeps.filter((sweep) => sweep.side === side);
  const outward = side === 'long' ? sweeps.toReversed() : sweeps;
  return outward.map(({ move, usd }) => `${usd} (${move})`).join(', ');
}

function time(facts: MapFacts): string {
  return [timeLine(facts), ...doubts(facts)].join(', ');
}

/** Adds sentences about venues, the most important first, as far as they fit whole. */
function withVenues(text: string, separator: string, facts: MapFacts): string {
  const venues = [
    facts.venuesIn.length > 0 ? `Venues: ${facts.venuesIn.join(', ')}.` : 'No venue.',
    ...(facts.stale.length > 0 ? [`Stale: ${facts.stale.join(', ')}.`] : []),
    ...(facts.venuesOut.length > 0 ? [`Left out: ${facts.venuesOut.join(', ')}.`] : []),
    ...facts.venueNotes.map((note) => `${note}.`),
  ];
  return venues.reduce((whole, sentence) => {
    const room = maxTextLength - 1 - whole.length - separator.length;
    return room < 20 ? whole : `${whole}${separator}${shorten(sentence, room)}`;
  }, text);
}

function shorten(sentence: string, room: number): string {
  return sentence.length <= room ? sentence : `${sentence.slice(0, room - 1)}…`;
}
