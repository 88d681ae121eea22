import { hourMs } from '../durations.ts';
import type { Candle, Side } from '../market-data.ts';

/** A real position of one trader as it was seen at `timeMs`. */
export type SeenPosition = {
  readonly timeMs: number;
  readonly trader: string;
  readonly coin: string;
  readonly side: Side;
  /** Base units. */
  readonly size: number;
  readonly valueUsd: number;
  /** Undefined where this coin's price alone cannot liquidate it. */
  readonly liquidationPrice?: number;
};

/** What may still stand of what was seen. */
export type CarriedPosition = {
  readonly side: Side;
  /** Of its value in the value of its side in the last snapshot. */
  readonly share: number;
  readonly liquidationPrice?: number;
  /** 0: seen in the last snapshot; above: the longer ago, the higher. */
  readonly sighting: number;
};

/** What happened to one coin. */
export type CoinPath = {
  /** Closed candles, ascending. */
  readonly candles: readonly Candle[];
  readonly candleMs: number;
  readonly maintenanceRate: number;
};

/** A trader who is missing from the last snapshot may only not have been listed there: seen within ... of it. */
const sightingHours = [12, 30];
export const sightings = sightingHours.length + 2;

/**
 * Positions of one coin that were seen at or before a time and may still stand at a later one: every trader's
 * last sighting, unless price has crossed its level since. Where an account holds other coins, too, its margin
 * is taken to be shared: what they have won or lost since moves the level by that amount over size x
 * (1 -+ maintenance rate).
 *
 * @param seen all coins' positions, ascending in time; what is later than `knownMs` is not looked at
 */
export function carriedPositions(
  seen: readonly SeenPosition[],
  at: {
    readonly coin: string;
    readonly knownMs: number;
    readonly timeMs: number;
    readonly paths: ReadonlyMap<string, CoinPath>;
  },
): CarriedPosition[] {
  const known = seen.filter(({ timeMs }) => timeMs <= at.knownMs);
  const lastMs = known.findLast(({ coin }) => coin === at.coin)?.timeMs;
  if (lastMs === undefined) return [];
  const last = known.filter(({ coin, timeMs }) => coin === at.coin && timeMs === lastMs);
  const accounts = new Map<string, SeenPosition[]>();
  const latest = new Map<string, SeenPosition>();
  for (const position of known) {
    const account = `${position.trader} ${position.timeMs}`;
    accounts.set(account, [...(accounts.get(account) ?? []), position]);
    if (position.coin === at.coin) latest.set(position.trader, position);
  }
  return [...latest.values()].flatMap((position) => {
    const whole = sideValue(last, position.side);
    const account = accounts.get(`${position.trader} ${position.timeMs}`)!;
    const level = levelNow(position, account, at);
    if (whole === 0 || level === 'crossed') return [];
    return [
      {
        side: position.side,
        share: position.valueUsd / whole,
        sighting: sightingOf(lastMs - position.timeMs),
        ...(level !== undefined && { liquidationPrice: level }),
      },
    ];
  });
}

function sideValue(positions: readonly SeenPosition[], of: Side): number {
  return positions.reduce((sum, { side, valueUsd }) => sum + (side === of ? valueUsd : 0), 0);
}

function sightingOf(ageMs: number): number {
  if (ageMs === 0) return 0;
  const within = sightingHours.findIndex((hours) => ageMs <= hours * hourMs);
  return within < 0 ? sightings - 1 : within + 1;
}

function levelNow(
  { coin, side, size, timeMs: seenMs, liquidationPrice }: SeenPosition,
  account: readonly SeenPosition[],
  { paths, timeMs }: { readonly paths: ReadonlyMap<string, CoinPath>; readonly timeMs: number },
): number | 'crossed' | undefined {
  if (liquidationPrice === undefined) return undefined;
  const sign = side === 'long' ? 1 : -1;
  const rate = paths.get(coin)?.maintenanceRate ?? 0;
  const gained = account.reduce(
    (sum, other) => sum + (other.coin === coin ? 0 : gain(other, paths, timeMs)),
    0,
  );
  const level = liquidationPrice - (sign * gained) / (size * (1 - sign * rate));
  const { low, high } = extremes(paths.get(coin), seenMs, timeMs);
  const isCrossed =
    side === 'long' ? low <= Math.min(level, liquidationPrice) : high >= Math.max(level, liquidationPrice);
  return isCrossed ? 'crossed' : level;
}

/** USD that a position has won since it was seen, by candles alone; 0 where there are none. */
function gain(
  { coin, side, size, valueUsd, timeMs: seenMs }: SeenPosition,
  paths: ReadonlyMap<string, CoinPath>,
  timeMs: number,
): number {
  const path = paths.get(coin);
  const now = path && lastClosed(path, timeMs);
  if (!now || now.openMs + path.candleMs <= seenMs) return 0;
  return (side === 'long' ? 1 : -1) * size * (now.close - valueUsd / size);
}

function extremes(path: CoinPath | undefined, fromMs: number, toMs: number) {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = path ? indexAfter(path, fromMs) : 0; path && i < path.candles.length; i++) {
    const candle = path.candles[i]!;
    if (candle.openMs + path.candleMs > toMs) break;
    low = Math.min(low, candle.low);
    high = Math.max(high, candle.high);
  }
  return { low, high };
}

function lastClosed(path: CoinPath, timeMs: number): Candle | undefined {
  return path.candles[indexAfter(path, timeMs) - 1];
}

/** Of the first candle that closes after a time. */
function indexAfter({ candles, candleMs }: CoinPath, timeMs: number): number {
  let low = 0;
  let high = candles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (candles[middle]!.openMs + candleMs > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
