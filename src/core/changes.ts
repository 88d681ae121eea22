import type { SideFlows } from './book-step.ts';
import { drawLevels, type HeatPart } from './heatmap.ts';
import type { VenueStatus } from './liquidation-map.ts';
import type { Provenance, Side } from './market-data.ts';

/** USD by price bin of one side: what has come since a moment, and what of what stood then has gone, and how. */
export type SideChanges = {
  readonly builtUsd: Float64Array;
  readonly closedUsd: Float64Array;
  readonly liquidatedUsd: Float64Array;
};

/** What became of liquidation levels between two moments. */
export type MapChanges = {
  readonly symbol: string;
  readonly provenance: Provenance;
  readonly fromMs: number;
  readonly timeMs: number;
  readonly fromPriceUsd: number;
  readonly priceUsd: number;
  /** n + 1 ascending prices, equally far apart. */
  readonly edges: Float64Array;
  readonly long: SideChanges;
  readonly short: SideChanges;
  readonly venues: readonly VenueStatus[];
};

type Bins = { readonly longUsd: Float64Array; readonly shortUsd: Float64Array };

/** What a book held at the earlier moment, remembered until the later one. */
export type Earlier = {
  readonly mark: string;
  readonly markUsd: number;
  readonly priceUsd: number;
  readonly bins: Bins;
  /** Sums of the fold's flows at that moment. */
  readonly flows: Readonly<Record<Side, SideFlows>>;
};

/** Marks a book and lays what it holds on bins. `priceUsd` is the map's price then. */
export function rememberEarlier(
  part: HeatPart,
  flows: Readonly<Record<Side, SideFlows>>,
  at: { readonly mark: string; readonly edges: Float64Array; readonly priceUsd: number },
): Earlier {
  const bins = emptyBins(at.edges);
  drawLevels(part, at.priceUsd, { edges: at.edges, ...bins });
  part.book.mark(at.mark);
  return {
    mark: at.mark,
    markUsd: part.markUsd,
    priceUsd: at.priceUsd,
    bins,
    flows: { long: { ...flows.long }, short: { ...flows.short } },
  };
}

/**
 * Adds what became of one book's levels since the earlier moment. What has gone from a level that price has
 * crossed since was liquidated, as far as the fold counted liquidations at all; the rest closed before.
 * @param now the book at the later moment, the sums of its fold's flows, and the range of prices between
 */
export function addChanges(
  to: Pick<MapChanges, 'edges' | 'long' | 'short' | 'priceUsd'>,
  earlier: Earlier,
  now: HeatPart & {
    readonly flows: Readonly<Record<Side, SideFlows>>;
    readonly lowUsd: number;
    readonly highUsd: number;
  },
): void {
  const { edges, priceUsd } = to;
  const standing = emptyBins(edges);
  const left = emptyBins(edges);
  const leftThere = emptyBins(edges);
  drawLevels(now, priceUsd, { edges, ...standing });
  drawLevels(now, priceUsd, { edges, ...left }, earlier.mark);
  // A venue's premium has moved since: what is left is compared where it was.
  const then = { book: now.book, markUsd: earlier.markUsd };
  drawLevels(then, earlier.priceUsd, { edges, ...leftThere }, earlier.mark);
  for (const side of ['long', 'short'] as const) {
    const key = side === 'long' ? 'longUsd' : 'shortUsd';
    const { builtUsd, closedUsd, liquidatedUsd } = to[side];
    const isCrossed = (bin: number) =>
      side === 'long' ? edges[bin + 1]! > now.lowUsd : edges[bin]! < now.highUsd;
    const gone = earlier.bins[key].map((amount, bin) => Math.max(0, amount - leftThere[key][bin]!));
    const crossed = gone.reduce((sum, amount, bin) => (isCrossed(bin) ? sum + amount : sum), 0);
    const share = crossed > 0 ? Math.min(1, liquidatedUsdOf(side, earlier, now) / crossed) : 0;
    for (let bin = 0; bin < gone.length; bin++) {
      const liquidated = isCrossed(bin) ? gone[bin]! * share : 0;
      builtUsd[bin]! += Math.max(0, standing[key][bin]! - left[key][bin]!);
      liquidatedUsd[bin]! += liquidated;
      closedUsd[bin]! += gone[bin]! - liquidated;
    }
  }
}

export function noChanges(edges: Float64Array): SideChanges {
  const row = () => new Float64Array(edges.length - 1);
  return { builtUsd: row(), closedUsd: row(), liquidatedUsd: row() };
}

function liquidatedUsdOf(
  side: Side,
  earlier: Earlier,
  { book, markUsd, flows }: HeatPart & { readonly flows: Readonly<Record<Side, SideFlows>> },
): number {
  const size = flows[side].liquidated - earlier.flows[side].liquidated;
  return book.model.contract === 'linear' ? size * markUsd : size;
}

function emptyBins(edges: Float64Array): Bins {
  return { longUsd: new Float64Array(edges.length - 1), shortUsd: new Float64Array(edges.length - 1) };
}
