import type { MapChanges } from '../../src/core/changes.ts';
import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import { doubts, mapFacts } from '../map/facts.ts';
import { timeLine } from '../map/text.ts';
import { listed, type PictureText, withinLimit } from '../picture-text.ts';
import { changesFacts, type SideWords } from './facts.ts';

/** The text twin of `changesChart`, each text below 1,024 characters: the venues are cut first. */
export function changesText(
  changes: MapChanges,
  map: LiquidationMap,
  clusters: readonly Cluster[],
): PictureText {
  const facts = mapFacts(map, clusters);
  const said = changesFacts(changes);
  const lines = [
    `${facts.symbol} liquidation levels, what changed in the last ${said.span} - ${facts.stamp}`,
    `Price $${said.priceThen} at ${said.since}, $${said.priceNow} now (${said.move})`,
    `Longs: ${sideLine(said.long)}`,
    `Shorts: ${sideLine(said.short)}`,
    [timeLine(facts), ...doubts(facts)].join(', '),
    `Venues: ${facts.venuesIn.join(', ') || 'none'}`,
    ...listed('Stale:', facts.stale),
    ...listed('Left out:', facts.venuesOut),
  ];
  return { caption: withinLimit(lines.join('\n')), alt: withinLimit(`${lines.join('. ')}.`) };
}

function sideLine({ built, closed, liquidated, mostBuilt }: SideWords): string {
  const most = mostBuilt === undefined ? '' : `; most built in one bin: ${mostBuilt}`;
  return `${built} built, ${closed} closed, ${liquidated} liquidated${most}`;
}
