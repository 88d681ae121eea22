import type { Liquidation, Side } from './market-data.ts';

/** A forced closing that was seen on a venue's feed. */
export type ObservedLiquidation = Liquidation & { readonly venue: string; readonly market: string };

/** How much of a venue's liquidations could be seen in the time asked for. */
export type LiquidationWatch = {
  readonly venue: string;
  /** `every` one, or at most `one a second` of a contract: then sums are lower bounds. */
  readonly shows: 'every' | 'one a second';
  /** How much of the time asked for was watched, ms; undefined where nobody kept count. */
  readonly watchedMs?: number;
};

/** What was seen of one coin's liquidations. */
export type Observation = {
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Ascending in time. */
  readonly liquidations: readonly ObservedLiquidation[];
  /** One a venue. */
  readonly watches: readonly LiquidationWatch[];
  /** Venues that list the coin, but no feed showed what is liquidated there. */
  readonly unobserved: readonly string[];
};

/** Liquidations of one side that lie near each other. */
export type LiquidationBand = {
  readonly side: Side;
  /** Mean by USD. */
  readonly priceUsd: number;
  readonly usd: number;
};

/** Whether there is more than what was seen: a venue without feed, a feed that leaves out, a time not watched. */
export function isLowerBound(observation: Observation): boolean {
  return (
    observation.unobserved.length > 0 || observation.watches.some((watch) => leavesOut(watch, observation))
  );
}

/** Whether a venue's sum is a lower bound. */
export function leavesOut(watch: LiquidationWatch, time: Pick<Observation, 'fromMs' | 'toMs'>): boolean {
  return watch.shows !== 'every' || watchedShare(watch, time) !== 1;
}

/** Watched part of the time asked for, 0 to 1; undefined where nobody kept count. */
export function watchedShare(
  { watchedMs }: LiquidationWatch,
  { fromMs, toMs }: Pick<Observation, 'fromMs' | 'toMs'>,
): number | undefined {
  if (watchedMs === undefined) return undefined;
  const share = Math.max(0, Math.min(1, watchedMs / (toMs - fromMs)));
  return share >= wholeShare ? 1 : share;
}

/** A reconnection of a few minutes a day leaves a feed whole. */
const wholeShare = 0.99;

/** USD of one side. */
export function observedUsd({ liquidations }: Pick<Observation, 'liquidations'>, side: Side): number {
  return liquidations.reduce(
    (sum, { liquidatedSide, usd }) => (liquidatedSide === side ? sum + usd : sum),
    0,
  );
}

/**
 * The largest bands of a side, `width` wide as a fraction of price, largest first.
 * @param width above 0; throws RangeError otherwise
 */
export function largestBands(
  liquidations: readonly Liquidation[],
  options: { readonly side: Side; readonly width: number; readonly count: number },
): LiquidationBand[] {
  const { side, width, count } = options;
  if (!(width > 0)) throw new RangeError(`width of a band must be above 0, got ${width}`);
  const bands = new Map<number, { usd: number; weighted: number }>();
  for (const { liquidatedSide, price, usd } of liquidations) {
    if (liquidatedSide !== side) continue;
    // Equal steps of the logarithm are equally wide in percent, whatever the price.
    const index = Math.floor(Math.log(price) / Math.log1p(width));
    const band = bands.get(index) ?? { usd: 0, weighted: 0 };
    bands.set(index, { usd: band.usd + usd, weighted: band.weighted + usd * price });
  }
  return [...bands.values()]
    .filter(({ usd }) => usd > 0)
    .map(({ usd, weighted }) => ({ side, usd, priceUsd: weighted / usd }))
    .sort((a, b) => b.usd - a.usd)
    .slice(0, count);
}
