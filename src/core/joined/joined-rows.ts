import { normalCdf } from '../weights.ts';
import type { CarriedPosition } from './carried.ts';
import { sightings } from './carried.ts';

/**
 * Widths by which a carried level may have moved, as standard deviations in fractions of the mark: hardly (half
 * of the levels stand unmoved for a day), by a bin, by what adding and taking margin does.
 */
const widths = [0.0015, 0.006, 0.025];
/** The book, the mean distance profile, and each sighting at each width. */
export const joinedRows = 2 + sightings * widths.length;

/** Shares of one side by bin of distance, then what lies beyond them, then what is never liquidated. */
type BinShares = Float64Array;

/**
 * The parts a joined estimate is mixed of, over bins of distance from the mark: `joinedRows` rows of as many
 * values as `book` has. The book and the profile sum to 1; what is carried keeps its share of the last
 * snapshot, so that little of an old sighting weighs little.
 *
 * @param edges ascending distances from 0 as fractions of the mark, one more than there are bins
 */
export function joinedParts(
  edges: Float64Array,
  parts: {
    readonly book: BinShares;
    readonly profile: BinShares;
    /** Of one side, each with its distance from the mark; undefined when it is never liquidated. */
    readonly carried: readonly (Omit<CarriedPosition, 'liquidationPrice' | 'side'> & {
      readonly distance: number | undefined;
    })[];
  },
): Float64Array {
  const length = edges.length + 1;
  const rows = new Float64Array(joinedRows * length);
  rows.set(parts.book, 0);
  rows.set(parts.profile, length);
  for (const { sighting, distance, share } of parts.carried) {
    for (const [i, width] of widths.entries()) {
      const first = (2 + sighting * widths.length + i) * length;
      const row = rows.subarray(first, first + length);
      if (distance === undefined) row[length - 1]! += share;
      else if (distance >= 0) addBell(row, edges, { distance, width, share });
    }
  }
  return rows;
}

/** A bell over distance, of which what would lie on the wrong side of the mark is spread over the rest. */
function addBell(
  row: Float64Array,
  edges: Float64Array,
  bell: { readonly distance: number; readonly width: number; readonly share: number },
): void {
  const { distance, width, share } = bell;
  const bins = edges.length - 1;
  const below = (edge: number) => normalCdf((edge - distance) / width);
  const wrong = below(0);
  const density = share / (1 - wrong);
  let before = wrong;
  for (let i = 0; i < bins; i++) {
    const after = below(edges[i + 1]!);
    row[i]! += (after - before) * density;
    before = after;
  }
  row[bins]! += (1 - before) * density;
}

/** The mixture of parts under multipliers, summing to 1. */
export function joinedMixture(rows: Float64Array, multipliers: Float64Array): BinShares {
  const length = rows.length / multipliers.length;
  const mixed = new Float64Array(length);
  for (let row = 0, cell = 0; row < multipliers.length; row++) {
    for (let i = 0; i < length; i++) mixed[i]! += multipliers[row]! * rows[cell++]!;
  }
  const sum = mixed.reduce((all, one) => all + one, 0);
  return mixed.map((share) => share / sum);
}
