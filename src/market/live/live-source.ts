import { hourMs } from '../../core/durations.ts';
import { within } from '../../deadline.ts';
import { type Market, type MarketSource, type TimeRange, timeframeMs } from '../source.ts';
import type { FindListing, Listing, Venue } from './listing.ts';
import { MarketError } from './market-error.ts';
import { remembered } from './remembered.ts';
import { scaleCandle, scaleLiquidation, scaleOrderBook, scalePrice, unitScale } from './unit-scale.ts';
import {
  type AnswerContext,
  validCandles,
  validFunding,
  validLiquidations,
  validMarginRules,
  validOpenInterest,
  validOpenInterestHistory,
  validOrderBook,
  validPrice,
} from './validate.ts';

/** Longer than this no list waits for volumes. */
const volumesMs = 2_000;
/** New markets appear within the hour; a listing costs up to six requests. */
const listingTtlMs = hourMs;

/**
 * A venue as a `MarketSource`: finds the listing, asks the venue no further than the present, and passes every answer
 * through `validate.ts` and into single units of base. All methods reject with a `MarketError`. `listingOf` is for the
 * streams of the same venue, so that they share its list.
 */
export function createLiveSource(options: {
  readonly venue: Venue;
  readonly nowMs: () => number;
  readonly close: () => Promise<void>;
  /** Told how many rows of an answer were refused, if any. */
  readonly onRefused?: ((rows: number) => void) | undefined;
}): MarketSource & { readonly listingOf: FindListing } {
  const { venue, nowMs, close, onRefused } = options;

  const listings = remembered(
    async () => {
      const [listed, volumes] = await Promise.all([venue.listings(), volumesOf(venue)]);
      const known = listed.map((listing) => withVolume(listing, volumes.get(listing.id)));
      return new Map(known.map((listing) => [listing.market.symbol, listing]));
    },
    { ttlMs: listingTtlMs, nowMs },
  );
  const listingOf: FindListing = async (market) => {
    const listing = (await listings()).get(market.symbol);
    if (listing) return listing;
    throw new MarketError('refused', `${venue.name}: lists no ${market.symbol}`);
  };
  const about = (market: Market, what: string): AnswerContext => ({
    what: `${venue.name} ${market.symbol} ${what}`,
    nowMs: nowMs(),
    onRefused,
  });
  const untilNow = <Query extends TimeRange>(query: Query): Query => ({
    ...query,
    toMs: Math.min(query.toMs, nowMs()),
  });

  return {
    venue: venue.name,
    provenance: 'live',
    listingOf,
    markets: async () => [...(await listings()).values()].map(({ market }) => market),

    async candles(market, query) {
      const stepMs = timeframeMs[query.timeframe];
      // The last candle to have closed by now opened a step before its end.
      const closed = { ...query, toMs: Math.min(query.toMs, nowMs() - stepMs + 1) };
      if (closed.fromMs >= closed.toMs) return [];
      const rows = await venue.candles(await listingOf(market), closed);
      if (rows === undefined) return undefined;
      const scale = unitScale(market);
      return validCandles(
        rows.map((row) => scaleCandle(scale, row)),
        { ...closed, stepMs },
        about(market, `${query.price} candles`),
      );
    },

    async openInterest(market) {
      const point = await venue.openInterest(await listingOf(market));
      if (point === undefined) return undefined;
      const size = unitScale(market).size(point.size);
      return validOpenInterest({ ...point, size }, about(market, 'open interest'));
    },

    async openInterestHistory(market, query) {
      const range = untilNow(query);
      if (range.fromMs >= range.toMs) return [];
      const rows = await venue.openInterestHistory(await listingOf(market), range);
      const scale = unitScale(market);
      return (
        rows &&
        validOpenInterestHistory(
          rows.map(({ timeMs, size }) => ({ timeMs, size: scale.size(size) })),
          range,
          about(market, 'open interest history'),
        )
      );
    },

    async funding(market, query) {
      const range = untilNow(query);
      if (range.fromMs >= range.toMs) return [];
      const rows = await venue.funding(await listingOf(market), range);
      return rows && validFunding(rows, range, about(market, 'funding'));
    },

    async marginRules(market) {
      const rules = await venue.marginRules(await listingOf(market));
      return rules && validMarginRules(rules, about(market, 'margin tiers'));
    },

    async price(market) {
      const point = await venue.price(await listingOf(market));
      return point && validPrice(scalePrice(unitScale(market), point), about(market, 'price'));
    },

    async orderBook(market) {
      const book = await venue.orderBook(await listingOf(market));
      return book && validOrderBook(scaleOrderBook(unitScale(market), book), about(market, 'order book'));
    },

    async liquidations(market, query) {
      const range = untilNow(query);
      if (range.fromMs >= range.toMs) return [];
      const rows = await venue.liquidations(await listingOf(market), range);
      const scale = unitScale(market);
      return (
        rows &&
        validLiquidations(
          rows.map((row) => scaleLiquidation(scale, row)),
          range,
          about(market, 'liquidations'),
        )
      );
    },

    close,
  };
}

/** They are for the order of names: none at all is better than no list. */
async function volumesOf(venue: Venue): Promise<ReadonlyMap<string, number>> {
  if (!venue.volumes) return new Map();
  return within(venue.volumes(), volumesMs, 'too late').catch(() => new Map());
}

function withVolume(listing: Listing, dayVolumeUsd: number | undefined): Listing {
  // Written so that NaN, of a garbled field, is none too.
  return dayVolumeUsd !== undefined && dayVolumeUsd >= 0
    ? { ...listing, market: { ...listing.market, dayVolumeUsd } }
    : listing;
}
