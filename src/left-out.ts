import type { VenueStatus } from './core/liquidation-map.ts';
import type { Market } from './market/source.ts';

/** A market that is not in a map, and why. */
export function leftOut(venue: string, market: string, reason: string): VenueStatus {
  // Reasons often begin with the venue's name, which stands beside them anyway.
  return { venue, market, included: false, note: reason.replace(`${venue}: `, '') };
}

/** One that has not answered yet. */
export function stillLoading({ venue, symbol }: Pick<Market, 'venue' | 'symbol'>): VenueStatus {
  return { ...leftOut(venue, symbol, 'still loading, refresh in a moment'), loading: true };
}

/** Dated futures are not in the map; one line a venue says so. */
export function datedFutures(futures: readonly Market[]): VenueStatus[] {
  const venues = futures.map(({ venue }) => venue);
  return [...new Set(venues)].map((venue) => {
    const count = venues.filter((one) => one === venue).length;
    return { venue, market: count === 1 ? 'dated future' : `${count} dated futures`, included: false };
  });
}

/** Nobody lists what was asked for. */
export function missText(
  symbol: string,
  near: readonly string[],
  failed: readonly VenueStatus[],
  listed: number,
): string {
  if (listed === 0) return noVenueText(symbol, failed);
  const hint = near.length > 0 ? ` Did you mean ${near.join(', ')}?` : '';
  const silent = failed.length > 0 ? ` (No list from ${failed.map(({ venue }) => venue).join(', ')}.)` : '';
  return `No venue lists "${symbol}".${hint}${silent}`;
}

/** Nobody gave what a map needs. */
export function noVenueText(symbol: string, left: readonly VenueStatus[]): string {
  const reasons = left.map(({ venue, market, note = 'not in maps' }) => `  ${venue}, ${market}: ${note}`);
  return [
    `No venue gave what a map of ${symbol} needs.`,
    ...reasons,
    'Check the connection with: npm run liqmap -- doctor',
  ].join('\n');
}
