import { z } from 'zod';
import { drawHeatmap } from '../renderers/heat/chart.ts';
import { heatText } from '../renderers/heat/text.ts';
import { maxTextLength } from '../renderers/picture-text.ts';
import { UserError } from '../src/errors.ts';
import { agedMap } from '../src/map-age.ts';
import { clustersJson } from '../src/map-json.ts';
import { heatSpans, windowOfHeat } from '../src/views.ts';
import { buttonRows, choiceButtons } from './button-rows.ts';
import { changes } from './changes.ts';
import { type Command, command } from './command.ts';
import { lookOf } from './picture-look.ts';
import { pictureName } from './picture-name.ts';
import { nowOf, withLocalTime } from './spoken-time.ts';
import { texts } from './texts.ts';
import { lookParameters, lookWords, oneOf, parameters, symbolWord } from './word-schemas.ts';

export const heatmap: Command = command({
  name: 'heatmap',
  summary: texts.heatmap.summary,
  parameters: [
    parameters.symbol,
    { name: 'span', description: texts.parameters.heatSpan, choices: heatSpans },
    ...lookParameters,
  ],
  schema: z.object({
    symbol: symbolWord,
    span: oneOf(heatSpans).default('7d'),
    ...lookWords,
  }),
  async run({ symbol, span, ...look }, context, { words, settings }) {
    const { maps, views, draw } = context;
    if (!views) throw new UserError(texts.heatmap.notHere);
    const { map, clusters } = await maps.map({ symbol, window: windowOfHeat(span) });
    const heat = await views.heatmap(map.symbol, span);
    const shown = texts.heatmap.span(span);
    const { caption, alt } = heatText(heat, agedMap(map, nowOf(context)), clusters, shown);
    const given = { ...words, span };
    return {
      text: withLocalTime(caption, map.timeMs, settings, maxTextLength),
      picture: {
        fileName: pictureName(map.symbol, span, 'heatmap'),
        alt,
        draw: () => drawHeatmap({ heat, map, clusters, span: shown, ...lookOf(look, context) }, draw),
      },
      data: {
        symbol: heat.symbol,
        timeMs: heat.timeMs,
        columnMs: heat.columnMs,
        priceUsd: heat.priceUsd,
        edges: [...heat.edges],
        longUsd: [...heat.longUsd],
        shortUsd: [...heat.shortUsd],
        candles: heat.candles,
        clusters: clustersJson(clusters),
      },
      buttons: buttonRows([
        choiceButtons(heatmap, given, { name: 'span', values: heatSpans.slice(0, 3), current: span }),
        choiceButtons(heatmap, given, { name: 'span', values: heatSpans.slice(3), current: span }),
        [
          {
            label: texts.buttons.changes,
            command: changes,
            words: { symbol, theme: words['theme'], shape: words['shape'] },
          },
          { label: texts.buttons.refresh, command: heatmap, words: given },
        ],
      ]),
    };
  },
});
