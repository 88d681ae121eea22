import type { SidedUsd } from '../../src/core/liquidation-map.ts';
import type { Liquidation, Side } from '../../src/core/market-data.ts';

/** Liquidations by price: index i of the bins covers edges[i] .. edges[i + 1]. */
export type LiquidationBins = {
  readonly longUsd: Float64Array;
  readonly shortUsd: Float64Array;
  /** What lies beyond the first and last edge. */
  readonly beyond: SidedUsd;
};

/** One step of a stacked skyline: `side` covers `from` .. `to` USD from `price` to the next row's. */
export type LiquidationRow = {
  readonly side: Side;
  readonly price: number;
  readonly from: number;
  readonly to: number;
};

/** More bars than this are too thin for a phone. */
const mostBars = 120;

/** The edges of a map's bins, some of them joined so that the bars between them can be seen. */
export function barEdges(edges: Float64Array): Float64Array {
  const joined = Math.ceil((edges.length - 1) / mostBars);
  return edges.filter((_, edge) => edge % joined === 0 || edge === edges.length - 1);
}

/** Sums liquidations over price bins. @param edges n + 1 ascending prices */
export function binLiquidations(edges: Float64Array, liquidations: readonly Liquidation[]): LiquidationBins {
  const longUsd = new Float64Array(edges.length - 1);
  const shortUsd = new Float64Array(edges.length - 1);
  const beyond = { longUsd: 0, shortUsd: 0 };
  for (const { price, usd, liquidatedSide } of liquidations) {
    const bin = binOf(edges, price);
    const key = liquidatedSide === 'long' ? 'longUsd' : 'shortUsd';
    if (bin === undefined) beyond[key] += usd;
    else if (liquidatedSide === 'long') longUsd[bin]! += usd;
    else shortUsd[bin]! += usd;
  }
  return { longUsd, shortUsd, beyond };
}

/** The bins as skylines, shorts on top of longs, with an end for the last step to run to. */
export function liquidationRows(
  edges: Float64Array,
  { longUsd, shortUsd }: LiquidationBins,
): { readonly rows: readonly LiquidationRow[]; readonly topUsd: number } {
  const bins = Array.from(longUsd, (long, bin) => ({
    price: edges[bin]!,
    long,
    both: long + shortUsd[bin]!,
  }));
  const last = bins.at(-1);
  const steps = last ? [...bins, { ...last, price: edges.at(-1)! }] : [];
  return {
    rows: [
      ...steps.map(({ price, long }): LiquidationRow => ({ side: 'long', price, from: 0, to: long })),
      ...steps.map(
        ({ price, long, both }): LiquidationRow => ({ side: 'short', price, from: long, to: both }),
      ),
    ],
    topUsd: bins.reduce((top, { both }) => Math.max(top, both), 0),
  };
}

function binOf(edges: Float64Array, price: number): number | undefined {
  if (price < edges[0]! || price > edges.at(-1)!) return undefined;
  const above = edges.findIndex((edge) => edge > price);
  return above === -1 ? edges.length - 2 : above - 1;
}
