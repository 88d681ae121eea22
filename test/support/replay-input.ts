import { wideWeights } from '../../src/core/weights.ts';
import type { ReplayInput } from '../../src/recorded-market.ts';
import { plainRules } from './book-fixtures.ts';
import type { TestSeries } from './market-series.ts';

/** What a replay of a made-up market is made of, with weights that nothing was fitted to and the plainest rules. */
export function replayInput({
  candles,
  openInterest,
}: Pick<TestSeries, 'candles' | 'openInterest'>): ReplayInput {
  return {
    coin: 'ETH',
    venue: 'alpha',
    candles,
    borrowed: false,
    openInterest,
    rules: plainRules,
    weights: wideWeights,
  };
}
