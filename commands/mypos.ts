import { z } from 'zod';
import { maxTextLength } from '../renderers/picture-text.ts';
import { drawPosition } from '../renderers/position/chart.ts';
import { positionText } from '../renderers/position/text.ts';
import type { OwnRequest } from '../src/core/own-answer.ts';
import { UserError } from '../src/errors.ts';
import { agedMap } from '../src/map-age.ts';
import { clustersJson } from '../src/map-json.ts';
import { ownPosition } from '../src/own-position.ts';
import { shown } from './clean-words.ts';
import { type Command, command } from './command.ts';
import { lookOf } from './picture-look.ts';
import { pictureName } from './picture-name.ts';
import { entryWord, leverageWord, type SizeWord, sizeWord } from './position-words.ts';
import { riskTexts } from './risk-texts.ts';
import { nowOf, withLocalTime } from './spoken-time.ts';
import { lookParameters, lookWords, oneOf, parameters, symbolWord } from './word-schemas.ts';

const texts = riskTexts.mypos;
const sides = ['long', 'short'] as const;

const schema = z.object({
  symbol: symbolWord,
  side: z.string({ error: texts.whichSide }).pipe(oneOf(sides)),
  entry: entryWord,
  leverage: leverageWord,
  venue: z
    .string()
    .transform((word) => word.toLowerCase())
    .optional(),
  size: sizeWord.optional(),
  ...lookWords,
});

export const mypos: Command = command({
  name: 'mypos',
  summary: texts.summary,
  isPrivate: true,
  parameters: [
    parameters.symbol,
    { name: 'side', description: texts.side, required: true, choices: sides },
    { name: 'entry', description: texts.entry, required: true },
    { name: 'leverage', description: texts.leverage, required: true },
    { name: 'venue', description: texts.venue, looks: /^[a-z][a-z-]*$/i },
    { name: 'size', description: texts.size, looks: /^-?\$?\.?\d/ },
    ...lookParameters,
  ],
  schema,
  async run({ symbol, side, entry, leverage, venue, size, ...look }, context, { settings }) {
    const answer = await context.maps.map({ symbol, window: '7d' });
    const { map, clusters } = answer;
    const request: OwnRequest = {
      side,
      entryUsd: entry,
      leverage,
      venue,
      size: size && sizeOf(size, map.symbol),
    };
    const own = ownPosition(answer, request);
    const { caption, alt } = positionText(agedMap(map, nowOf(context)), own);
    return {
      isSecret: true,
      text: withLocalTime(caption, map.timeMs, settings, maxTextLength),
      picture: {
        fileName: pictureName(map.symbol, 'position'),
        alt,
        // Here and now, not by `context.draw`: that keeps charts and pictures for a while, and this one is nobody else's.
        draw: () => drawPosition({ map, clusters, own, ...lookOf(look, context) }),
      },
      data: {
        symbol: map.symbol,
        timeMs: map.timeMs,
        priceUsd: map.priceUsd,
        ...own,
        inTheWay: clustersJson(own.inTheWay),
      },
    };
  },
});

function sizeOf({ amount, unit }: SizeWord, symbol: string): OwnRequest['size'] {
  if (unit === 'usd') return { usd: amount };
  if (unit === symbol.toUpperCase() || /^coins?$/i.test(unit)) return { coins: amount };
  throw new UserError(texts.otherCoin(shown(unit), symbol));
}
