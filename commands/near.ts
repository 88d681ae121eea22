import { loudest, type MapFacts, mapFacts, stamps } from '../renderers/map/facts.ts';
import { oldestDataMs } from '../renderers/map/venue-facts.ts';
import { drawNear } from '../renderers/near/chart.ts';
import { nearAlt } from '../renderers/near/text.ts';
import { age, price } from '../renderers/numbers.ts';
import { UserError } from '../src/errors.ts';
import { manyMaps } from '../src/many-maps.ts';
import { agedMap } from '../src/map-age.ts';
import { clustersJson } from '../src/map-json.ts';
import type { MapAnswer } from '../src/maps.ts';
import { byNearness, type NearCluster } from '../src/nearness.ts';
import { mostSymbols, type Settings } from '../src/settings.ts';
import { buttonRows } from './button-rows.ts';
import { type Command, command } from './command.ts';
import { liqmap } from './liqmap.ts';
import { lookOf } from './picture-look.ts';
import { pictureName } from './picture-name.ts';
import { spokenAmount, spokenPlace } from './spoken-cluster.ts';
import { nowOf, spokenTime } from './spoken-time.ts';
import { texts } from './texts.ts';
import { usualSymbols } from './usual-symbols.ts';
import { manyCoins } from './word-schemas.ts';

const mostButtons = 5;
const mostLetters = 1900;

export const near: Command = command({
  name: 'near',
  summary: texts.near.summary,
  ...manyCoins,
  async run({ symbols, window, ...look }, context, { words, settings }) {
    const wanted = (symbols ?? usualSymbols(context)).slice(0, mostSymbols);
    const { answers, failed } = await manyMaps(context.maps, wanted, window);
    const nowMs = nowOf(context);
    const ranked = byNearness(answers.map(({ map, clusters }) => ({ map: agedMap(map, nowMs), clusters })));
    const [first] = answers;
    if (!first)
      throw new UserError(failed.map(({ symbol, reason }) => texts.near.failed(symbol, reason)).join('\n'));
    return {
      text: within([
        texts.near.title(mapFacts(first.map, []).window, stamps[loudest(answers.map(({ map }) => map))]),
        ageLine(ranked, nowMs, settings),
        ...ranked.map((one, index) => line(one, index + 1, settings)),
        ...withoutCluster(answers, ranked),
        texts.near.explained,
        ...failed.map(({ symbol, reason }) => texts.near.failed(symbol, reason)),
      ]),
      ...(ranked.length > 0 && {
        picture: {
          fileName: pictureName('near', window),
          alt: nearAlt(ranked),
          draw: () => drawNear({ rows: ranked, ...lookOf(look, context) }, context.draw),
        },
      }),
      data: ranked.map(({ map, cluster }) => ({
        symbol: map.symbol,
        timeMs: map.timeMs,
        priceUsd: map.priceUsd,
        cluster: clustersJson([cluster])[0],
      })),
      buttons: buttonRows([
        ranked.slice(0, mostButtons).map(({ map }) => ({
          label: texts.buttons.mapOf(map.symbol),
          command: liqmap,
          words: { symbol: map.symbol, window },
        })),
        [{ label: texts.buttons.refresh, command: near, words: { ...words, window } }],
      ]),
    };
  },
});

function line({ map, cluster }: NearCluster, place: number, settings: Settings): string {
  const amount = spokenAmount({ usd: cluster.usd, priceUsd: cluster.peak, symbol: map.symbol }, settings);
  const side = cluster.side === 'long' ? texts.near.longs : texts.near.shorts;
  const words = `${amount} ${side} ${spokenPlace(cluster)}`;
  return texts.near.line(place, map.symbol, price(map.priceUsd), words);
}

function withoutCluster(answers: readonly MapAnswer[], ranked: readonly NearCluster[]): readonly string[] {
  const named = ranked.map(({ map }) => map.symbol);
  const others = answers.map(({ map }) => map.symbol).filter((symbol) => !named.includes(symbol));
  return others.length > 0 ? [texts.near.without(others)] : [];
}

/** The time of the oldest map, and the age of the oldest data in any. */
function ageLine(answers: readonly MapAnswer[], nowMs: number, settings: Settings): string {
  const timeMs = Math.min(nowMs, ...answers.map(({ map }) => map.timeMs));
  const oldestMs = oldestDataMs(answers.flatMap(({ map }) => map.venues));
  const stale = answers.flatMap(({ map }) => staleOf(mapFacts(map, [])));
  return [
    spokenTime(timeMs, settings),
    ...(oldestMs === undefined ? [] : [texts.near.oldest(age(oldestMs))]),
    ...(stale.length > 0 ? [texts.time.stale(stale)] : []),
  ].join(', ');
}

function staleOf({ symbol, stale }: MapFacts): readonly string[] {
  return stale.map((venue) => `${symbol} ${venue}`);
}

/** Whole lines, as many as a message holds. */
function within(lines: readonly string[]): string {
  const kept = [...lines];
  while (kept.join('\n').length > mostLetters) kept.pop();
  return kept.join('\n');
}
