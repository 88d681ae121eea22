import { leverage, percent, price, signedPercent, usd } from '../renderers/numbers.ts';
import type { Cluster } from '../src/core/liquidation-map.ts';
import type { Settings } from '../src/settings.ts';
import { texts } from './texts.ts';

/** `$54M`, or `$54M (18.2K ETH)` where amounts are wanted in the coin, too. */
export function spokenAmount(
  amount: { readonly usd: number; readonly priceUsd: number; readonly symbol: string },
  { units }: Settings,
): string {
  const inUsd = usd(amount.usd);
  if (units !== 'coin') return inUsd;
  // The same short form as for USD, without its sign.
  const coins = usd(amount.usd / amount.priceUsd).replace('$', '');
  return `${inUsd} (${coins} ${amount.symbol})`;
}

/** `at $2,975, -1.2 % (0.4 ATR), 48x`. */
export function spokenPlace({ peak, distancePct, distanceAtr, leverage: times }: Cluster): string {
  const atr = distanceAtr === undefined ? '' : ` (${texts.clusters.atr(Math.abs(distanceAtr).toFixed(1))})`;
  return `at $${price(peak)}, ${signedPercent(distancePct)}${atr}, ${leverage(times)}`;
}

/** `$54M at $2,975, -1.2 % (0.4 ATR), 48x, 0.7 % of open interest`. */
export function spokenCluster(cluster: Cluster, symbol: string, settings: Settings): string {
  const amount = spokenAmount({ usd: cluster.usd, priceUsd: cluster.peak, symbol }, settings);
  const share = texts.clusters.shareOfOi(percent(cluster.shareOfOi * 100));
  return `${amount} ${spokenPlace(cluster)}, ${share}`;
}
