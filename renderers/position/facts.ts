import type { Cluster } from '../../src/core/liquidation-map.ts';
import type { OwnAdvice, OwnAnswer } from '../../src/core/own-answer.ts';
import { leverage, percent, price, signedPercent, usd } from '../numbers.ts';

/** A position in the words of picture and text. */
export type PositionFacts = {
  /** `long 20x on binance` */
  readonly view: string;
  /** `entry $3,000, value $1K, margin $50` */
  readonly stake: string;
  /** `liquidated at $2,864.1`, or that no price does. */
  readonly verdict: string;
  /** `-4.9 % (1.2 ATR), $540M of others on the way` */
  readonly extent: string;
  /** The same in ever fewer words. */
  readonly briefly: readonly string[];
  /** `$284M at $2,985 (-0.9 %)` */
  readonly inTheWay: readonly string[];
  /** What keeps liquidation beyond the next cluster, one cell each; none without a cluster or an ATR. */
  readonly cells: readonly PositionCell[];
  /** Liquidation is as far as the cells ask already. */
  readonly isKept: boolean;
};

export type PositionCell = { readonly label: string; readonly value: string; readonly note: string };

/** What stands in place of advice where no cluster or daily range is known. */
export const noAdvice = 'no cluster of its side on the map, so nothing to keep beyond';

const mostInTheWay = 4;

export function positionFacts(own: OwnAnswer, atrPct: number | undefined): PositionFacts {
  const { request, market, liquidation, advice } = own;
  const atr =
    liquidation?.distanceAtr === undefined ? '' : ` (${Math.abs(liquidation.distanceAtr).toFixed(1)} ATR)`;
  return {
    view: `${request.side} ${leverage(request.leverage)} on ${market.venue}`,
    stake: `entry $${price(request.entryUsd)}, value ${usd(own.valueUsd)}, margin ${usd(own.marginUsd)}`,
    verdict: liquidation ? `liquidated at $${price(liquidation.priceUsd)}` : 'no price liquidates it',
    extent: liquidation
      ? `${signedPercent(liquidation.distancePct)}${atr}, ${usd(liquidation.onTheWayUsd)} of others on the way`
      : 'its margin covers any move',
    briefly: liquidation
      ? [
          `${signedPercent(liquidation.distancePct)}, ${usd(liquidation.onTheWayUsd)} on the way`,
          signedPercent(liquidation.distancePct),
        ]
      : [],
    inTheWay: own.inTheWay.slice(0, mostInTheWay).map(clusterWords),
    cells: advice && atrPct !== undefined ? adviceCells(own, advice, atrPct) : [],
    isKept: advice?.isKept ?? false,
  };
}

function adviceCells(own: OwnAnswer, advice: OwnAdvice, atrPct: number): readonly PositionCell[] {
  const { cluster, targetUsd, leverage: largest, size, hedgeUsd } = advice;
  const other = own.request.side === 'long' ? 'short' : 'long';
  return [
    {
      label: 'NEXT CLUSTER',
      value: `${usd(cluster.usd)} ${signedPercent(cluster.distancePct)}`,
      note: `one ATR (${percent(atrPct)}) beyond: $${price(targetUsd)}`,
    },
    {
      label: 'LARGEST LEVERAGE',
      value: largest ? leverage(floored(largest.times)) : 'none',
      note: largest
        ? `margin ${usd(largest.marginUsd)}, ${outcome(largest.lossUsd)}`
        : 'even 1x is closed before',
    },
    {
      label: 'LARGEST SIZE',
      value: usd(size.usd),
      note: `margin ${usd(size.marginUsd)}, ${outcome(size.lossUsd)}`,
    },
    hedgeUsd > 0
      ? { label: 'OR HEDGE', value: `${other} ${usd(hedgeUsd)}`, note: 'its profit added as margin' }
      : { label: 'HEDGE', value: 'none needed', note: `${outcome(advice.lossUsd)} at the cluster` },
  ];
}

/** `loss $325`, or the profit that it still is. */
export function outcome(lossUsd: number): string {
  return lossUsd < 0 ? `profit ${usd(-lossUsd)}` : `loss ${usd(lossUsd)}`;
}

/** Rounded down: a tenth more would be too much. */
function floored(times: number): number {
  return Math.floor(times * 10) / 10;
}

function clusterWords({ usd: amount, peak, distancePct }: Cluster): string {
  return `${usd(amount)} at $${price(peak)} (${signedPercent(distancePct)})`;
}
