import { z } from 'zod';
import { type MapFacts, mapFacts } from '../renderers/map/facts.ts';
import { percent } from '../renderers/numbers.ts';
import { mapWindows } from '../src/core/liquidation-map.ts';
import type { Side } from '../src/core/market-data.ts';
import { agedMap } from '../src/map-age.ts';
import { clustersJson } from '../src/map-json.ts';
import type { MapAnswer } from '../src/maps.ts';
import { nearestOn } from '../src/nearness.ts';
import type { Settings } from '../src/settings.ts';
import { buttonRows, choiceButtons } from './button-rows.ts';
import { type Command, command } from './command.ts';
import { liqmap } from './liqmap.ts';
import { spokenCluster } from './spoken-cluster.ts';
import { nowOf, spokenAge } from './spoken-time.ts';
import { texts } from './texts.ts';
import { parameters, symbolWord, windowWord } from './word-schemas.ts';

const sides: readonly Side[] = ['long', 'short'];
const listed = 5;

export const clusters: Command = command({
  name: 'clusters',
  summary: texts.clusters.summary,
  parameters: [parameters.symbol, parameters.window],
  schema: z.object({ symbol: symbolWord, window: windowWord }),
  async run({ symbol, window }, context, { words, settings }) {
    const answer = await context.maps.map({ symbol, window });
    const { map } = answer;
    const facts = mapFacts(agedMap(map, nowOf(context)), answer.clusters);
    const { symbol: name, timeMs, priceUsd } = map;
    return {
      text: lines(answer, facts, settings).join('\n'),
      data: { symbol: name, window, timeMs, priceUsd, clusters: clustersJson(answer.clusters) },
      buttons: buttonRows([
        choiceButtons(clusters, words, { name: 'window', values: mapWindows, current: window }),
        [
          { label: texts.buttons.toMap, command: liqmap, words: { symbol, window } },
          { label: texts.buttons.refresh, command: clusters, words: { ...words, window } },
        ],
      ]),
    };
  },
});

function lines(answer: MapAnswer, facts: MapFacts, settings: Settings): readonly string[] {
  const { title, market, atrMeans, leftOut } = texts.clusters;
  const { atrPct, timeMs } = answer.map;
  return [
    title(facts.symbol, facts.window, facts.stamp),
    market(facts.price, facts.openInterest),
    ...sides.map((side) => nearestLine(answer, side, settings)),
    ...sides.flatMap((side) => largestLines(answer, side, settings)),
    ...(atrPct === undefined ? [] : [atrMeans(percent(atrPct))]),
    spokenAge(timeMs, facts, settings),
    ...(facts.venuesOut.length > 0 ? [leftOut(facts.venuesOut)] : []),
  ];
}

function nearestLine(answer: MapAnswer, side: Side, settings: Settings): string {
  const { nearest, none } = texts.clusters;
  const cluster = nearestOn(answer, side);
  return `${nearest[side]}: ${cluster ? spokenCluster(cluster, answer.map.symbol, settings) : none}`;
}

function largestLines(answer: MapAnswer, side: Side, settings: Settings): readonly string[] {
  const { largest, none } = texts.clusters;
  const ranked = answer.clusters
    .filter((cluster) => cluster.side === side)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, listed);
  if (ranked.length === 0) return [`${largest[side]}: ${none}`];
  return [
    `${largest[side]}:`,
    ...ranked.map((cluster, index) => `${index + 1}. ${spokenCluster(cluster, answer.map.symbol, settings)}`),
  ];
}
