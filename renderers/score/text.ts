import { withinLimit } from '../picture-text.ts';
import { type CoinFacts, type ScoreBoard, scoreFacts } from './facts.ts';

/** The words that stand for `scoreChart` where it cannot be seen: below 1,024 characters, the last coins are cut first. */
export function scoreAlt(board: ScoreBoard): string {
  const { title, span, time, questions, coins, nothing } = scoreFacts(board);
  const head = `${title}, ${span}, ${time}: large clusters against random levels as far away.`;
  const lines = coins.map((coin) => coinWords(coin, questions));
  const whole = [head, ...(lines.length === 0 ? [`${nothing}.`] : lines)].join(' ');
  return withinLimit(whole);
}

function coinWords({ symbol, verdict, answers }: CoinFacts, questions: readonly string[]): string {
  const said = answers.map(
    ([clusters, chance], i) => `${questions[i]}: ${clusters.words}, random ${chance.words}`,
  );
  return `${symbol} ${verdict}; ${said.join('; ')}.`;
}
