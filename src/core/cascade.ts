/**
 * What happens when the price moves by a shock all at once: positions on the way are closed by force, their orders eat
 * the order book, that moves the price on, more are crossed, until the orders of the book hold.
 *
 * The shock is news: it eats no orders, and those of the book stand around the new price as they stood around the old
 * one. So the walk ends at the least x >= 0, counted from the price after the shock, at which
 *
 *     depth(x) >= fuel(distance of the shock and x together)
 *
 * which is where the rounds "forced orders -> new price -> more forced orders" converge.
 */
import type { Depth } from './depth.ts';
import { distanceStep, distanceSteps, farthest, sumTo } from './distance-curve.ts';
import type { Fuel } from './fuel.ts';
import type { Side } from './market-data.ts';

/** All that a cascade can be told from, at one moment. */
export type Stress = { readonly fuel: Fuel; readonly depth: Depth };

export type Cascade = {
  /** Whose positions are closed by force: longs in a fall, shorts in a rise. */
  readonly side: Side;
  /** The shock and where the price stops, as signed fractions of the price before. */
  readonly shock: number;
  readonly stop: number;
  /** USD closed by force by the shock itself, and by all that follows. */
  readonly triggeredUsd: number;
  readonly forcedUsd: number;
  /** The whole move over the shock: 1 where nothing follows. */
  readonly amplification: number;
  /** Whether it stops before levels are no longer known; if not, `stop` is where that is. */
  readonly isContained: boolean;
};

/** @param shock signed fraction of price, not 0, within +-0.45. Throws RangeError otherwise. */
export function cascade({ fuel, depth }: Stress, shock: number): Cascade {
  const size = Math.abs(shock);
  if (!(size > 0 && size <= 0.45))
    throw new RangeError(`a shock must be within +-0.45 and not 0, got ${shock}`);
  const side = shock < 0 ? 'long' : 'short';
  const fuelUsd = side === 'long' ? fuel.longUsd : fuel.shortUsd;
  const depthUsd = side === 'long' ? depth.bidUsd : depth.askUsd;
  const sign = Math.sign(shock);
  /** Distance from the price before, of a point beyond the shock. */
  const distanceAt = (beyond: number) => size + beyond * (1 + shock);
  const lacking = (beyond: number) => sumTo(fuelUsd, distanceAt(beyond)) - sumTo(depthUsd, beyond);

  const triggeredUsd = sumTo(fuelUsd, size);
  const beyond = triggeredUsd > 0 ? firstHeld(lacking, distanceAt) : 0;
  const moved = beyond === undefined ? farthest : distanceAt(beyond);
  return {
    side,
    shock,
    stop: sign * moved,
    triggeredUsd,
    forcedUsd: sumTo(fuelUsd, moved),
    amplification: moved / size,
    isContained: beyond !== undefined,
  };
}

/** The first distance beyond the shock at which nothing is lacking; undefined where the curves end before. */
function firstHeld(
  lacking: (beyond: number) => number,
  distanceAt: (beyond: number) => number,
): number | undefined {
  let before = lacking(0);
  for (let i = 1; i <= distanceSteps; i++) {
    const beyond = i * distanceStep;
    if (distanceAt(beyond) > farthest) return undefined;
    const now = lacking(beyond);
    if (now <= 0) return beyond - (distanceStep * -now) / (before - now);
    before = now;
  }
  return undefined;
}
