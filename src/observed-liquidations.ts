import type { Liquidation } from './core/market-data.ts';
import type { LiquidationWatch, Observation, ObservedLiquidation } from './core/observed.ts';
import type { Market, MarketSource, TimeRange } from './market/source.ts';
import type { LiquidationRecords } from './store/liquidations.ts';

/** What could be seen of the liquidations of some markets. */
export type Seen = {
  readonly liquidations: readonly ObservedLiquidation[];
  /** Of venues of which anything could be seen. */
  readonly watches: readonly LiquidationWatch[];
};

/** Where observed liquidations come from. */
export interface LiquidationFeeds {
  see(markets: readonly Market[], range: TimeRange): Promise<Seen>;
}

/** What one market's feed showed; undefined where there is no feed, or it was not watched. */
type MarketFeed = Omit<LiquidationWatch, 'venue'> & { readonly rows: readonly Liquidation[] };
type ReadFeed = (market: Market, range: TimeRange) => Promise<MarketFeed | undefined>;

/** What was seen of a coin's liquidations up to now. */
export async function observe(
  feeds: LiquidationFeeds,
  coin: { readonly base: string; readonly markets: readonly Market[] },
  range: TimeRange,
): Promise<Observation> {
  const { liquidations, watches } = await feeds.see(coin.markets, range);
  const venues = [...new Set(coin.markets.map(({ venue }) => venue))];
  return {
    symbol: coin.base,
    ...range,
    liquidations: liquidations.toSorted((a, b) => a.timeMs - b.timeMs),
    watches,
    unobserved: venues.filter((venue) => !watches.some((watch) => watch.venue === venue)),
  };
}

/**
 * What was recorded: of each market its history if the venue serves one, else what was heard of it.
 *
 * @param heardWhole venues whose streams tell every liquidation; those of others tell at most one a second of a contract
 */
export function recordedFeeds(
  records: Pick<LiquidationRecords, 'read'>,
  heardWhole: readonly string[],
): LiquidationFeeds {
  const readKept = async ({ venue, symbol }: Market, range: TimeRange, from: 'history' | 'seen') => {
    const { rows, covered } = await records.read({ venue, symbol, from }, range);
    const coveredMs = covered.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    const shows = from === 'history' || heardWhole.includes(venue) ? 'every' : 'one a second';
    return { rows, shows, coveredMs, ...(coveredMs > 0 && { watchedMs: coveredMs }) } as const;
  };
  return feedsOf(async (market, range) => {
    const kept = await Promise.all([readKept(market, range, 'history'), readKept(market, range, 'seen')]);
    return kept
      .filter(({ rows, coveredMs }) => rows.length > 0 || coveredMs > 0)
      .sort((a, b) => b.coveredMs - a.coveredMs)
      .at(0);
  });
}

/** What the venues themselves serve as history, without having watched anything. A venue that fails is not seen. */
export function servedFeeds(sources: readonly MarketSource[]): LiquidationFeeds {
  return feedsOf(async (market, range) => {
    const source = sources.find(({ venue }) => venue === market.venue);
    const rows = await source?.liquidations(market, range).catch(() => undefined);
    if (rows === undefined) return undefined;
    return { rows, shows: 'every', watchedMs: range.toMs - range.fromMs };
  });
}

function feedsOf(read: ReadFeed): LiquidationFeeds {
  return {
    async see(markets, range) {
      const feeds = await Promise.all(
        markets.map(async (market) => ({ market, feed: await read(market, range) })),
      );
      return {
        liquidations: feeds.flatMap(({ market, feed }) =>
          (feed?.rows ?? []).map((row) => ({ ...row, venue: market.venue, market: market.symbol })),
        ),
        watches: watchesOf(feeds),
      };
    },
  };
}

/** One a venue: as complete as the least complete of its markets' feeds, watched for as long as they were on average. */
function watchesOf(
  feeds: readonly { readonly market: Market; readonly feed: MarketFeed | undefined }[],
): readonly LiquidationWatch[] {
  const venues = [...new Set(feeds.map(({ market }) => market.venue))];
  return venues.flatMap((venue) => {
    const own = feeds.filter(({ market }) => market.venue === venue).map(({ feed }) => feed);
    const watched = own.filter((feed) => feed !== undefined);
    if (watched.length === 0) return [];
    const isWhole = watched.every(({ shows }) => shows === 'every');
    return [
      {
        venue,
        shows: isWhole ? 'every' : 'one a second',
        ...averageWatched(own),
      } as const,
    ];
  });
}

/** Unknown as soon as it is of one market that was seen. */
function averageWatched(feeds: readonly (MarketFeed | undefined)[]): Pick<LiquidationWatch, 'watchedMs'> {
  if (feeds.some((feed) => feed && feed.watchedMs === undefined)) return {};
  return { watchedMs: feeds.reduce((sum, feed) => sum + (feed?.watchedMs ?? 0), 0) / feeds.length };
}
