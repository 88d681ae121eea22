import fc from 'fast-check';

// fc.double draws from the floating-point numbers, most of which lie near zero; these draw from the axis.
const steps = 2 ** 31 - 1;

/** Numbers evenly from min to max, both bounds included now and then. */
export function between(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: steps }).map((step) => min + (max - min) * (step / steps));
}

/** Positive numbers of all orders of magnitude from min to max. */
export function magnitude(min: number, max: number): fc.Arbitrary<number> {
  return between(Math.log(min), Math.log(max)).map(Math.exp);
}
