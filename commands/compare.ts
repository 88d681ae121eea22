import { drawComparison } from '../renderers/compare/chart.ts';
import { compareText } from '../renderers/compare/text.ts';
import { maxTextLength } from '../renderers/picture-text.ts';
import { cropMap } from '../src/core/crop-map.ts';
import { mapWindows } from '../src/core/liquidation-map.ts';
import { UserError } from '../src/errors.ts';
import { manyMaps } from '../src/many-maps.ts';
import { agedMap } from '../src/map-age.ts';
import { clustersJson } from '../src/map-json.ts';
import { buttonRows, choiceButtons } from './button-rows.ts';
import { type Command, command } from './command.ts';
import { lookOf } from './picture-look.ts';
import { pictureName } from './picture-name.ts';
import { nowOf, withLocalTime } from './spoken-time.ts';
import { texts } from './texts.ts';
import { usualSymbols } from './usual-symbols.ts';
import { manyCoins } from './word-schemas.ts';

const most = 4;
/** Half width of each map, as a fraction of price: far levels of other coins are not what one compares. */
const range = 0.2;

export const compare: Command = command({
  name: 'compare',
  summary: texts.compare.summary,
  ...manyCoins,
  async run({ symbols, window, ...look }, context, { words, settings }) {
    // A list that was set for other commands may be longer.
    const isSaid = words['symbols'] !== undefined;
    const wanted = isSaid ? (symbols ?? []) : (symbols ?? usualSymbols(context)).slice(0, most);
    if (wanted.length < 1 || wanted.length > most) throw new UserError(texts.compare.howMany(most));
    const { answers, failed } = await manyMaps(context.maps, wanted, window);
    const missing = failed.map(({ symbol, reason }) => texts.compare.missing(symbol, reason));
    const [first] = answers;
    if (!first) throw new UserError(missing.join('\n'));
    const maps = answers.map((answer) => cropMap(answer, range));
    const nowMs = nowOf(context);
    const { caption, alt } = compareText(
      maps.map(({ map, clusters }) => ({ map: agedMap(map, nowMs), clusters })),
    );
    const text = withLocalTime(caption, first.map.timeMs, settings, maxTextLength);
    const names = answers.map(({ map }) => map.symbol);
    return {
      text: [text, ...missing].join('\n').slice(0, maxTextLength - 1),
      picture: {
        fileName: pictureName(...names, window),
        alt,
        draw: () => drawComparison({ maps, ...lookOf(look, context) }, context.draw),
      },
      data: answers.map(({ map, clusters }) => ({
        symbol: map.symbol,
        timeMs: map.timeMs,
        priceUsd: map.priceUsd,
        clusters: clustersJson(clusters),
      })),
      buttons: buttonRows([
        choiceButtons(
          compare,
          { ...words, symbols: names.join(',') },
          { name: 'window', values: mapWindows, current: window },
        ),
        [
          {
            label: texts.buttons.refresh,
            command: compare,
            words: { ...words, symbols: names.join(','), window },
          },
        ],
      ]),
    };
  },
});
