import { percent, price, usd } from '../renderers/numbers.ts';
import type { AlertSubscription } from '../src/alerts/settings.ts';
import { isCandidate, isLarge } from '../src/core/alerts/cluster-size.ts';
import { distanceTo } from '../src/core/alerts/near-levels.ts';
import type { Cluster } from '../src/core/liquidation-map.ts';
import { manyMaps } from '../src/many-maps.ts';
import type { MapAnswer } from '../src/maps.ts';
import type { Settings } from '../src/settings.ts';
import { spokenRule } from './alert-rule.ts';
import { alertTexts } from './alert-texts.ts';
import type { Context } from './command.ts';
import { nowOf, spokenTime } from './spoken-time.ts';

const texts = alertTexts.list;
const mostLetters = 1_900;
/** Alerts are found on this map. */
export const alertWindow = '7d';

type Near = { readonly symbol: string; readonly cluster?: Cluster; readonly distance: number };

/** What is subscribed to, the nearest first with its distance now, and by what rule, by number. */
export async function alertList(
  subscriptions: readonly AlertSubscription[],
  { where, settings }: { readonly where: 'here' | 'direct'; readonly settings: Settings },
  context: Context,
): Promise<string> {
  const title = texts.title[where];
  if (subscriptions.length === 0) return `${title}: ${texts.empty}`;
  const symbols = [...new Set(subscriptions.flatMap((one) => one.settings.symbols))];
  const { answers, failed } = await manyMaps(context.maps, symbols, alertWindow);
  const nowMs = nowOf(context);
  return withinLimit([
    `${title}, ${spokenTime(nowMs, settings)}`,
    ...nearLines(subscriptions, answers),
    ...failed.map(({ symbol, reason }) => texts.failed(symbol, reason)),
    ...subscriptions.map((one, index) => `#${index + 1} ${spokenRule(one, nowMs)}`),
    texts.howTo,
  ]);
}

function nearLines(
  subscriptions: readonly AlertSubscription[],
  answers: readonly MapAnswer[],
): readonly string[] {
  const lines = new Map<string, { readonly near: Near; readonly numbers: number[] }>();
  for (const [index, { settings }] of subscriptions.entries()) {
    for (const answer of answers) {
      if (!settings.symbols.includes(answer.map.symbol)) continue;
      const near = nearestOf(answer, settings);
      const key = `${near.symbol} ${near.cluster?.id ?? ''}`;
      const line = lines.get(key) ?? { near, numbers: [] };
      line.numbers.push(index + 1);
      lines.set(key, line);
    }
  }
  return [...lines.values()].sort((a, b) => a.near.distance - b.near.distance).map(lineOf);
}

function nearestOf({ map, clusters }: MapAnswer, settings: AlertSubscription['settings']): Near {
  const wanted = clusters.filter((cluster) =>
    settings.clusterId === undefined
      ? isCandidate(cluster) &&
        (settings.side === 'both' || settings.side === cluster.side) &&
        isLarge(cluster, sizeRule(settings), undefined)
      : cluster.id === settings.clusterId,
  );
  const ranked = wanted
    .map((cluster) => ({ symbol: map.symbol, cluster, distance: distanceTo(cluster, map.priceUsd) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0] ?? { symbol: map.symbol, distance: Number.POSITIVE_INFINITY };
}

function sizeRule({ minUsd, minShareOfOi, minPercentile }: AlertSubscription['settings']) {
  return {
    ...(minUsd !== undefined && { minUsd }),
    ...(minShareOfOi !== undefined && { minShareOfOi }),
    ...(minPercentile !== undefined && { minPercentile }),
  };
}

function lineOf({ near, numbers }: { readonly near: Near; readonly numbers: readonly number[] }): string {
  const { symbol, cluster, distance } = near;
  const named = numbers.map((number) => `#${number}`).join(', ');
  if (!cluster) return texts.none(symbol, named);
  const { side, low, high, peak } = cluster;
  const edge = side === 'long' ? high : low;
  const words = texts.cluster(usd(cluster.usd), side, price(edge), price(peak));
  return distance === 0
    ? texts.inside(symbol, words, named)
    : texts.near(percent(distance * 100), symbol, words, named);
}

/** Whole lines, as many as a message holds. */
function withinLimit(lines: readonly string[]): string {
  const kept = [...lines];
  while (kept.join('\n').length > mostLetters) kept.pop();
  const left = lines.length - kept.length;
  return [...kept, ...(left > 0 ? [texts.more(left)] : [])].join('\n');
}
