import { type Cascade, cascade } from '../../src/core/cascade.ts';
import { sumTo } from '../../src/core/distance-curve.ts';
import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Side } from '../../src/core/market-data.ts';
import type { SweepFact } from '../map/facts.ts';
import { price, ratio, share, signedPercent, usd } from '../numbers.ts';

/** What a shock of one size would set off, down and up, in words and as the numbers that are drawn. */
export type CascadeFacts = {
  readonly fall: SideCascade;
  readonly rise: SideCascade;
  /** Fuel over depth within moves of fixed size, from the largest fall to the largest rise. */
  readonly fragility: readonly SweepFact[];
  /** `3 %` */
  readonly size: string;
  /** `order books seen to -1.2 % and +1.4 %, further out by rule` */
  readonly seen: string;
  /** `binance, okx (84 % of open interest)` */
  readonly bookVenues: string;
};

export type SideCascade = {
  readonly side: Side;
  readonly walked: Cascade;
  readonly shockUsd: number;
  readonly stopUsd: number;
  /** `-3 %` */
  readonly shock: string;
  /** `stops at $2,870.1`, or that it does not. */
  readonly verdict: string;
  /** `-4.7 %, 1.6x the shock, $540M forced` */
  readonly extent: string;
  /** The same in ever fewer words. */
  readonly briefly: readonly string[];
  /** What the shock itself closes by force. */
  readonly triggered: string;
  /** By cluster id: fuel over depth on the way to it, `0.42x depth`. */
  readonly toClusters: ReadonlyMap<string, string>;
};

/**
 * @param size of the shock, a fraction of price above 0
 * @throws RangeError if the map has no fuel and depth
 */
export function cascadeFacts(map: LiquidationMap, clusters: readonly Cluster[], size: number): CascadeFacts {
  const { stress, fragility } = map;
  if (!stress || !fragility) throw new RangeError(`the map of ${map.symbol} has no order books`);
  const { depth } = stress;
  const falls = fragility.moves.toReversed().map(({ movePct, fall }) => cell('long', -movePct, fall));
  const rises = fragility.moves.map(({ movePct, rise }) => cell('short', movePct, rise));
  const part = depth.coveredShare < 0.995 ? ` (${share(depth.coveredShare)} of open interest)` : '';
  return {
    fall: sideCascade(map, clusters, -size),
    rise: sideCascade(map, clusters, size),
    fragility: [...falls, ...rises],
    size: plainPercent(size),
    seen: `order books seen to ${signedPercent(-depth.seenTo.bid * 100)} and ${signedPercent(depth.seenTo.ask * 100)}, further out by rule`,
    bookVenues: `${depth.venues.join(', ')}${part}`,
  };
}

function sideCascade(map: LiquidationMap, clusters: readonly Cluster[], shock: number): SideCascade {
  const { priceUsd } = map;
  const walked = cascade(map.stress!, shock);
  const stopUsd = priceUsd * (1 + walked.stop);
  const forced = `${usd(walked.forcedUsd)} forced`;
  return {
    side: walked.side,
    walked,
    shockUsd: priceUsd * (1 + shock),
    stopUsd,
    shock: `${shock < 0 ? '-' : '+'}${plainPercent(Math.abs(shock))}`,
    verdict: walked.isContained
      ? `stops at $${price(stopUsd)}`
      : `does not stop within ${plainPercent(Math.abs(walked.stop))}`,
    extent: walked.isContained
      ? `${signedPercent(walked.stop * 100)}, ${walked.amplification.toFixed(1)}x the shock, ${forced}`
      : `the orders of the book do not hold it, ${forced}`,
    briefly: walked.isContained
      ? [`${signedPercent(walked.stop * 100)}, ${forced}`, signedPercent(walked.stop * 100)]
      : [`orders do not hold it, ${forced}`, forced],
    triggered: usd(walked.triggeredUsd),
    toClusters: new Map(
      clusters
        .filter(({ side }) => side === walked.side)
        .map((cluster) => [cluster.id, fuelOverDepth(map, cluster)]),
    ),
  };
}

function fuelOverDepth({ stress, priceUsd }: LiquidationMap, { side, peak }: Cluster): string {
  const { fuel, depth } = stress!;
  const distance = Math.abs(peak / priceUsd - 1);
  const [fuelUsd, depthUsd] = side === 'long' ? [fuel.longUsd, depth.bidUsd] : [fuel.shortUsd, depth.askUsd];
  return `${ratio(sumTo(fuelUsd, distance) / sumTo(depthUsd, distance))}x depth`;
}

/** A fraction as people write it: `3 %`, `2.5 %`. */
function plainPercent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(3))} %`;
}

function cell(side: Side, movePct: number, value: number): SweepFact {
  return { side, move: `${movePct > 0 ? '+' : ''}${movePct} %`, usd: ratio(value), value };
}
