import type { Book } from '../core/book.ts';
import type { Spread } from '../core/ensemble.ts';
import { ensembleMembers, ensembleSize, leverageBand, leverageBands } from '../core/ensemble.ts';
import { spreadLevel } from '../core/level-share.ts';
import { addSpan } from '../core/map-bins.ts';
import type { Side } from '../core/market-data.ts';
import { distanceOf } from '../core/score/distances.ts';
import { scoreBins, scoreRange } from '../core/score/measures.ts';

const edges = Float64Array.from({ length: scoreBins + 1 }, (_, i) => (i / scoreBins) * scoreRange);

/** USD of one side: by bin of distance, never liquidated, and in all. */
export type EnsembleSide = {
  readonly bins: Float64Array;
  readonly never: number;
  readonly whole: number;
};

/**
 * The mean of an ensemble's members over a book of a linear contract: each holds other shares of the same levels
 * by leverage, brought back to the size of the side; what is never liquidated has the least leverage.
 */
export function ensembleMean(
  book: Book,
  spread: Spread,
  markUsd: number,
): Readonly<Record<Side, EnsembleSide>> {
  const { leverages } = book.model;
  const rows = { long: bandRows(), short: bandRows() };
  book.visitRows(({ side, bucket, reach, count, low, high, size }) => {
    const band = leverageBand(leverages[bucket]!);
    for (let i = 0; i < count; i++) {
      const span = spreadLevel({ low: low[i]!, high: high[i]! }, reach);
      const ends = [span.low, span.high].map((price) => Math.max(0, distanceOf(side, price, markUsd)));
      const amount = (size[i]! * (low[i]! + high[i]!)) / 2;
      rows[side].masses[band]! += amount;
      addSpan(rows[side].bins[band]!, edges, { low: Math.min(...ends), high: Math.max(...ends), amount });
    }
  });
  const members = ensembleMembers(spread);
  const lowest = leverageBand(leverages[0]!);
  const meanOf = (side: Side) =>
    meanSide(rows[side], members[side], { lowest, neverUsd: book.totals(side).never * markUsd });
  return { long: meanOf('long'), short: meanOf('short') };
}

type BandRows = { readonly bins: readonly Float64Array[]; readonly masses: Float64Array };

function bandRows(): BandRows {
  const bins = Array.from({ length: leverageBands }, () => new Float64Array(scoreBins));
  return { bins, masses: new Float64Array(leverageBands) };
}

function meanSide(
  { bins, masses }: BandRows,
  members: Float64Array,
  { lowest, neverUsd }: { readonly lowest: number; readonly neverUsd: number },
): EnsembleSide {
  const all = masses.with(lowest, masses[lowest]! + neverUsd);
  const factors = meanFactors(all, members);
  const mean = new Float64Array(scoreBins);
  for (const [band, row] of bins.entries()) {
    for (let i = 0; i < scoreBins; i++) mean[i]! += row[i]! * factors[band]!;
  }
  const whole = all.reduce((sum, mass) => sum + mass, 0);
  return { bins: mean, never: neverUsd * factors[lowest]!, whole };
}

/** By band of leverage, how much more or less it holds in the mean of all members. */
function meanFactors(masses: Float64Array, members: Float64Array): Float64Array {
  const whole = masses.reduce((sum, mass) => sum + mass, 0);
  const factors = new Float64Array(leverageBands);
  for (let member = 0; member < ensembleSize; member++) {
    const own = members.subarray(member * leverageBands, (member + 1) * leverageBands);
    const reweighted = masses.reduce((sum, mass, band) => sum + mass * own[band]!, 0);
    for (let band = 0; reweighted > 0 && band < leverageBands; band++) {
      factors[band]! += (own[band]! * whole) / reweighted / ensembleSize;
    }
  }
  return factors;
}
