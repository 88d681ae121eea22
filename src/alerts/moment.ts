import type { Cluster } from '../core/liquidation-map.ts';
import type { CoinAlerts } from './coin.ts';
import type { AlertPayload } from './payload.ts';
import type { AlertSheet } from './sheet.ts';
import type { AlertMoment } from './text.ts';

/** What every text about a coin needs to know. */
export function momentOf(
  { symbol, timeMs, provenance }: AlertSheet,
  at: { readonly atMs: number; readonly priceUsd: number },
): AlertMoment {
  return { symbol, ...at, mapMs: timeMs, provenance };
}

/** A cluster as an alert carries it. */
export function payloadCluster(cluster: Cluster): NonNullable<AlertPayload['cluster']> {
  const { id, side, low, high, peak, usd, shareOfOi, leverage } = cluster;
  return { id, side, low, high, peak, usd, shareOfOi, leverage };
}

/** Why a cluster is large, as far as the coin has a history. */
export function sizeReason(
  coin: CoinAlerts,
  { shareOfOi }: Pick<Cluster, 'shareOfOi'>,
): { readonly percentile?: number } {
  const percentile = coin.percentile(shareOfOi);
  return percentile === undefined ? {} : { percentile };
}
