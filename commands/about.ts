import { z } from 'zod';
import { agedMap } from '../src/map-age.ts';
import { type Command, command } from './command.ts';
import { infoTexts } from './info-texts.ts';
import { mapInfo } from './map-info.ts';
import { nowOf } from './spoken-time.ts';
import { texts } from './texts.ts';
import { parameters, symbolWord, venuesWord, windowWord } from './word-schemas.ts';

export const about: Command = command({
  name: 'about',
  summary: texts.about.summary,
  parameters: [
    { name: 'symbol', description: infoTexts.symbol, completes: 'symbol' },
    parameters.window,
    { name: 'venues', description: texts.parameters.venues },
  ],
  schema: z.object({ symbol: symbolWord.optional(), window: windowWord, venues: venuesWord.optional() }),
  async run({ symbol, window, venues }, context) {
    if (symbol === undefined) return { text: texts.about.text };
    const { map } = await context.maps.map({ symbol, window, ...(venues && { venues }) });
    return {
      text: mapInfo(agedMap(map, nowOf(context))),
      data: {
        symbol: map.symbol,
        timeMs: map.timeMs,
        window,
        venues: map.venues,
        assumptions: map.assumptions,
      },
    };
  },
});
