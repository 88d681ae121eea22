/** The 1-2-5 step nearest above `roughStep`: round numbers that a reader can count in. */
export function niceStep(roughStep: number): number {
  if (!(roughStep > 0)) throw new RangeError(`step must be above 0, got ${roughStep}`);
  const power = 10 ** Math.floor(Math.log10(roughStep));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= roughStep * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Multiples of `step` within `from` .. `to`, ascending. */
export function ticksWithin(from: number, to: number, step: number): readonly number[] {
  // Counting in whole steps keeps rounding errors from adding up along the axis.
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}
