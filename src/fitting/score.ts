import type { Side } from '../core/market-data.ts';
import { mapByDistance } from '../core/score/distances.ts';
import { measure, scoreBins } from '../core/score/measures.ts';
import type { OpeningWeights } from '../core/weights.ts';
import type { FitMarket } from '../fitting.ts';
import { Replay } from '../replay.ts';
import { countNear, fewestPositions, realBins, realUsd, splitByTime } from '../scoring/snapshots.ts';
import { mean } from './statistics.ts';

/** How weights did on snapshots they were not fitted to; means over sides of snapshots. */
export type HeldOutScore = {
  readonly p10: number;
  readonly emdPct: number;
  readonly logGain: number;
  /** Sides of snapshots, and positions within the range in them. */
  readonly sides: number;
  readonly positions: number;
  /** Share of a side's value within 10 % of the mark. */
  readonly near: Readonly<Record<Side, { readonly predicted: number; readonly real: number }>>;
};

const nearBins = scoreBins / 3;

/** Scores the map that weights draw on the later half of a market's snapshots. */
export function scoreHeldOut({ input, snapshots }: FitMarket, weights: OpeningWeights): HeldOutScore {
  const replay = new Replay({ ...input, weights });
  const measured = [];
  const shares: Record<Side, { predicted: number; real: number }[]> = { long: [], short: [] };
  let positions = 0;
  for (const snapshot of splitByTime(snapshots).scored) {
    const frame = replay.at(snapshot.timeMs);
    if ('reason' in frame) continue;
    for (const side of ['long', 'short'] as const) {
      const bins = mapByDistance(frame.map, side, snapshot.markUsd);
      const real = realBins(snapshot, side);
      const { whole } = realUsd(snapshot, side);
      if (whole > 0) {
        shares[side].push({
          predicted: sumNear(bins) / frame.map.openInterestUsd,
          real: sumNear(real) / whole,
        });
      }
      const count = countNear(snapshot, side);
      const measures = count >= fewestPositions ? measure(bins, real) : undefined;
      if (!measures) continue;
      measured.push(measures);
      positions += count;
    }
  }
  return {
    p10: mean(measured.map((one) => one.p10)),
    emdPct: mean(measured.map((one) => one.emdPct)),
    logGain: mean(measured.map((one) => one.logGain)),
    sides: measured.length,
    positions,
    near: { long: meanShares(shares.long), short: meanShares(shares.short) },
  };
}

function sumNear(bins: Float64Array): number {
  return bins.subarray(0, nearBins).reduce((sum, value) => sum + value, 0);
}

function meanShares(shares: readonly { readonly predicted: number; readonly real: number }[]) {
  return { predicted: mean(shares.map((one) => one.predicted)), real: mean(shares.map((one) => one.real)) };
}
