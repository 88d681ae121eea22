import type { ClusterStage, StageKey } from '../store/cluster-stages.ts';

type Band = Pick<ClusterStage<unknown>, 'side' | 'low' | 'high' | 'usd'>;
type Moment = Pick<ClusterStage<unknown>, 'atMs' | 'priceUsd'>;

/** A stage that begins now: price has gone nowhere since, and nobody was told. */
export function newStage(
  key: StageKey,
  { side, low, high, usd }: Band,
  { atMs, priceUsd }: Moment,
): Omit<ClusterStage<never>, 'receipts'> {
  return {
    ...key,
    ...{ side, low, high, usd },
    ...{ atMs, priceUsd, lowestUsd: priceUsd, highestUsd: priceUsd },
    alerts: 0,
  };
}
