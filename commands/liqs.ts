import { z } from 'zod';
import { buttonRows, choiceButtons } from './button-rows.ts';
import { type Command, command } from './command.ts';
import { liqmap } from './liqmap.ts';
import { observedMap } from './observed-map.ts';
import { texts } from './texts.ts';
import { hoursWord, lookParameters, lookWords, parameters, symbolWord, windowWord } from './word-schemas.ts';

const usualHours = 24;
const offeredHours = [4, 12, 24] as const;

const schema = z.object({
  symbol: symbolWord,
  hours: hoursWord.default(usualHours),
  window: windowWord,
  ...lookWords,
});

export const liqs: Command = command({
  name: 'liqs',
  summary: texts.liqs.summary,
  parameters: [
    parameters.symbol,
    { name: 'hours', description: texts.parameters.hours, looks: /^\d+h?$/i },
    parameters.window,
    ...lookParameters,
  ],
  schema,
  async run(request, context, { words, settings }) {
    const { symbol, hours, window } = request;
    const values = offeredHours.map(texts.buttons.hours);
    const current = texts.buttons.hours(hours);
    return {
      ...(await observedMap(request, context, settings)),
      buttons: buttonRows([
        choiceButtons(liqs, words, { name: 'hours', values, current }),
        [
          { label: texts.buttons.toMap, command: liqmap, words: { symbol, window } },
          { label: texts.buttons.refresh, command: liqs, words },
        ],
      ]),
    };
  },
});
