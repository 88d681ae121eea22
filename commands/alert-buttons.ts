import { price } from '../renderers/numbers.ts';
import { isCandidate } from '../src/core/alerts/cluster-size.ts';
import { distanceTo } from '../src/core/alerts/near-levels.ts';
import type { MapAnswer } from '../src/maps.ts';
import { alertTexts } from './alert-texts.ts';
import { alerts } from './alerts.ts';
import { buttonRows } from './button-rows.ts';
import type { Context, Reply } from './command.ts';

const sides = ['long', 'short'] as const;

/** "Alert me" on the nearest large cluster of each side, by direct message; none where nobody could be alerted. */
export function alertButtons(
  { map, clusters }: MapAnswer,
  { caller, alerts: management }: Context,
): NonNullable<Reply['buttons']> {
  if (!caller || !management) return [];
  const wishes = sides.flatMap((side) => {
    const [nearest] = clusters
      .filter((cluster) => cluster.side === side && isCandidate(cluster))
      .sort((a, b) => distanceTo(a, map.priceUsd) - distanceTo(b, map.priceUsd));
    if (!nearest) return [];
    const words = { action: 'on', symbols: map.symbol, where: 'dm', cluster: nearest.id };
    return [{ label: alertTexts.button.cluster(price(nearest.peak)), command: alerts, words }];
  });
  return buttonRows([wishes]);
}
