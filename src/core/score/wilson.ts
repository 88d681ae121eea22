/** Bounds of an unknown probability, both within 0..1. */
export type Bounds = { readonly low: number; readonly high: number };

/** Standard normal deviate of a two-sided 95 % interval. */
const z95 = 1.959964;

/**
 * Score interval of a probability by counts (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927): holds its level also
 * for few cases and for shares of 0 or 1. Cases must be independent: moments that overlap count once.
 *
 * @param z deviate of the level wanted, 95 % of both sides unless told
 * @returns 0..1 where there are no cases. Throws RangeError unless 0 <= hits <= cases, both whole, and z > 0
 */
export function wilsonBounds(hits: number, cases: number, z: number = z95): Bounds {
  if (!Number.isSafeInteger(cases) || cases < 0) throw new RangeError(`cases ${cases} must be a count`);
  if (!Number.isSafeInteger(hits) || hits < 0 || hits > cases) {
    throw new RangeError(`hits ${hits} must be a count of at most ${cases} cases`);
  }
  if (!(z > 0) || !Number.isFinite(z)) throw new RangeError(`z ${z} must be > 0`);
  if (cases === 0) return { low: 0, high: 1 };
  const share = hits / cases;
  const weight = (z * z) / cases;
  const middle = (share + weight / 2) / (1 + weight);
  const half = Math.sqrt(weight * share * (1 - share) + (weight * weight) / 4) / (1 + weight);
  // Rounding must not move the ends of "never" and "always" off 0 and 1.
  return {
    low: hits === 0 ? 0 : Math.max(0, middle - half),
    high: hits === cases ? 1 : Math.min(1, middle + half),
  };
}
