import { z } from 'zod';
import type { Liquidation } from '../../../../core/market-data.ts';
import type { Listing } from '../../listing.ts';
import { numeric, optionalNumeric, readPayload } from '../../payload.ts';
import { productType } from '../../venues/bitget.ts';
import {
  type Channel,
  eventsOf,
  other,
  type PriceFields,
  type Reading,
  type VenueChannels,
} from '../channel.ts';

/**
 * Bitget: prices of the classic interface (v2), whose names the listing has, liquidations of the unified one (v3), which
 * cover both. Documents: bitget.com/api-doc/common/websocket-intro and /api-doc/uta/websocket/public.
 */
const urls = {
  prices: 'wss://ws.bitget.com/v2/ws/public',
  liquidations: 'wss://ws.bitget.com/v3/ws/public',
} as const;
const what = 'bitget stream';

export const bitgetChannels: VenueChannels = {
  // Every 300 ms while something changes.
  prices: channel<PriceFields>({
    url: urls.prices,
    topic: (listing) => `${productType(listing)} ${listing.id}`,
    argument: (topic) => {
      const [instType, instId] = topic.split(' ');
      return { instType, channel: 'ticker', instId };
    },
    readEvents: readPrices,
  }),
  liquidations: channel<Liquidation>({
    url: urls.liquidations,
    topic: (listing) => productType(listing).toLowerCase(),
    argument: (instType) => ({ instType, topic: 'liquidation' }),
    readEvents: readLiquidations,
  }),
};

function channel<Event>(options: {
  readonly url: string;
  readonly topic: (listing: Listing) => string;
  readonly argument: (topic: string) => object;
  readonly readEvents: (message: unknown) => Reading<Event>;
}): Channel<Event> {
  return {
    address: () => ({ client: 'bitget', url: options.url }),
    topic: options.topic,
    idOf: ({ id }) => id,
    // "Strongly recommend" fewer than 50 channels a connection, for stability; 240 requests an hour.
    topicsPerRequest: 50,
    topicsPerSocket: 50,
    request: (op, topics) => ({ op, args: topics.map(options.argument) }),
    read(message) {
      if (message === 'pong') return other;
      const { event, msg, data } = readPayload(envelope, message, what);
      if (event === 'error') return { kind: 'refused', text: `${what}: ${msg}` };
      return event === undefined && data ? options.readEvents(message) : other;
    },
  };
}

function readPrices(message: unknown): Reading<PriceFields> {
  const { data } = readPayload(tickers, message, what);
  return eventsOf(
    data.map(({ instId, markPrice, lastPr, ts }) => ({
      id: instId,
      event: () => ({ timeMs: ts, mark: markPrice, last: lastPr }),
    })),
  );
}

/**
 * "Position side: buy, long position liquidation"; "Liquidation amount, unit: quote coin", so USD for every product.
 * Of each second the largest of either side and market is pushed. Which price it is the document does not say more
 * closely than "liquidation price": taken for the order's.
 */
function readLiquidations(message: unknown): Reading<Liquidation> {
  const { data } = readPayload(liquidations, message, what);
  return eventsOf(
    data.map(({ symbol, side, price, amount, ts }) => ({
      id: symbol,
      event: ({ market }: Listing): Liquidation => ({
        timeMs: ts,
        liquidatedSide: side === 'buy' ? 'long' : 'short',
        price,
        priceKind: 'limit',
        size: market.contract === 'linear' ? amount / price : amount,
        usd: amount,
      }),
    })),
  );
}

const envelope = z.object({
  event: z.string().optional(),
  msg: z.string().optional(),
  data: z.array(z.unknown()).optional(),
});
const tickers = z.object({
  data: z.array(z.object({ instId: z.string(), markPrice: numeric, lastPr: optionalNumeric, ts: numeric })),
});
const liquidations = z.object({
  data: z.array(
    z.object({
      symbol: z.string(),
      side: z.enum(['buy', 'sell']),
      price: numeric,
      amount: numeric,
      ts: numeric,
    }),
  ),
});
