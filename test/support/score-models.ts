import type { Side } from '../../src/core/market-data.ts';
import type { MakeModel } from '../../src/scoring/model.ts';

/** A model of levels that never change: a constant USD at each of some prices of a side. */
export function fixedLevels(
  name: string,
  levels: Readonly<Record<Side, readonly { readonly price: number; readonly usd: number }[]>>,
): MakeModel {
  const side = { bins: new Float64Array(60).fill(1) };
  const usdBetween = (own: Side, low: number, high: number) =>
    levels[own].reduce((sum, { price, usd }) => (price >= low && price < high ? sum + usd : sum), 0);
  return () => ({ name, predict: () => ({ long: side, short: side, usdBetween }) });
}
