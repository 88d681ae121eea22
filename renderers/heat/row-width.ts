import type { Heatmap } from '../../src/core/heatmap.ts';

/** Height of a row in % of price: `0.12 %`. */
export function rowWidth({ edges, priceUsd }: Pick<Heatmap, 'edges' | 'priceUsd'>): string {
  return `${Number((((edges[1]! - edges[0]!) / priceUsd) * 100).toPrecision(2))} %`;
}
