import { usdBand } from './ensemble-band.ts';
import type { Cluster, LiquidationMap } from './liquidation-map.ts';
import type { Side } from './market-data.ts';
import type { Peak } from './peaks.ts';
import { peaksOf } from './peaks.ts';

/** Standard deviation of the smoothing before peaks are looked for, as a fraction of price. */
const smoothing = 0.004;
/** Least persistence of a peak, as a fraction of its side's highest density. */
const prominence = 0.05;
/** A peak's prominence counts up to this part of its height, so that the highest one does not swallow its slopes. */
const largestProminence = 0.5;
/** A cluster reaches no further from its peak than this, as a fraction of price: a plateau is no level. */
const largestReach = 0.02;

/** A cluster before it has an identity, see `cluster-identity.ts`. */
export type UnnamedCluster = Omit<Cluster, 'id'>;

/**
 * The prominent peaks of a map's smoothed density, by side, largest USD first. A cluster reaches from its
 * peak, within its watershed, as far as the density stays above half of the peak's prominence, 2 % of price at most; its USD are
 * those of the unsmoothed bins.
 */
export function findClusters(map: LiquidationMap): UnnamedCluster[] {
  return (['long', 'short'] as const).flatMap((side) => clustersOf(map, side));
}

function clustersOf(map: LiquidationMap, side: Side): UnnamedCluster[] {
  const usd = side === 'long' ? map.longUsd : map.shortUsd;
  const binWidth = map.edges[1]! - map.edges[0]!;
  const reachBins = Math.round((largestReach * map.priceUsd) / binWidth);
  const curve = onSide(map, side, smooth(usd, (smoothing * map.priceUsd) / binWidth));
  const highest = curve.reduce((max, value) => Math.max(max, value), 0);
  if (highest === 0) return [];
  return peaksOf(curve, highest * prominence)
    .map((peak) => trim(peak, curve, reachBins))
    .filter(({ from, to }) => sum(usd, from, to) > 0)
    .map((peak) => describe(map, side, peak))
    .sort((a, b) => b.usd - a.usd)
    .map((cluster, i) => ({ ...cluster, rank: i + 1 }));
}

/** Without what the smoothing carried over the price. */
function onSide({ edges, priceUsd }: LiquidationMap, side: Side, curve: Float64Array): Float64Array {
  return curve.map((density, bin) => {
    const isOver = side === 'long' ? edges[bin + 1]! > priceUsd : edges[bin]! < priceUsd;
    return isOver ? 0 : density;
  });
}

function trim(peak: Peak, curve: Float64Array, reachBins: number): Peak {
  const prominent = Math.min(peak.persistence, curve[peak.bin]! * largestProminence);
  const floor = curve[peak.bin]! - prominent / 2;
  let { bin: from, bin: to } = peak;
  const first = Math.max(peak.from, peak.bin - reachBins);
  const last = Math.min(peak.to, peak.bin + reachBins);
  while (from > first && curve[from - 1]! >= floor) from--;
  while (to < last && curve[to + 1]! >= floor) to++;
  return { ...peak, from, to };
}

function describe(map: LiquidationMap, side: Side, { bin, from, to }: Peak): UnnamedCluster {
  const { edges, priceUsd } = map;
  const usd = sum(side === 'long' ? map.longUsd : map.shortUsd, from, to);
  const peak = (edges[bin]! + edges[bin + 1]!) / 2;
  const distancePct = (peak / priceUsd - 1) * 100;
  return {
    side,
    low: edges[from]!,
    high: edges[to + 1]!,
    peak,
    usd,
    ...bandOf(map, { side, from, to, usd }),
    shareOfOi: map.openInterestUsd > 0 ? usd / map.openInterestUsd : 0,
    distancePct,
    ...(map.atrPct !== undefined && map.atrPct > 0 && { distanceAtr: distancePct / map.atrPct }),
    leverage: meanLeverage(map, side, from, to),
    rank: 0,
  };
}

/** The members of an ensemble move the bins of a cluster together, so that their deviations add up. */
function bandOf(
  { ensemble, measured }: LiquidationMap,
  {
    side,
    from,
    to,
    usd,
  }: { readonly side: Side; readonly from: number; readonly to: number; readonly usd: number },
): Pick<Cluster, 'bandUsd'> {
  if (!ensemble) return {};
  const deviation = sum(ensemble.deviationUsd[side], from, to);
  // What was seen is not in doubt.
  const seen = measured ? sum(side === 'long' ? measured.longUsd : measured.shortUsd, from, to) : 0;
  const { low, high } = usdBand({ mean: usd - seen, deviation, positionUsd: ensemble.positionUsd });
  return { bandUsd: { low: low + seen, high: high + seen } };
}

/** Geometric mean by USD over the bins from..to. */
function meanLeverage(map: LiquidationMap, side: Side, from: number, to: number): number {
  const usd = side === 'long' ? map.longUsd : map.shortUsd;
  const means = map.meanLeverage[side];
  let logSum = 0;
  for (let bin = from; bin <= to; bin++) if (usd[bin]! > 0) logSum += usd[bin]! * Math.log(means[bin]!);
  return Math.exp(logSum / sum(usd, from, to));
}

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i <= to; i++) total += values[i]!;
  return total;
}

/** Gaussian smoothing, cut at 3 standard deviations; keeps the sum but for what leaves at the ends. */
function smooth(values: Float64Array, sigmaBins: number): Float64Array {
  const reach = Math.max(1, Math.ceil(3 * sigmaBins));
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - reach) / sigmaBins) ** 2),
  );
  const weight = kernel.reduce((all, one) => all + one, 0);
  return Float64Array.from(values, (_, bin) => {
    let density = 0;
    for (let i = -reach; i <= reach; i++) density += (values[bin + i] ?? 0) * kernel[i + reach]!;
    return density / weight;
  });
}
