import { createRandom } from '../random.ts';

/** Where a figure lies with 95 % confidence. */
export type Interval = { readonly low: number; readonly high: number };

const draws = 2000;
const tail = 0.025;

/**
 * Percentile interval of a statistic by drawing whole groups with replacement (B. Efron, R. Tibshirani, An
 * Introduction to the Bootstrap, 1993, chapter 13). What belongs together, such as the snapshots of a day, stays
 * together, so that many rows of few days do not look like much evidence. With less than about ten groups such
 * intervals are too narrow.
 *
 * @param statistic of the drawn rows; undefined where they allow none. The same groups always give the same.
 * @returns undefined with less than two groups, or where more than a tenth of the draws allows no statistic
 */
export function bootstrap<Row>(
  groups: readonly (readonly Row[])[],
  statistic: (rows: readonly Row[]) => number | undefined,
): Interval | undefined {
  if (groups.length < 2) return undefined;
  const random = createRandom(1);
  const found: number[] = [];
  // One array for all draws: a new one each time takes longer than the statistic.
  const drawn: Row[] = [];
  for (let i = 0; i < draws; i++) {
    drawn.length = 0;
    for (let group = 0; group < groups.length; group++) {
      for (const row of groups[random.integer(groups.length)]!) drawn.push(row);
    }
    const value = statistic(drawn);
    if (value !== undefined && Number.isFinite(value)) found.push(value);
  }
  if (found.length < draws * 0.9) return undefined;
  const sorted = Float64Array.from(found).sort();
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/** Between the two nearest of ascending values. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(sorted.length - 1, below + 1)]!;
  return low + (high - low) * (place - below);
}
