import { share, utcTime } from '../numbers.ts';

/** So many of so many, with the bounds of the probability behind it. */
export type ScoredShare = {
  readonly hits: number;
  readonly cases: number;
  readonly low: number;
  readonly high: number;
};

/** How a coin's large clusters did against levels as far away that nobody chose. */
export type ScoredCoin = {
  readonly symbol: string;
  readonly reached: ScoredShare;
  readonly reachedByChance: ScoredShare;
  readonly exceeded: ScoredShare;
  readonly exceededByChance: ScoredShare;
  readonly verdict: 'unproven' | 'better' | 'muted';
};

export type ScoreBoard = {
  readonly days: number;
  readonly timeMs: number;
  readonly coins: readonly ScoredCoin[];
  /** Fewer cases than this prove nothing. */
  readonly leastCases: number;
};

/** What a picture of scores says, in words. */
export type ScoreFacts = {
  readonly title: string;
  readonly span: string;
  readonly time: string;
  readonly questions: readonly [reached: string, exceeded: string];
  readonly coins: readonly CoinFacts[];
  readonly nothing: string;
};

export type CoinFacts = {
  readonly symbol: string;
  readonly verdict: string;
  readonly isProven: boolean;
  /** Of each question, the clusters' answer and that of chance. */
  readonly answers: readonly (readonly [clusters: AnswerFacts, chance: AnswerFacts])[];
};

/** Without cases there is nothing to draw, and the words say so. */
export type AnswerFacts = { readonly share?: ScoredShare; readonly words: string };

export function scoreFacts({ days, timeMs, coins, leastCases }: ScoreBoard): ScoreFacts {
  return {
    title: 'Score of alerts',
    span: `last ${days} days`,
    time: utcTime(timeMs),
    questions: ['price came there within a day', 'then more liquidated than usual'],
    coins: coins.map((coin) => coinFacts(coin, leastCases)),
    nothing: 'no large cluster was watched to the end of a day',
  };
}

function coinFacts(coin: ScoredCoin, leastCases: number): CoinFacts {
  const { symbol, verdict, reached, reachedByChance, exceeded, exceededByChance } = coin;
  const cases = Math.min(exceeded.cases, exceededByChance.cases);
  const verdicts = {
    unproven: `unproven: ${cases} of ${leastCases} cases`,
    better: 'better than random levels',
    muted: 'not better: alerts muted',
  };
  return {
    symbol,
    verdict: verdicts[verdict],
    isProven: verdict === 'better',
    answers: [
      [answer(reached), answer(reachedByChance)],
      [answer(exceeded), answer(exceededByChance)],
    ],
  };
}

function answer(given: ScoredShare): AnswerFacts {
  if (given.cases === 0) return { words: 'no cases' };
  return { share: given, words: `${share(given.hits / given.cases)} of ${given.cases}` };
}
