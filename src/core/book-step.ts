import type { Candle } from './market-data.ts';

/** One closed candle with what happened to open interest and funding in it. */
export type BookStep = {
  /** Traded prices and size. */
  readonly candle: Candle;
  /** Mark prices of the same span, which decide over liquidation; the traded ones where there are none. */
  readonly mark?: Candle;
  /** One-sided open interest at the candle's close, as a size; unchanged when undefined. */
  readonly openInterest?: number;
  /** Funding rate paid by longs to shorts at the start of the candle. */
  readonly fundingRate?: number;
};

/** Sizes of one step on one side. opened - closed = change of open interest; closed includes liquidated. */
export type SideFlows = {
  readonly opened: number;
  readonly closed: number;
  readonly liquidated: number;
  /** Crossed, but more than volume can account for: re-entered at traded prices. */
  readonly unconfirmed: number;
};

export type StepFlows = {
  readonly long: SideFlows;
  readonly short: SideFlows;
  /** Volume that left a trace; the rest of the candle's volume is churn. */
  readonly traced: number;
  /** Change of open interest beyond the candle's volume; 0 in sound data. */
  readonly missingVolume: number;
};

/** Throws RangeError on a candle, open interest or rate that is not a sound number. */
export function requireSound({ candle, mark, openInterest, fundingRate }: BookStep): void {
  requirePrices(candle);
  requireSize('volume', candle.volume);
  if (mark) requirePrices(mark);
  if (openInterest !== undefined) requireSize('open interest', openInterest);
  if (fundingRate !== undefined && !(Math.abs(fundingRate) < 1)) {
    throw new RangeError(`funding rate ${fundingRate} must be between -1 and 1`);
  }
}

/** Throws RangeError on a size that is no number >= 0. */
export function requireSize(name: string, size: number): number {
  if (!(size >= 0) || !Number.isFinite(size)) throw new RangeError(`${name} ${size} must be a number >= 0`);
  return size;
}

function requirePrices({ openMs, open, high, low, close }: Candle): void {
  const sound = low > 0 && high < Infinity && open >= low && open <= high && close >= low && close <= high;
  if (!sound) throw new RangeError(`candle at ${openMs} is not sound: ${open} ${high} ${low} ${close}`);
}
