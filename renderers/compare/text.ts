import type { Side } from '../../src/core/market-data.ts';
import { loudest, type MapFacts, mapFacts, stamps } from '../map/facts.ts';
import { listed, type PictureText, withinLimit } from '../picture-text.ts';
import { type ComparedMap, leftOut } from './facts.ts';

const clustersPerSide = 2;

/**
 * The text twin of `compareChart`: a line a coin with what the picture says of it. Each text is below 1,024
 * characters: venues that are left out are cut first.
 *
 * @throws RangeError for no map
 */
export function compareText(maps: readonly ComparedMap[]): PictureText {
  const facts = maps.map(({ map, clusters }) => mapFacts(map, clusters));
  const [first] = facts;
  if (!first) throw new RangeError('a comparison needs a map, got none');
  const names = facts.map(({ symbol }) => symbol).join(', ');
  const missing = leftOut(facts);
  const lines = [
    `Liquidation maps of ${names}, ${first.window} - ${stamps[loudest(facts)]}`,
    ...facts.map(coinLine),
    first.time,
    ...listed('Left out:', missing),
  ];
  return {
    caption: withinLimit(lines.join('\n')),
    alt: withinLimit(lines.map((line) => `${line}.`).join(' ')),
  };
}

function coinLine(facts: MapFacts): string {
  const change = facts.openInterestChange24h;
  return [
    `${facts.symbol} $${facts.price}`,
    `longs ${clusterList(facts, 'long')}`,
    `shorts ${clusterList(facts, 'short')}`,
    `5 % fall ${swept(facts, '-5 %')}, rise ${swept(facts, '+5 %')}`,
    `OI ${facts.openInterest}${change === undefined ? '' : ` ${change}`}`,
    facts.fragility,
    ageOf(facts),
  ].join('; ');
}

function clusterList({ clusters }: MapFacts, side: Side): string {
  const list = clusters
    .filter((cluster) => cluster.side === side && cluster.rank <= clustersPerSide)
    .map(({ usd, distance }) => `${usd} ${distance}`);
  return list.join(', ') || 'none';
}

function swept({ sweeps }: MapFacts, move: string): string {
  return sweeps.find((sweep) => sweep.move === move)!.usd;
}

function ageOf({ stale, dataAge }: MapFacts): string {
  return stale.length > 0 ? `STALE: ${stale.join(', ')}` : `data ${dataAge ?? 'of unknown age'}`;
}
