import type { Liquidation } from '../../../core/market-data.ts';
import type { Listing } from '../listing.ts';

/** A forced closing of so many contracts, valued at its price. */
export function forcedClosing(
  { market, contractSize }: Listing,
  { contracts, ...closing }: Omit<Liquidation, 'size' | 'usd'> & { readonly contracts: number },
): Liquidation {
  const size = contracts * contractSize;
  return { ...closing, size, usd: market.contract === 'linear' ? size * closing.price : size };
}
