import type { Side } from '../../src/core/market-data.ts';
import {
  isLowerBound,
  type LiquidationWatch,
  largestBands,
  leavesOut,
  type Observation,
  observedUsd,
  watchedShare,
} from '../../src/core/observed.ts';
import { duration, price, signedPercent, usd } from '../numbers.ts';

/** What was seen of a coin's liquidations, in words; picture and text take them from here. */
export type ObservedFacts = {
  /** `in the last 24 h` */
  readonly span: string;
  readonly longs: SideSeen;
  readonly shorts: SideSeen;
  /** `$2.1M of longs at $2,981 on bybit, 3 h ago`; absent if none was seen. */
  readonly largest?: string;
  /** `2 min ago` */
  readonly newest?: string;
  /** Venues of which every one was seen, the largest first: `bybit $20M`. */
  readonly whole: readonly string[];
  /** Venues that tell every one, but were not watched all the time: `gate ≥ $3M (20 h of 24 h)`. */
  readonly inPart: readonly string[];
  /** Venues that tell at most one a second of a contract: `okx ≥ $3M`. */
  readonly sampled: readonly string[];
  readonly unobserved: readonly string[];
  /** `none seen`, or that nobody looked; absent if there is something to draw. */
  readonly emptiness?: string;
};

export type SideSeen = {
  /** `≥ $23.1M` where it is a lower bound; absent where nothing could be seen: nothing seen is not nothing. */
  readonly usd?: string;
  readonly count: number;
  /** Where most were liquidated, largest first: `$8.1M near $2,980 (-1.1 %)`. */
  readonly bands: readonly string[];
};

/** Width of the price bands that words name, as a fraction. */
const bandWidth = 0.005;
const bandsPerSide = 3;

/** @param priceUsd price now, which distances are counted from */
export function observedFacts(observation: Observation, priceUsd: number): ObservedFacts {
  const { liquidations, unobserved, watches, fromMs, toMs } = observation;
  const largest = liquidations.reduce((a, b) => (a && a.usd >= b.usd ? a : b), liquidations[0]);
  const newest = liquidations.at(-1);
  return {
    span: `in the last ${duration(toMs - fromMs)}`,
    longs: sideSeen(observation, 'long', priceUsd),
    shorts: sideSeen(observation, 'short', priceUsd),
    ...(largest && {
      largest: `${usd(largest.usd)} of ${largest.liquidatedSide}s at $${price(largest.price)} on ${largest.venue}, ${duration(toMs - largest.timeMs)} ago`,
    }),
    ...(newest && { newest: `${duration(toMs - newest.timeMs)} ago` }),
    whole: venuesSeen(observation, (watch) => !leavesOut(watch, observation)),
    inPart: venuesSeen(observation, (watch) => watch.shows === 'every' && leavesOut(watch, observation)),
    sampled: venuesSeen(observation, (watch) => watch.shows === 'one a second'),
    unobserved,
    ...(liquidations.length === 0 && {
      emptiness: watches.length > 0 ? 'none seen' : 'not observed: no feed showed them',
    }),
  };
}

function sideSeen(observation: Observation, side: Side, priceUsd: number): SideSeen {
  const bands = largestBands(observation.liquidations, { side, width: bandWidth, count: bandsPerSide });
  return {
    ...(observation.watches.length > 0 && {
      usd: atLeast(observedUsd(observation, side), isLowerBound(observation)),
    }),
    count: observation.liquidations.filter(({ liquidatedSide }) => liquidatedSide === side).length,
    bands: bands.map(
      (band) =>
        `${usd(band.usd)} near $${price(band.priceUsd)} (${signedPercent((band.priceUsd / priceUsd - 1) * 100)})`,
    ),
  };
}

function venuesSeen(
  observation: Observation,
  belongs: (watch: LiquidationWatch) => boolean,
): readonly string[] {
  return observation.watches
    .filter(belongs)
    .map((watch) => ({ watch, usd: seenUsd(observation, watch) }))
    .sort((a, b) => b.usd - a.usd)
    .map((venue) => venueWords(venue.watch, venue.usd, observation));
}

function seenUsd({ liquidations }: Observation, { venue }: LiquidationWatch): number {
  return liquidations.reduce((sum, one) => (one.venue === venue ? sum + one.usd : sum), 0);
}

function venueWords(watch: LiquidationWatch, amountUsd: number, time: Observation): string {
  const { venue, watchedMs } = watch;
  const isShort = watchedMs !== undefined && watchedShare(watch, time) !== 1;
  const watched = isShort ? ` (${duration(watchedMs)} of ${duration(time.toMs - time.fromMs)})` : '';
  return `${venue} ${atLeast(amountUsd, leavesOut(watch, time))}${watched}`;
}

function atLeast(amountUsd: number, isBound: boolean): string {
  // Nothing seen is no bound worth telling.
  return `${isBound && amountUsd > 0 ? '≥ ' : ''}${usd(amountUsd)}`;
}
