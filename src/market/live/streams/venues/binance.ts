import { z } from 'zod';
import type { Liquidation } from '../../../../core/market-data.ts';
import type { Listing } from '../../listing.ts';
import { numeric, readPayload } from '../../payload.ts';
import {
  type Channel,
  eventsOf,
  other,
  type PriceFields,
  type Reading,
  type VenueChannels,
} from '../channel.ts';
import { forcedClosing } from '../forced-closing.ts';

/**
 * Binance USD-M and COIN-M. Both routes were split in 2026: since 23 April "legacy WebSocket URLs" of USD-M are retired
 * (change notice, developers.binance.com); `/ws` of both hosts still takes subscriptions but is silent, `/market/ws`
 * delivers (Tucsky/aggr pull request 444, measured for USD-M and COIN-M on 2026-04-27). ccxt 4.5.84 knows it of USD-M only.
 */
const urls = {
  linear: 'wss://fstream.binance.com/market/ws',
  inverse: 'wss://dstream.binance.com/market/ws',
} as const;

const what = 'binance stream';

export const binanceChannels: VenueChannels = {
  prices: channel<PriceFields>('markPrice@1s', readPrice),
  liquidations: channel<Liquidation>('forceOrder', readLiquidation),
};

function channel<Event>(stream: string, readEvent: (message: unknown) => Reading<Event>): Channel<Event> {
  return {
    address: ({ market }) => ({
      client: market.contract === 'linear' ? 'binanceusdm' : 'binancecoinm',
      url: urls[market.contract],
    }),
    topic: ({ id }) => `${id.toLowerCase()}@${stream}`,
    idOf: ({ id }) => id,
    // 10 messages a second to the server and 200 streams a connection (older of the two limits in the documents).
    topicsPerRequest: 100,
    topicsPerSocket: 200,
    request: (action, topics, { number }) => ({
      method: action.toUpperCase(),
      params: topics,
      id: number,
    }),
    read(message) {
      const { e, id, code, error, msg } = readPayload(envelope, message, what);
      if (e !== undefined) return readEvent(message);
      const text = error?.msg ?? msg;
      if (error ?? code) return { kind: 'refused', text: `${what}: ${text}`, request: id };
      return other;
    },
  };
}

function readPrice(message: unknown): Reading<PriceFields> {
  const { s, E, p } = readPayload(markPriceUpdate, message, what);
  return eventsOf([{ id: s, event: () => ({ timeMs: E, mark: p }) }]);
}

/**
 * `S` is the side of the order: a long's position is sold. `z` is filled in all at `ap` on average, `l` (which ccxt
 * reads) the last fill only. At most one order a second and symbol is pushed, the largest ("latest" in older documents).
 */
function readLiquidation(message: unknown): Reading<Liquidation> {
  const { o } = readPayload(forceOrder, message, what);
  // Nothing has been filled yet; the fills follow.
  if (o.z === 0) return other;
  const event = (listing: Listing) =>
    forcedClosing(listing, {
      timeMs: o.T,
      liquidatedSide: o.S === 'SELL' ? 'long' : 'short',
      price: o.ap,
      priceKind: 'fill',
      contracts: o.z,
    });
  return eventsOf([{ id: o.s, event }]);
}

const envelope = z.object({
  e: z.string().optional(),
  id: z.coerce.string().optional(),
  code: z.number().optional(),
  msg: z.string().optional(),
  error: z.object({ msg: z.string().optional() }).optional(),
});
const markPriceUpdate = z.object({ e: z.literal('markPriceUpdate'), s: z.string(), E: numeric, p: numeric });
const forceOrder = z.object({
  e: z.literal('forceOrder'),
  o: z.object({ s: z.string(), S: z.enum(['BUY', 'SELL']), ap: numeric, z: numeric, T: numeric }),
});
