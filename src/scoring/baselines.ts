import type { Side } from '../core/market-data.ts';
import { levelsByDistance } from '../core/score/distances.ts';
import type { LadderRule } from '../core/score/ladder.ts';
import { Ladder } from '../core/score/ladder.ts';
import { scoreBins } from '../core/score/measures.ts';
import type { MakeModel, ModelContext, ScoreModel, SidePrediction } from './model.ts';
import { levelsOf, realBins, realUsd } from './snapshots.ts';

/** What every other model has to beat. */
export const flatName = 'flat';
export const profileName = 'mean distance profile';

export const ladderNames: Readonly<Record<LadderRule, string>> = {
  'rising open interest': '10/25/50/100x ladder on rising OI',
  'traded volume': '1 - 1/L ladder on volume',
};

/** The same everywhere: what needs no data. */
export function flat(): ScoreModel {
  const side = { bins: new Float64Array(scoreBins).fill(1) };
  return { name: flatName, predict: () => ({ long: side, short: side }) };
}

/** The mean of the training snapshots, each a distribution over distance: knows no market data at all. */
export function meanProfile({ training }: ModelContext): ScoreModel {
  const mean = (side: Side): SidePrediction => {
    const bins = new Float64Array(scoreBins);
    const shares = training.map((snapshot) => ({
      real: realBins(snapshot, side),
      ...realUsd(snapshot, side),
    }));
    const near = shares.filter(({ real }) => total(real) > 0);
    for (const { real } of near) {
      const all = total(real);
      for (let i = 0; i < scoreBins; i++) bins[i]! += real[i]! / all / near.length;
    }
    // The bins say how value lies within the range; its usual share of the side says how much that is.
    const usual = total(shares.map(({ real }) => total(real))) / total(shares.map(({ whole }) => whole));
    const never = total(shares.map((one) => one.never)) / total(shares.map(({ whole }) => whole));
    return usual > 0 ? { bins: bins.map((value) => value * usual), whole: 1, never } : { bins };
  };
  const prediction = { long: mean('long'), short: mean('short') };
  const last = training.at(-1);
  return { name: profileName, ...(last && { learnedUntilMs: last.timeMs }), predict: () => prediction };
}

/** What most public maps show: one rung for each usual leverage. */
export function ladder(rule: LadderRule): MakeModel {
  return ({ input, candleMs }) => {
    const steps = new Ladder({ ...input, candleMs }, rule);
    return {
      name: ladderNames[rule],
      predict: ({ timeMs, markUsd }) => {
        const { long, short } = steps.at(timeMs);
        const levels = { long, short };
        return {
          long: { bins: levelsByDistance(long, 'long', markUsd) },
          short: { bins: levelsByDistance(short, 'short', markUsd) },
          usdBetween: (side, low, high) =>
            total(levels[side].map(({ price, value }) => (price >= low && price < high ? value : 0))),
        };
      },
    };
  };
}

/** The last snapshot that is old enough, at its liquidation prices, blurred by one bin. */
export function carriedForward(): ScoreModel {
  return {
    name: 'last snapshot carried forward',
    predict: ({ markUsd, earlier }) => {
      const last = earlier.at(-1);
      if (!last) return undefined;
      const of = (side: Side): SidePrediction => ({
        bins: blurred(levelsByDistance(levelsOf(last.positions, side), side, markUsd)),
        ...realUsd(last, side),
      });
      return { long: of('long'), short: of('short') };
    },
  };
}

/** A quarter of every bin goes to each neighbour; at the ends it stays. */
function blurred(bins: Float64Array): Float64Array {
  const last = bins.length - 1;
  return bins.map((value, i) => value / 2 + (bins[Math.max(0, i - 1)]! + bins[Math.min(last, i + 1)]!) / 4);
}

function total(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
