import type { Context } from './command.ts';

/** Coins where nobody said or set any. */
export function usualSymbols({
  symbols = ['BTC', 'ETH', 'SOL'],
}: Pick<Context, 'symbols'>): readonly string[] {
  return symbols;
}
