import { z } from 'zod';
import { drawMap } from '../renderers/map/chart.ts';
import { mapText } from '../renderers/map/text.ts';
import { maxTextLength } from '../renderers/picture-text.ts';
import { mapWindows } from '../src/core/liquidation-map.ts';
import { agedMap } from '../src/map-age.ts';
import { mapJson } from '../src/map-json.ts';
import type { Settings } from '../src/settings.ts';
import { about } from './about.ts';
import { alertButtons } from './alert-buttons.ts';
import { buttonRows, choiceButtons, type Wish } from './button-rows.ts';
import { cascade } from './cascade.ts';
import { changes } from './changes.ts';
import { type Command, type Context, command, type Reply, type Words } from './command.ts';
import { heatmap } from './heatmap.ts';
import { infoTexts } from './info-texts.ts';
import { observedMap } from './observed-map.ts';
import { lookOf } from './picture-look.ts';
import { pictureName } from './picture-name.ts';
import { riskTexts } from './risk-texts.ts';
import { nowOf, withLocalTime } from './spoken-time.ts';
import { texts } from './texts.ts';
import {
  lookParameters,
  lookWords,
  oneOf,
  parameters,
  percentWord,
  symbolWord,
  venuesWord,
  windowWord,
} from './word-schemas.ts';

const views = ['map', 'liqs'] as const;
const observedHours = 24;

const schema = z.object({
  symbol: symbolWord,
  window: windowWord,
  venues: venuesWord.optional(),
  range: percentWord.optional(),
  view: oneOf(views).default('map'),
  ...lookWords,
});
type Request = z.output<typeof schema>;

export const liqmap: Command = command({
  name: 'liqmap',
  summary: texts.liqmap.summary,
  parameters: [
    parameters.symbol,
    parameters.window,
    { name: 'venues', description: texts.parameters.venues },
    { name: 'range', description: texts.parameters.range, looks: /^\d+(\.\d+)?%?$/ },
    { name: 'view', description: texts.parameters.view, choices: views },
    ...lookParameters,
  ],
  schema,
  async run(request, context, { words, settings }) {
    const answer: Reply =
      request.view === 'map'
        ? await plainMap(request, context, settings)
        : await observedMap({ ...request, hours: observedHours }, context, settings);
    return { ...answer, buttons: [...buttons(request, words), ...(answer.buttons ?? [])] };
  },
});

async function plainMap(request: Request, context: Context, settings: Settings): Promise<Reply> {
  const { maps, draw, share, caller } = context;
  const { symbol, window, venues, range } = request;
  const made = await maps.map({
    symbol,
    window,
    ...(venues && { venues }),
    ...(range !== undefined && { range }),
  });
  const { map, clusters } = made;
  const { caption, alt } = mapText(agedMap(map, nowOf(context)), clusters);
  return {
    text: withLocalTime(caption, map.timeMs, settings, maxTextLength),
    picture: {
      fileName: pictureName(map.symbol, window),
      alt,
      draw: () => drawMap({ map, clusters, ...lookOf(request, context) }, draw),
    },
    ...(share && { page: () => share({ map, clusters, theme: request.theme }, caller?.platform) }),
    data: mapJson(map, clusters),
    buttons: alertButtons(made, context),
  };
}

function buttons({ window, view }: Request, given: Words) {
  // The window is written out, so that pressing does the same when the settings have changed.
  const words = { ...given, window };
  const isMap = view === 'map';
  const otherView = isMap
    ? { label: texts.buttons.toObserved, command: liqmap, words: { ...words, view: 'liqs' } }
    : { label: texts.buttons.toMap, command: liqmap, words: { ...words, view: '' } };
  return buttonRows([
    choiceButtons(liqmap, words, { name: 'window', values: mapWindows, current: window }),
    [otherView, ...historyButtons(words), { label: texts.buttons.refresh, command: liqmap, words }],
    riskButtons(words),
  ]);
}

/** The coin's levels over time: of all venues, as that is what they are kept of. */
function historyButtons({ symbol, theme, shape, venues }: Words): readonly Wish[] {
  if (venues) return [];
  const words = { symbol, theme, shape };
  return [
    { label: texts.buttons.heatmap, command: heatmap, words },
    { label: texts.buttons.changes, command: changes, words },
  ];
}

/** What the map means and rests on. A cascade is that of all venues. */
function riskButtons({ symbol, window, theme, shape, venues }: Words): readonly Wish[] {
  const toInfo = { label: infoTexts.button, command: about, words: { symbol, window, venues } };
  if (venues) return [toInfo];
  return [
    { label: riskTexts.cascade.button, command: cascade, words: { symbol, window, theme, shape } },
    toInfo,
  ];
}
