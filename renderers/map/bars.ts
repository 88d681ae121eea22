import type {
  LeverageLayer,
  LiquidationMap,
  MeasuredLayer,
  SidedBins,
} from '../../src/core/liquidation-map.ts';
import { priceIndex } from './swept.ts';

/** One step of a stacked skyline: layer `layer` covers `from` .. `to` USD from `price` to the next row's. */
export type BarRow = {
  readonly layer: number;
  readonly price: number;
  readonly from: number;
  readonly to: number;
};

export type Bars = {
  /** Of the layers of leverage. Measured positions, if there are any, are one more layer after them, drawn below all. */
  readonly labels: readonly string[];
  readonly measured?: MeasuredLayer;
  readonly rows: readonly BarRow[];
  /** The height that fills the axis, in USD per bin; 0 for a map without positions. */
  readonly topUsd: number;
  /** Bins that rise above `topUsd` and are cut there, with their true height. */
  readonly cut: readonly { readonly bin: number; readonly usd: number }[];
};

/** A bar this many times higher than the fourth highest is cut, so that the others stay readable. */
const cutRatio = 2.5;
/** Where it is cut, in heights of the highest bar that is not. */
const cutHeight = 1.2;

/** The bars of a map: what was measured, then the rest stacked by leverage; longs below the price, shorts above. */
export function stackBars(map: LiquidationMap): Bars {
  const { measured } = map;
  const layers = map.byLeverage.length > 0 ? map.byLeverage : [wholeMap(map)];
  const stack: readonly (readonly [index: number, layer: SidedBins])[] = [
    ...(measured ? [[layers.length, measured] as const] : []),
    ...layers.entries(),
  ];
  const start = priceIndex(map);
  const amountOf = (layer: SidedBins, bin: number) =>
    (bin < start ? layer.longUsd[bin] : layer.shortUsd[bin]) ?? 0;

  const bins = map.edges.length - 1;
  const totals = Array.from({ length: bins }, (_, bin) =>
    stack.reduce((sum, [, layer]) => sum + amountOf(layer, bin), 0),
  );
  const topUsd = axisTop(totals);

  const floor = new Float64Array(bins);
  const rows = stack.flatMap(([index, layer]) => {
    const steps: BarRow[] = [];
    for (let bin = 0; bin < bins; bin++) {
      const from = floor[bin]!;
      const to = from + amountOf(layer, bin);
      steps.push({
        layer: index,
        price: map.edges[bin]!,
        from: Math.min(from, topUsd),
        to: Math.min(to, topUsd),
      });
      floor[bin] = to;
    }
    // The last step needs an end to run to.
    return [...steps, { ...steps.at(-1)!, price: map.edges[bins]! }];
  });
  const cut = totals.flatMap((amount, bin) => (amount > topUsd ? [{ bin, usd: amount }] : []));
  return { labels: layers.map((layer) => layer.label), ...(measured && { measured }), rows, topUsd, cut };
}

/** Height of the bar at a price, in USD and as drawn. */
export function drawnHeight(bars: Bars, priceUsd: number): number {
  const top = bars.labels.length - 1;
  const last = bars.rows.findLast((row) => row.layer === top && row.price <= priceUsd);
  return last?.to ?? 0;
}

/** The height that fills an axis: one or a few outliers among the amounts are cut. */
export function axisTop(totals: readonly number[]): number {
  const descending = totals.toSorted((a, b) => b - a);
  const highest = descending[0] ?? 0;
  const limit = cutRatio * (descending[3] ?? 0);
  if (limit === 0 || highest <= limit) return highest;
  return cutHeight * descending.find((amount) => amount <= limit)!;
}

function wholeMap({ longUsd, shortUsd, measured }: LiquidationMap): LeverageLayer {
  const without = (all: Float64Array, seen: Float64Array | undefined) =>
    seen ? all.map((usd, bin) => usd - seen[bin]!) : all;
  return {
    label: 'all leverage',
    minLeverage: 1,
    maxLeverage: Number.POSITIVE_INFINITY,
    longUsd: without(longUsd, measured?.longUsd),
    shortUsd: without(shortUsd, measured?.shortUsd),
  };
}
