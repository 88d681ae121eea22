import type { ComparedMap } from '../../../renderers/compare/facts.ts';
import { fixtures, randomMap } from '../fixtures.ts';

const range = { rangePct: 20, bins: 200 };

const btc = () =>
  randomMap({ ...range, seed: 2, symbol: 'BTC', priceUsd: 98_765.4, openInterestUsd: 3.41e10 });
const eth = () => randomMap({ ...range, seed: 1 });
const sol = () => randomMap({ ...range, seed: 14, symbol: 'SOL', priceUsd: 187.32, openInterestUsd: 4.6e9 });
const pepe = () =>
  randomMap({ ...range, seed: 3, symbol: 'PEPE', priceUsd: 0.00000123, openInterestUsd: 3.1e8 });

/** One of each sort that the picture must survive. */
export const comparisons: Readonly<Record<string, () => readonly ComparedMap[]>> = {
  one: () => [eth()],
  two: () => [btc(), eth()],
  three: () => [btc(), eth(), sol()],
  four: () => [btc(), eth(), sol(), pepe()],
  'one-sided': () => [
    randomMap({ ...range, seed: 4, symbol: 'SOL', priceUsd: 187.32, sides: ['long'] }),
    randomMap({ ...range, seed: 5, symbol: 'XRP', priceUsd: 2.41, sides: ['short'] }),
  ],
  odd: () => [fixtures['stale']!(), fixtures['empty']!(), fixtures['outlier']!(), fixtures['long-name']!()],
  simulated: () => [fixtures['simulated']!(), { ...eth() }],
};
