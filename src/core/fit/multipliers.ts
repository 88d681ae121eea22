import { categories } from './categories.ts';

/** One side of one snapshot: what the book held and what was real. */
export type FitCase = {
  /** Rows of `categories` values that sum to 1, see `Components`. */
  readonly components: Float64Array;
  /** Shares by category that sum to 1. */
  readonly real: Float64Array;
  /** How much it counts. */
  readonly weight: number;
};

/** What is believed before looking, and how many snapshots of weight 1 that is worth. */
export type FitPrior = { readonly multipliers: Float64Array; readonly weight: number };

/** What the rows have to do with each other. */
export type RowKinship = 'buckets by class' | 'none';

const iterations = 60;
/** Of a multiplier's logarithm, what goes to each of the neighbouring buckets in a round. */
const toNeighbour = 0.25;

/**
 * Multipliers on the rows of components under which the book's mixture is likeliest to give the real shares:
 * sum over cases of weight x sum over categories of real x log(mixture). As what stands in a row differs
 * from case to case, expectation-maximisation gets the denominator of a mixture that is normalised in each
 * case (a minorise-maximise step: the sum stands above its tangent at the multipliers of before). The prior is
 * one more case in which every row can be told apart (Dirichlet). Neighbouring buckets are smoothed in every
 * round (EMS: Silverman, Jones, Wilson, Nychka 1990): one whale is no reason for a peak at its leverage.
 *
 * @returns a multiplier by row, scaled so that the mean case keeps its mass
 */
export function fitMultipliers(
  cases: readonly FitCase[],
  prior: FitPrior,
  kinship: RowKinship = 'buckets by class',
): Float64Array {
  const weighed = cases.map(weigh);
  const usual = prior.multipliers.map(
    (_, row) => weighed.reduce((sum, { masses }) => sum + masses[row]!, 0) / cases.length,
  );
  const believed = normalised(usual.map((mass, row) => mass * prior.multipliers[row]!));
  let multipliers = prior.multipliers;
  for (let round = 0; round < iterations; round++) {
    const found = believed.map((share) => share * prior.weight);
    const used = usual.map((mass) => (mass * prior.weight) / dot(usual, multipliers));
    for (const one of weighed) addCase(one, multipliers, { found, used });
    const raised = multipliers.map((old, row) => (used[row]! > 0 ? found[row]! / used[row]! : old));
    const smooth = kinship === 'none' ? raised : smoothed(raised, usual);
    const scale = dot(usual, smooth);
    multipliers = smooth.map((one) => one / scale);
  }
  return kinship === 'none' ? multipliers : carriedDown(multipliers, usual);
}

/** The book's shares by category under multipliers; they sum to 1. */
export function mixture(components: Float64Array, multipliers: Float64Array): Float64Array {
  const mixed = new Float64Array(categories);
  for (let row = 0, cell = 0; row < multipliers.length; row++) {
    const factor = multipliers[row]!;
    for (let category = 0; category < categories; category++)
      mixed[category]! += factor * components[cell++]!;
  }
  return normalised(mixed);
}

type Weighed = FitCase & {
  readonly masses: Float64Array;
  /** By row: the first category that holds mass, and the one after the last. */
  readonly from: Int32Array;
  readonly below: Int32Array;
};

function weigh(one: FitCase): Weighed {
  const rows = one.components.length / categories;
  const from = new Int32Array(rows);
  const below = new Int32Array(rows);
  const masses = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const shares = one.components.subarray(row * categories, (row + 1) * categories);
    const first = shares.findIndex((share) => share > 0);
    from[row] = Math.max(0, first);
    below[row] = shares.findLastIndex((share) => share > 0) + 1;
    masses[row] = shares.reduce((sum, share) => sum + share, 0);
  }
  return { ...one, masses, from, below };
}

/** Adds to each row what of the real shares it explains, and what it takes of the mixture. */
function addCase(
  { components, masses, from, below, real, weight }: Weighed,
  multipliers: Float64Array,
  sums: { readonly found: Float64Array; readonly used: Float64Array },
): void {
  const mixed = new Float64Array(categories);
  for (let row = 0; row < multipliers.length; row++) {
    const first = row * categories;
    for (let i = from[row]!; i < below[row]!; i++) mixed[i]! += multipliers[row]! * components[first + i]!;
  }
  const explained = mixed.map((share, i) => (share > 0 ? real[i]! / share : 0));
  const whole = dot(masses, multipliers);
  for (let row = 0; row < multipliers.length; row++) {
    const first = row * categories;
    let likelihood = 0;
    for (let i = from[row]!; i < below[row]!; i++) likelihood += components[first + i]! * explained[i]!;
    sums.found[row]! += weight * multipliers[row]! * likelihood;
    sums.used[row]! += (weight * masses[row]!) / whole;
  }
}

/** Geometric means over the neighbouring buckets of a holding class that hold mass. */
function smoothed(multipliers: Float64Array, masses: Float64Array): Float64Array {
  return multipliers.map((own, row) => {
    if (masses[row] === 0) return own;
    let weight = 1 - 2 * toNeighbour;
    let sum = weight * Math.log(own);
    for (const beside of [row - 2, row + 2]) {
      if (!(masses[beside]! > 0)) continue;
      sum += toNeighbour * Math.log(multipliers[beside]!);
      weight += toNeighbour;
    }
    return Math.exp(sum / weight);
  });
}

/**
 * Leverage that the margin rules do not allow is opened in the next lower bucket they do, so its row is empty
 * and shares that bucket's multiplier.
 */
function carriedDown(multipliers: Float64Array, masses: Float64Array): Float64Array {
  const carried = Float64Array.from(multipliers);
  for (let row = 2; row < carried.length; row++) if (masses[row] === 0) carried[row] = carried[row - 2]!;
  return carried;
}

function normalised(shares: Float64Array): Float64Array {
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => share / sum);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
