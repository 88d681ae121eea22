import type { Side } from '../core/market-data.ts';

/** What news need to know of a map, as it is told to programs. */
export type NewsMap = {
  readonly priceUsd: number;
  readonly clusters: readonly {
    readonly side: Side;
    readonly low: number;
    readonly high: number;
    readonly usd: number;
  }[];
};

/** Fraction of price that one piece of news moves it: few enough to be seen coming, and many to be there soon. */
const stepSize = 0.0035;
/** Clusters of each side among which the nearest is looked for. */
const largest = 3;

/**
 * How news would have to move a price, step by step, to carry it a little into the nearest large cluster of either side;
 * none where there is none ahead.
 */
export function newsSteps({ priceUsd, clusters }: NewsMap): readonly number[] {
  const large = (['long', 'short'] as const).flatMap((side) =>
    clusters
      .filter((cluster) => cluster.side === side)
      .sort((a, b) => b.usd - a.usd)
      .slice(0, largest),
  );
  const edges = large
    .map(({ side, low, high }) => (side === 'long' ? high : low))
    .filter((edge, i) => (large[i]!.side === 'long' ? edge < priceUsd : edge > priceUsd))
    .sort((a, b) => Math.abs(a - priceUsd) - Math.abs(b - priceUsd));
  const [nearest] = edges;
  if (nearest === undefined) return [];
  const step = nearest < priceUsd ? -stepSize : stepSize;
  const count = Math.ceil(Math.log(nearest / priceUsd) / Math.log(1 + step)) + 1;
  return Array.from({ length: count }, () => step);
}
