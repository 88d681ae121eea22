import type { ScoreBoard, ScoredCoin } from '../../../renderers/score/facts.ts';
import { wilsonBounds } from '../../../src/core/score/wilson.ts';

const share = (hits: number, cases: number) => ({ hits, cases, ...wilsonBounds(hits, cases) });

function coin(
  symbol: string,
  verdict: ScoredCoin['verdict'],
  counts: readonly (readonly [number, number])[],
): ScoredCoin {
  const [reached, reachedByChance, exceeded, exceededByChance] = counts.map(([hits, cases]) =>
    share(hits, cases),
  );
  return {
    symbol,
    verdict,
    reached: reached!,
    reachedByChance: reachedByChance!,
    exceeded: exceeded!,
    exceededByChance: exceededByChance!,
  };
}

const btc = coin('BTC', 'better', [
  [61, 132],
  [48, 132],
  [41, 58],
  [19, 46],
]);
const eth = coin('ETH', 'muted', [
  [70, 140],
  [71, 140],
  [30, 66],
  [31, 64],
]);
const pepe = coin('1000PEPE', 'unproven', [
  [1, 4],
  [0, 4],
  [0, 0],
  [0, 0],
]);

const timeMs = Date.UTC(2026, 1, 14, 12, 30);
const board = (...coins: readonly ScoredCoin[]) => ({ board: { days: 30, timeMs, coins, leastCases: 30 } });

/** One of each sort of score that a picture must survive. */
export const scoreFixtures: Readonly<Record<string, () => { readonly board: ScoreBoard }>> = {
  three: () => board(btc, eth, pepe),
  one: () =>
    board(
      coin('SOL', 'better', [
        [9, 9],
        [0, 9],
        [99_999, 100_000],
        [0, 100_000],
      ]),
    ),
  many: () =>
    board(...Array.from({ length: 12 }, (_, i) => ({ ...[btc, eth, pepe][i % 3]!, symbol: `COIN${i + 1}` }))),
  nothing: () => board(),
  'long-name': () => board({ ...btc, symbol: '1000000BABYDOGEWIFHAT' }, eth),
};
