import type { MapChanges } from '../../src/core/changes.ts';
import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import { doubts, mapFacts } from '../map/facts.ts';
import { type MapText, maxTextLength } from '../map/text.ts';
import { changesFacts, type SideWords } from './facts.ts';

/** The text twin of `changesChart`, each text below 1,024 characters: the venues are cut first. */
export function changesText(changes: MapChanges, map: LiquidationMap, clusters: readonly Cluster[]): MapText {
  const facts = mapFacts(map, clusters);
  const said = changesFacts(changes);
  const lines = [
    `${facts.symbol} liquidation levels, what changed in the last ${said.span} - ${facts.stamp}`,
    `Price $${said.priceThen} at ${said.since}, $${said.priceNow} now (${said.move})`,
    `Longs: ${sideLine(said.long)}`,
    `Shorts: ${sideLine(said.short)}`,
    [facts.time, ...(facts.dataAge === undefined ? [] : [`data ${facts.dataAge}`]), ...doubts(facts)].join(
      ', ',
    ),
    `Venues: ${facts.venuesIn.join(', ') || 'none'}`,
    ...(facts.stale.length > 0 ? [`Stale: ${facts.stale.join(', ')}`] : []),
    ...(facts.venuesOut.length > 0 ? [`Left out: ${facts.venuesOut.join(', ')}`] : []),
  ];
  return { caption: cut(lines.join('\n')), alt: cut(`${lines.join('. ')}.`) };
}

function sideLine({ built, closed, liquidated, mostBuilt }: SideWords): string {
  const most = mostBuilt === undefined ? '' : `; most built in one bin: ${mostBuilt}`;
  return `${built} built, ${closed} closed, ${liquidated} liquidated${most}`;
}

function cut(text: string): string {
  return text.length < maxTextLength ? text : `${text.slice(0, maxTextLength - 2)}…`;
}
