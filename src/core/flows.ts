/**
 * How traded volume and the change of open interest split into opens and closes (design: conservation).
 *
 * On each side opens - closes = change; every trade opens or closes on both of its ends, so
 * opens(a) + closes(b) = volume and opens(b) + closes(a) = volume. One degree of freedom is left: opens(a).
 * `a` and `b` are the two sides in either order; the split is symmetric in them.
 */
export type FlowInput = {
  /** Traded size of the step, each trade once. */
  readonly volume: number;
  /** Change of one-sided open interest. */
  readonly change: number;
  /** One-sided open interest before the step. */
  readonly openInterest: number;
  /** Standing size whose liquidation price was crossed in the step, by side. */
  readonly crossedA: number;
  readonly crossedB: number;
  /** Share of volume that opens and closes inside the step and so leaves no trace, 0..1. */
  readonly churn: number;
};

export type FlowSplit = {
  /** Volume that left a trace: between what open interest and crossings demand and the whole volume. */
  readonly traced: number;
  /** How much the change of open interest exceeds the volume that should explain it; 0 in sound data. */
  readonly missingVolume: number;
  readonly opensA: number;
  readonly opensB: number;
  readonly closesA: number;
  readonly closesB: number;
  /** Share of the crossed size that the volume can account for; the rest is unconfirmed. */
  readonly confirmedShare: number;
};

/** Splits one step. All sizes in the unit of the input. */
export function splitFlows(input: FlowInput): FlowSplit {
  const { volume, change, crossedA, crossedB } = input;
  const available = Math.max(volume, Math.abs(change));
  const confirmedShare = confirmable(available, input);
  const liquidatedA = crossedA * confirmedShare;
  const liquidatedB = crossedB * confirmedShare;
  const needed = Math.max(Math.abs(change), liquidatedA, liquidatedB, change + liquidatedA + liquidatedB);
  const traced = Math.min(available, Math.max(needed, usualTrace(input)));
  const low = Math.max(0, change + liquidatedA);
  const high = Math.max(low, Math.min(traced - liquidatedB, traced + change));
  const opensA = Math.min(high, Math.max(low, (traced + change) / 2));
  return {
    traced,
    missingVolume: available - volume,
    opensA,
    opensB: traced + change - opensA,
    closesA: opensA - change,
    closesB: traced - opensA,
    confirmedShare,
  };
}

/** Largest share of both crossed sizes for which opens(a) has a legal value. */
function confirmable(available: number, { change, crossedA, crossedB }: FlowInput): number {
  const crossed = crossedA + crossedB;
  if (crossed === 0) return 1;
  return Math.max(
    0,
    Math.min(
      1,
      crossedA > 0 ? available / crossedA : 1,
      crossedB > 0 ? available / crossedB : 1,
      (available - change) / crossed,
    ),
  );
}

/**
 * The change itself, plus replacement of holders by the volume that is not churn. Replacement saturates at
 * the open interest there is: volume of many times the open interest can only be churn.
 */
function usualTrace({ volume, change, openInterest, churn }: FlowInput): number {
  const moved = Math.abs(change);
  const replaceable = Math.min(openInterest, openInterest + change);
  const replacing = volume * (1 - churn) - moved;
  if (!(replaceable > 0) || !(replacing > 0)) return moved;
  return moved - replaceable * Math.expm1(-replacing / replaceable);
}
