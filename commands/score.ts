import { z } from 'zod';
import { share as percent } from '../renderers/numbers.ts';
import { drawScore } from '../renderers/score/chart.ts';
import { scoreAlt } from '../renderers/score/text.ts';
import { type CoinScore, leastCases, type Share } from '../src/alerts/score.ts';
import { UserError } from '../src/errors.ts';
import { type Command, command } from './command.ts';
import { lookOf } from './picture-look.ts';
import { pictureName } from './picture-name.ts';
import { scoreTexts as texts } from './score-texts.ts';
import { nowOf, spokenTime } from './spoken-time.ts';
import { lookParameters, lookWords, oneOf } from './word-schemas.ts';

const spans = ['7', '30', '90'] as const;
/** More do not fit into a message. */
const mostCoins = 4;

export const score: Command = command({
  name: 'score',
  summary: texts.summary,
  parameters: [{ name: 'days', description: texts.days, choices: spans }, ...lookParameters],
  onlyInChat: true,
  schema: z.object({ days: oneOf(spans).default('30'), ...lookWords }),
  async run({ days, ...look }, context, { settings }) {
    if (!context.alertScore) throw new UserError(texts.notHere);
    const scored = await context.alertScore(Number(days));
    const coins = scored.coins
      .filter(({ reached }) => reached.cases > 0)
      .sort((a, b) => b.exceeded.cases - a.exceeded.cases || b.reached.cases - a.reached.cases);
    const shown = coins.slice(0, mostCoins);
    const board = { days: scored.days, timeMs: nowOf(context), coins, leastCases };
    return {
      text: [
        texts.title(scored.days),
        ...(shown.length === 0 ? [texts.nothing(scored.days)] : shown.flatMap(coinLines)),
        ...(coins.length > shown.length ? [texts.more(coins.length - shown.length)] : []),
        texts.explained,
        spokenTime(nowOf(context), settings),
      ].join('\n'),
      ...(coins.length > 0 && {
        picture: {
          fileName: pictureName('score', days),
          alt: scoreAlt(board),
          draw: () => drawScore({ board, ...lookOf(look, context) }, context.draw),
        },
      }),
      data: scored,
    };
  },
});

function coinLines({
  symbol,
  verdict,
  reached,
  reachedByChance,
  exceeded,
  exceededByChance,
  touched,
}: CoinScore): readonly string[] {
  const cases = Math.min(exceeded.cases, exceededByChance.cases);
  return [
    texts.coin(symbol, texts.verdicts[verdict](cases, leastCases)),
    texts.reached(shareWords(reached), shareWords(reachedByChance)),
    texts.exceeded(shareWords(exceeded), shareWords(exceededByChance)),
    ...(touched.cases > 0 ? [texts.touched(shareWords(touched))] : []),
  ];
}

function shareWords({ hits, cases, low, high }: Share): string {
  if (cases === 0) return texts.noCases;
  return texts.share(hits, cases, percent(hits / cases), percent(low), percent(high));
}
