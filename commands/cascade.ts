import { z } from 'zod';
import { drawCascade } from '../renderers/cascade/chart.ts';
import { cascadeText } from '../renderers/cascade/text.ts';
import { maxTextLength } from '../renderers/picture-text.ts';
import { type Stress, cascade as walk } from '../src/core/cascade.ts';
import { sumTo } from '../src/core/distance-curve.ts';
import type { Cluster } from '../src/core/liquidation-map.ts';
import { UserError } from '../src/errors.ts';
import { agedMap } from '../src/map-age.ts';
import { clustersJson, depthJson } from '../src/map-json.ts';
import { buttonRows } from './button-rows.ts';
import { shown } from './clean-words.ts';
import { type Command, command, type Words } from './command.ts';
import { lookOf } from './picture-look.ts';
import { pictureName } from './picture-name.ts';
import { riskTexts } from './risk-texts.ts';
import { nowOf, withLocalTime } from './spoken-time.ts';
import { texts } from './texts.ts';
import { lookParameters, lookWords, parameters, symbolWord, windowWord } from './word-schemas.ts';

const usualMove = 0.03;
const offeredMoves = ['1%', '3%', '5%', '10%'] as const;

/** The sign is read over: a fall and a rise are shown. */
const moveWord = z
  .string()
  .refine(
    (text) => /^[+-]?\d{1,2}(\.\d+)?\s*%?$/.test(text) && moveOf(text) >= 0.001 && moveOf(text) <= 0.45,
    {
      error: ({ input }) => riskTexts.cascade.badMove(shown(String(input))),
    },
  )
  .transform(moveOf);

const schema = z.object({
  symbol: symbolWord,
  move: moveWord.default(usualMove),
  window: windowWord,
  ...lookWords,
});

export const cascade: Command = command({
  name: 'cascade',
  summary: riskTexts.cascade.summary,
  parameters: [
    parameters.symbol,
    { name: 'move', description: riskTexts.cascade.move, looks: /^[+-]?\d+(\.\d+)?%?$/ },
    parameters.window,
    ...lookParameters,
  ],
  schema,
  async run({ symbol, move, window, ...look }, context, { words, settings }) {
    const { map, clusters } = await context.maps.map({ symbol, window });
    const { stress, fragility } = map;
    if (!stress) throw new UserError(riskTexts.cascade.noBooks(map.symbol));
    const { caption, alt } = cascadeText(agedMap(map, nowOf(context)), clusters, move);
    return {
      text: withLocalTime(caption, map.timeMs, settings, maxTextLength),
      picture: {
        fileName: pictureName(map.symbol, 'cascade', String(move * 100)),
        alt,
        draw: () => drawCascade({ map, clusters, shock: move, ...lookOf(look, context) }, context.draw),
      },
      data: {
        symbol: map.symbol,
        timeMs: map.timeMs,
        priceUsd: map.priceUsd,
        fall: cascadeJson(stress, -move, map.priceUsd),
        rise: cascadeJson(stress, move, map.priceUsd),
        fragility,
        depth: depthJson(stress),
        clusters: clusters.map((cluster) => toCluster(cluster, stress, map.priceUsd)),
        assumptions: map.assumptions,
      },
      buttons: buttons({ move, window }, words),
    };
  },
});

function moveOf(text: string): number {
  return Math.abs(Number.parseFloat(text)) / 100;
}

function cascadeJson(stress: Stress, shock: number, priceUsd: number) {
  const { stop, ...walked } = walk(stress, shock);
  return { ...walked, shockPct: shock * 100, stopPct: stop * 100, stopUsd: priceUsd * (1 + stop) };
}

function toCluster(cluster: Cluster, { fuel, depth }: Stress, priceUsd: number) {
  const distance = Math.abs(cluster.peak / priceUsd - 1);
  const [fuelUsd, depthUsd] =
    cluster.side === 'long' ? [fuel.longUsd, depth.bidUsd] : [fuel.shortUsd, depth.askUsd];
  return {
    ...clustersJson([cluster])[0]!,
    fuelUsd: sumTo(fuelUsd, distance),
    depthUsd: sumTo(depthUsd, distance),
  };
}

function buttons({ move, window }: { readonly move: number; readonly window: string }, given: Words) {
  const words = { ...given, window };
  const moves = offeredMoves.map((percent) => {
    const label = riskTexts.cascade.moves(percent);
    const isCurrent = moveOf(percent) === move;
    return {
      label: isCurrent ? texts.buttons.current(label) : label,
      command: cascade,
      words: { ...words, move: percent },
    };
  });
  return buttonRows([moves, [{ label: texts.buttons.refresh, command: cascade, words }]]);
}
