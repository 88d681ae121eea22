/**
 * Voluntary closing by two holding classes of constant hazard: over a step each class keeps the share
 * exp(-hazard x dt). Only the ratio of the hazards is a parameter; the common factor follows from how
 * much must close.
 */

/**
 * How much of `closing` the fast class takes; the slow class takes the rest.
 * @param standing sizes of the two classes, each >= 0
 * @param closing what closes of both, 0..fast + slow
 * @param hazardRatio hazard of the fast class over that of the slow one, >= 1
 */
export function closedByFast(
  standing: { readonly fast: number; readonly slow: number },
  closing: number,
  hazardRatio: number,
): number {
  const { fast, slow } = standing;
  if (closing >= fast + slow) return fast;
  if (slow <= 0) return closing;
  if (fast <= 0 || closing <= 0) return 0;
  const exponent = commonExponent(standing, closing, hazardRatio);
  const fromFast = -fast * Math.expm1(-hazardRatio * exponent);
  return Math.min(fast, closing, Math.max(fromFast, closing - slow));
}

/** Solves fast (1 - e^-rx) + slow (1 - e^-x) = closing by Halley's method, from the solution for small x. */
function commonExponent(
  { fast, slow }: { readonly fast: number; readonly slow: number },
  closing: number,
  ratio: number,
): number {
  let x = closing / (fast * ratio + slow);
  for (let i = 0; i < 50; i++) {
    const fastLeft = fast * Math.exp(-ratio * x);
    const slowLeft = slow * Math.exp(-x);
    const missing = closing - (fast - fastLeft) - (slow - slowLeft);
    const slope = ratio * fastLeft + slowLeft;
    const bend = ratio * ratio * fastLeft + slowLeft;
    // Halley's step, which is at most twice Newton's: far from the solution it would be wild.
    const further = (missing * slope) / Math.max(slope * slope - (missing * bend) / 2, (slope * slope) / 2);
    x += further;
    // The error that is left is of the third power of this one.
    if (Math.abs(ratio * further) <= 1e-5 * Math.min(1, ratio * x)) break;
  }
  return x;
}
