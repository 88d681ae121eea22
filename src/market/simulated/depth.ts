/**
 * How much of forced orders it takes to move a price, and back. Orders resting near the price are spread
 * evenly; the farther the price has been pushed from where news would have it, the more buyers (sellers)
 * think it cheap (dear): density grows as 1 + (displacement / patience)^2, and its integral is the effort.
 * Both are signed logs, in units of a coin's depth.
 */

/** Depth: orders per unit of log price where nothing is pushed, as a multiple of a coin's typical open interest. */
export const depthPerOpenInterest = 2.2;

/** Displacement at which the book is twice as deep. */
const patience = 0.025;

export function effort(displacement: number): number {
  return displacement + displacement ** 3 / (3 * patience ** 2);
}

/** Inverse of `effort`: the one real root of that cubic, by the hyperbolic form of Cardano's formula. */
export function displacement(effort: number): number {
  return 2 * patience * Math.sinh(Math.asinh((1.5 * effort) / patience) / 3);
}
