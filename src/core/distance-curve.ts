/**
 * USD from a price outward, summed: index i is the sum out to the distance i x `distanceStep`, as a fraction of
 * price; index 0 is 0.
 */
export type DistanceCurve = Float64Array;

/** 0.05 % of price: finer than any bin of a map. */
export const distanceStep = 0.0005;
export const distanceSteps = 1000;
/** Where curves end: half of the price. */
export const farthest = distanceStep * distanceSteps;

/** Distances of a curve's indices. */
export const distanceEdges: Float64Array = Float64Array.from(
  { length: distanceSteps + 1 },
  (_, i) => i * distanceStep,
);

/** The sum out to a distance (0 or more), in proportion within a step, and as it is at the end beyond it. */
export function sumTo(curve: DistanceCurve, distance: number): number {
  if (!(distance >= 0)) throw new RangeError(`a distance must be 0 or more, not ${distance}`);
  const at = Math.min(distance / distanceStep, distanceSteps);
  const step = Math.min(Math.floor(at), distanceSteps - 1);
  return curve[step]! + (at - step) * (curve[step + 1]! - curve[step]!);
}

/** Sums USD per step, nearest first. */
export function summed(steps: Float64Array): DistanceCurve {
  const curve = new Float64Array(distanceSteps + 1);
  for (let i = 0; i < distanceSteps; i++) curve[i + 1] = curve[i]! + steps[i]!;
  return curve;
}
