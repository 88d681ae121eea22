import { z } from 'zod';
import { drawChanges } from '../renderers/changes/chart.ts';
import { changesText } from '../renderers/changes/text.ts';
import { maxTextLength } from '../renderers/picture-text.ts';
import { UserError } from '../src/errors.ts';
import { agedMap } from '../src/map-age.ts';
import { changeSpans, windowOfChanges } from '../src/views.ts';
import { buttonRows, choiceButtons } from './button-rows.ts';
import { type Command, command } from './command.ts';
import { lookOf } from './picture-look.ts';
import { pictureName } from './picture-name.ts';
import { nowOf, withLocalTime } from './spoken-time.ts';
import { texts } from './texts.ts';
import { lookParameters, lookWords, oneOf, parameters, symbolWord } from './word-schemas.ts';

export const changes: Command = command({
  name: 'changes',
  summary: texts.changes.summary,
  parameters: [
    parameters.symbol,
    { name: 'since', description: texts.parameters.since, choices: changeSpans },
    ...lookParameters,
  ],
  schema: z.object({
    symbol: symbolWord,
    since: oneOf(changeSpans).default('24h'),
    ...lookWords,
  }),
  async run({ symbol, since, ...look }, context, { words, settings }) {
    const { maps, views, draw } = context;
    if (!views) throw new UserError(texts.heatmap.notHere);
    const { map, clusters } = await maps.map({ symbol, window: windowOfChanges(since) });
    const found = await views.changes(map.symbol, since);
    const { caption, alt } = changesText(found, agedMap(map, nowOf(context)), clusters);
    const given = { ...words, since };
    return {
      text: withLocalTime(caption, map.timeMs, settings, maxTextLength),
      picture: {
        fileName: pictureName(map.symbol, since, 'changes'),
        alt,
        draw: () => drawChanges({ changes: found, map, clusters, ...lookOf(look, context) }, draw),
      },
      data: {
        ...found,
        edges: [...found.edges],
        ...Object.fromEntries(
          (['long', 'short'] as const).map((side) => [
            side,
            Object.fromEntries(Object.entries(found[side]).map(([name, bins]) => [name, [...bins]])),
          ]),
        ),
      },
      buttons: buttonRows([
        choiceButtons(changes, given, { name: 'since', values: changeSpans, current: since }),
        [{ label: texts.buttons.refresh, command: changes, words: given }],
      ]),
    };
  },
});
