/**
 * Voluntary closing by two holding classes of constant hazard: over a step each class keeps the share
 * exp(-hazard x dt). Only the ratio of the hazards is a parameter; the common factor follows from how
 * much must close.
 */

/**
 * How much of `closing` the fast class takes; the slow class takes the rest.
 * @param fast size of the fast class, >= 0
 * @param slow size of the slow class, >= 0
 * @param closing what closes of both, 0..fast + slow
 * @param hazardRatio hazard of the fast class over that of the slow one, >= 1
 */
export function closedByFast(fast: number, slow: number, closing: number, hazardRatio: number): number {
  if (closing >= fast + slow) return fast;
  if (slow <= 0) return closing;
  if (fast <= 0 || closing <= 0) return 0;
  const exponent = commonExponent(fast, slow, closing, hazardRatio);
  const fromFast = -fast * Math.expm1(-hazardRatio * exponent);
  return Math.min(fast, closing, Math.max(fromFast, closing - slow));
}

/** Solves fast (1 - e^-rx) + slow (1 - e^-x) = closing; concave in x, so Newton from below never overshoots. */
function commonExponent(fast: number, slow: number, closing: number, ratio: number): number {
  let x = closing / (fast * ratio + slow);
  for (let i = 0; i < 50; i++) {
    const fastLeft = fast * Math.exp(-ratio * x);
    const slowLeft = slow * Math.exp(-x);
    const missing = closing - (fast - fastLeft) - (slow - slowLeft);
    if (missing <= closing * 1e-13) return x;
    x += missing / (ratio * fastLeft + slowLeft);
  }
  return x;
}
