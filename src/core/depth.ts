/**
 * How much it takes to move the price: the order books of all venues, laid together by distance from each venue's own
 * mark price. A venue shows only the nearest orders (hundredths of a percent of price at Binance, some percent at
 * Hyperliquid); what lies beyond is not known and is filled in by one rule, see `depthOf`.
 */
import { type DistanceCurve, distanceStep, distanceSteps } from './distance-curve.ts';
import type { Contract, OrderBook } from './market-data.ts';

/** One venue market of a coin, and its order book if it told one. */
export type VenueBook = {
  readonly venue: string;
  readonly contract: Contract;
  readonly markUsd: number;
  readonly openInterestUsd: number;
  readonly book?: OrderBook | undefined;
};

export type Depth = {
  /** Resting orders in USD: bids below the price, asks above it. */
  readonly bidUsd: DistanceCurve;
  readonly askUsd: DistanceCurve;
  /** How far the orders were seen, in the mean by open interest, as a fraction of price. */
  readonly seenTo: { readonly bid: number; readonly ask: number };
  /** Venues whose orders were seen. */
  readonly venues: readonly string[];
  /** Their markets' share of open interest. */
  readonly coveredShare: number;
};

/** With less of open interest than this on venues that told their orders, depth counts as unknown. */
const leastCovered = 0.5;

/**
 * The depth of all markets together, or undefined where too few told their orders. Rules for what nobody showed:
 * beyond the last order seen, orders go on as dense as in the outer half (by distance) of what was seen; a market
 * without a book is as deep for its open interest as the others. Orders between two prices of a book are spread evenly.
 */
export function depthOf(markets: readonly VenueBook[]): Depth | undefined {
  const seen = markets.flatMap((market) => {
    const bids = market.book && ladder(market, market.book.bids, -1);
    const asks = market.book && ladder(market, market.book.asks, 1);
    return bids && asks ? [{ ...market, bids, asks }] : [];
  });
  const openUsd = total(markets.map((market) => market.openInterestUsd));
  const coveredUsd = total(seen.map((market) => market.openInterestUsd));
  if (!(coveredUsd > 0 && coveredUsd >= leastCovered * openUsd)) return undefined;
  const coveredShare = coveredUsd / openUsd;
  const merged = (side: 'bids' | 'asks') => {
    const curve = new Float64Array(distanceSteps + 1);
    for (const market of seen) addLadder(curve, market[side], 1 / coveredShare);
    return curve;
  };
  const meanReach = (side: 'bids' | 'asks') =>
    total(seen.map((market) => market[side].at(-1)!.distance * market.openInterestUsd)) / coveredUsd;
  return {
    bidUsd: merged('bids'),
    askUsd: merged('asks'),
    seenTo: { bid: meanReach('bids'), ask: meanReach('asks') },
    venues: [...new Set(seen.map(({ venue }) => venue))],
    coveredShare,
  };
}

/** Orders of one side out to a distance from the mark, USD; ascending, the first at no distance. */
type Rung = { readonly distance: number; readonly usd: number };

/** @returns undefined for a side on which no depth can be read: empty, or all at one price. */
function ladder(
  { contract, markUsd }: VenueBook,
  levels: OrderBook['bids'],
  sign: 1 | -1,
): readonly Rung[] | undefined {
  const rungs: Rung[] = [{ distance: 0, usd: 0 }];
  let usd = 0;
  for (const [price, size] of levels) {
    usd += contract === 'linear' ? size * price : size;
    // A venue trades some hundredths of a percent off its mark: orders on the other side of it are the nearest.
    rungs.push({ distance: Math.max(0, sign * (price / markUsd - 1)), usd });
  }
  return rungs.at(-1)!.distance > 0 ? rungs : undefined;
}

function addLadder(curve: DistanceCurve, rungs: readonly Rung[], scale: number): void {
  const last = rungs.at(-1)!;
  const half = last.distance / 2;
  const outerDensity = (last.usd - usdAt(rungs, half)) / half;
  let next = 0;
  for (let i = 0; i <= distanceSteps; i++) {
    const distance = i * distanceStep;
    while (next < rungs.length && rungs[next]!.distance <= distance) next++;
    const usd =
      next < rungs.length
        ? between(rungs[next - 1]!, rungs[next]!, distance)
        : last.usd + outerDensity * (distance - last.distance);
    curve[i]! += usd * scale;
  }
}

function usdAt(rungs: readonly Rung[], distance: number): number {
  const next = rungs.findIndex((rung) => rung.distance > distance);
  return between(rungs[next - 1]!, rungs[next]!, distance);
}

function between(a: Rung, b: Rung, distance: number): number {
  return a.usd + ((distance - a.distance) / (b.distance - a.distance)) * (b.usd - a.usd);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
