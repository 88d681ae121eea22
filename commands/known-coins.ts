import { UserError } from '../src/errors.ts';
import { lookUpSymbol } from '../src/symbol-lookup.ts';
import type { Context } from './command.ts';

/**
 * Coins as the venues call them, from what people call them.
 *
 * @param unknown what to say of a coin that no venue lists, and of names near to it
 * @throws UserError with that, for the first of them
 */
export async function knownCoins(
  symbols: readonly string[],
  { maps }: Pick<Context, 'maps'>,
  unknown: (symbol: string, near: readonly string[]) => string,
): Promise<readonly string[]> {
  const found = await Promise.all(
    symbols.map(async (symbol) => ({ symbol, ...(await lookUpSymbol(maps, symbol)) })),
  );
  return found.map((coin) => {
    if (coin.found) return coin.base;
    throw new UserError(unknown(coin.symbol, coin.near));
  });
}
