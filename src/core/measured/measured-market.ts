import type { Candle, Side } from '../market-data.ts';
import { measuredLimitMs } from './measured-age.ts';
import type { MeasuredPosition } from './measured-position.ts';

/** The real positions of one market that still stand, and how much of it they are. */
export type MeasuredMarket = {
  /** Sizes are scaled down, where needed, so that no side holds more than is open. */
  readonly positions: readonly MeasuredPosition[];
  /** Share of open interest, by side. */
  readonly coverage: Readonly<Record<Side, number>>;
  /** Nine tenths of the size were seen later than that. */
  readonly ageMs: number;
};

export type MarketNow = {
  /** Size of one side. */
  readonly openInterest: number;
  readonly markUsd: number;
  readonly nowMs: number;
  /** Of the time since, as far as they are known; levels that they crossed are gone. */
  readonly candles: readonly Pick<Candle, 'openMs' | 'low' | 'high'>[];
};

const sides = ['long', 'short'] as const;
/** Of the size was seen later than the age that is told. */
const toldShare = 0.9;

/**
 * What is left of positions that were seen some time ago: not older than `measuredLimitMs`, and not beyond a price that the
 * market has had since. Undefined when nothing is left, or nothing is known to be open.
 */
export function measureMarket(
  seen: readonly MeasuredPosition[],
  market: MarketNow,
): MeasuredMarket | undefined {
  const { openInterest, nowMs } = market;
  const fresh = seen.filter(({ timeMs }) => nowMs - timeMs <= measuredLimitMs);
  const standing = fresh.filter((position) => !isCrossed(position, market));
  if (standing.length === 0 || !(openInterest > 0)) return undefined;
  const size = { long: sizeOf(standing, 'long'), short: sizeOf(standing, 'short') };
  const scale = (side: Side) => Math.min(1, openInterest / size[side]);
  return {
    positions: standing.map((position) => ({ ...position, size: position.size * scale(position.side) })),
    coverage: {
      long: Math.min(1, size.long / openInterest),
      short: Math.min(1, size.short / openInterest),
    },
    ageMs: toldAge(standing, nowMs),
  };
}

/** What the candle did in whose middle it was seen is not known; the mark tells where that has led. */
function isCrossed(
  { side, liquidationPrice, standing, timeMs }: MeasuredPosition,
  { markUsd, candles }: MarketNow,
): boolean {
  if (liquidationPrice === undefined || standing !== 'level') return false;
  let [low, high] = [markUsd, markUsd];
  for (const candle of candles) {
    if (candle.openMs < timeMs) continue;
    low = Math.min(low, candle.low);
    high = Math.max(high, candle.high);
  }
  return side === 'long' ? low <= liquidationPrice : high >= liquidationPrice;
}

function sizeOf(positions: readonly MeasuredPosition[], of: Side): number {
  return positions.reduce((sum, { side, size }) => sum + (side === of ? size : 0), 0);
}

function toldAge(positions: readonly MeasuredPosition[], nowMs: number): number {
  const youngestFirst = positions.toSorted((a, b) => b.timeMs - a.timeMs);
  const told = toldShare * sides.reduce((sum, side) => sum + sizeOf(positions, side), 0);
  let seen = 0;
  const last = youngestFirst.find(({ size }) => {
    seen += size;
    return seen >= told;
  });
  return Math.max(0, nowMs - (last ?? youngestFirst.at(-1)!).timeMs);
}
