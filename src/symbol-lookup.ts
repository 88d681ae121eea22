import { resolveSymbol } from './core/symbols.ts';
import type { Maps } from './maps.ts';
import type { Market } from './market/source.ts';

/** What a symbol means, or what could have been meant. */
export type FoundSymbol =
  | { readonly found: true; readonly base: string; readonly markets: readonly Market[] }
  | {
      readonly found: false;
      readonly near: readonly string[];
      /** Venues that gave no list: it may be theirs. */
      readonly silent: readonly string[];
    };

/** Looks a symbol up in what the venues list, all of them or only these. */
export async function lookUpSymbol(
  maps: Maps,
  symbol: string,
  venues?: readonly string[],
): Promise<FoundSymbol> {
  const { markets, failed } = await maps.markets();
  const wanted = markets
    .map(({ market }) => market)
    .filter(({ venue, kind }) => kind === 'perpetual' && (venues === undefined || venues.includes(venue)));
  const resolved = resolveSymbol(symbol, wanted);
  if (resolved.found) return { found: true, base: resolved.base, markets: resolved.markets };
  return { found: false, near: resolved.near, silent: [...new Set(failed.map(({ venue }) => venue))] };
}
