import { type DistanceCurve, distanceEdges, farthest, sumTo } from '../../src/core/distance-curve.ts';
import type { LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { CascadeFacts, SideCascade } from './facts.ts';

/** A point of a curve of USD over price, both within the plot. */
export type CurveRow = { readonly kind: string; readonly price: number; readonly usd: number };

export type CascadeCurves = {
  readonly lowUsd: number;
  readonly highUsd: number;
  readonly topUsd: number;
  /** Forced orders from the price outward, by side. */
  readonly fuel: readonly CurveRow[];
  /** The same up to where it leaves the plot, to be drawn as a line. */
  readonly fuelLines: readonly CurveRow[];
  /** Resting orders from the price after the shock outward, as far as they were seen, and beyond. */
  readonly depth: readonly CurveRow[];
};

/** Half of the narrowest plot, as a fraction of price. */
const narrowest = 0.05;

/** The curves of both sides. The plot reaches somewhat further than the cascade, to both sides alike. */
export function cascadeCurves(map: LiquidationMap, { fall, rise }: CascadeFacts): CascadeCurves {
  const { fuel, depth } = map.stress!;
  const stops = [fall, rise].map(({ walked }) =>
    Math.max(1.3 * Math.abs(walked.stop), 2 * Math.abs(walked.shock)),
  );
  const half = Math.min(farthest, Math.max(narrowest, ...stops));
  const topUsd = heightOf(half, [fall, rise], [fuel.longUsd, fuel.shortUsd]) || sumTo(depth.askUsd, half / 4);
  const sides = [
    { ...fall, fuelUsd: fuel.longUsd, depthUsd: depth.bidUsd, seenTo: depth.seenTo.bid, sign: -1 },
    { ...rise, fuelUsd: fuel.shortUsd, depthUsd: depth.askUsd, seenTo: depth.seenTo.ask, sign: 1 },
  ];
  const fuelRows = sides.map(({ side, fuelUsd, sign }) =>
    distancesFrom(0, half).map((distance) => ({
      kind: side,
      price: map.priceUsd * (1 + sign * distance),
      usd: sumTo(fuelUsd, distance),
    })),
  );
  return {
    lowUsd: map.priceUsd * (1 - half),
    highUsd: map.priceUsd * (1 + half),
    topUsd,
    fuel: fuelRows.flatMap((rows) => rows.map((row) => ({ ...row, usd: Math.min(row.usd, topUsd) }))),
    fuelLines: fuelRows.flatMap((rows) => below(rows, topUsd)),
    depth: sides.flatMap((side) => depthRows(side, half, topUsd)),
  };
}

type DepthSide = SideCascade & {
  readonly depthUsd: DistanceCurve;
  readonly seenTo: number;
  readonly sign: number;
};

/** Resting orders as they stand after the shock, in two kinds: seen, and by rule. */
function depthRows(
  { side, depthUsd, seenTo, sign, shockUsd, walked }: DepthSide,
  half: number,
  topUsd: number,
): readonly CurveRow[] {
  const reach = (half - Math.abs(walked.shock)) / (1 + walked.shock);
  const priceAt = (distance: number) => shockUsd * (1 + sign * distance);
  const seen = Math.min(reach, seenTo);
  const rowsTo = (from: number, to: number, kind: string) =>
    distancesFrom(from, to).map((distance) => ({
      kind: `${side} ${kind}`,
      price: priceAt(distance),
      usd: sumTo(depthUsd, distance),
    }));
  return [
    ...below(rowsTo(0, seen, 'seen'), topUsd),
    ...(seen < reach ? below(rowsTo(seen, reach, 'beyond'), topUsd) : []),
  ];
}

/** As high as the fuel at the edges, unless what is forced would not be seen in that; 0 without fuel. */
function heightOf(half: number, sides: readonly SideCascade[], fuels: readonly DistanceCurve[]): number {
  const edgeUsd = Math.max(...fuels.map((fuel) => sumTo(fuel, half)));
  const forcedUsd = Math.max(...sides.map(({ walked }) => walked.forcedUsd));
  return forcedUsd > 0 ? Math.min(edgeUsd, 3 * forcedUsd) : edgeUsd;
}

/** The distances of the curves' grid between two, and the two. */
function distancesFrom(from: number, to: number): readonly number[] {
  return [from, ...[...distanceEdges].filter((distance) => distance > from && distance < to), to];
}

/** The rows up to where they leave the plot at its top. */
function below(rows: readonly CurveRow[], topUsd: number): readonly CurveRow[] {
  const out = rows.findIndex(({ usd }) => usd > topUsd);
  if (out <= 0) return out === 0 ? [] : rows;
  const [a, b] = [rows[out - 1]!, rows[out]!];
  const part = (topUsd - a.usd) / (b.usd - a.usd);
  return [...rows.slice(0, out), { ...b, price: a.price + part * (b.price - a.price), usd: topUsd }];
}
