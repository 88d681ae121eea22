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
 * OKX v5, public channels. On port 443: 8443, which ccxt 4.5.84 still names, takes no connections as of 2026-10-31
 * (announcement of 2026-09-30, okx.com/help/okx-websocket-port-8443-discontinuation-announcement).
 */
const url = 'wss://ws.okx.com/ws/v5/public';
const what = 'okx stream';

export const okxChannels: VenueChannels = {
  // Every 200 ms while it changes, else every 10 s.
  prices: channel<PriceFields>({
    name: 'mark-price',
    topic: ({ id }) => id,
    argument: (instId) => ({ instId }),
    readEvents: readPrices,
  }),
  // All instruments of a kind come together; the first message after subscribing may hold older events.
  liquidations: channel<Liquidation>({
    name: 'liquidation-orders',
    topic: ({ market }) => (market.kind === 'perpetual' ? 'SWAP' : 'FUTURES'),
    argument: (instType) => ({ instType }),
    readEvents: readLiquidations,
  }),
};

function channel<Event>(options: {
  readonly name: string;
  readonly topic: (listing: Listing) => string;
  readonly argument: (topic: string) => object;
  readonly readEvents: (message: unknown) => Reading<Event>;
}): Channel<Event> {
  return {
    address: () => ({ client: 'okx', url }),
    topic: options.topic,
    idOf: ({ id }) => id,
    // 480 requests an hour and connection, 64 KB of arguments each.
    topicsPerRequest: 100,
    topicsPerSocket: 400,
    request: (op, topics) => ({
      op,
      args: topics.map((topic) => ({ channel: options.name, ...options.argument(topic) })),
    }),
    read(message) {
      if (message === 'pong') return other;
      const { event, msg, arg, data } = readPayload(envelope, message, what);
      // Each bad argument gets an error of its own; the others hold.
      if (event === 'error') return { kind: 'refused', text: `${what}: ${msg}` };
      if (event === undefined && arg?.channel === options.name && data) return options.readEvents(message);
      return other;
    },
  };
}

function readPrices(message: unknown): Reading<PriceFields> {
  const { data } = readPayload(markPrices, message, what);
  return eventsOf(
    data.map(({ instId, markPx, ts }) => ({ id: instId, event: () => ({ timeMs: ts, mark: markPx }) })),
  );
}

/**
 * Every entry of every `details` (ccxt keeps the first of each). `posSide` names the position; where it is `net`, the
 * order's `side` tells: a long's position is sold. `sz` counts contracts, `bkPx` is the bankruptcy price.
 */
function readLiquidations(message: unknown): Reading<Liquidation> {
  const { data } = readPayload(liquidationOrders, message, what);
  return eventsOf(
    data.flatMap(({ instId, details }) =>
      details.map(({ posSide, side, bkPx, sz, ts }) => ({
        id: instId,
        event: (listing: Listing) =>
          forcedClosing(listing, {
            timeMs: ts,
            liquidatedSide: posSide === 'long' || posSide === 'short' ? posSide : soldSide[side],
            price: bkPx,
            priceKind: 'bankruptcy',
            contracts: sz,
          }),
      })),
    ),
  );
}

const soldSide = { sell: 'long', buy: 'short' } as const;

const envelope = z.object({
  event: z.string().optional(),
  msg: z.string().optional(),
  arg: z.object({ channel: z.string() }).optional(),
  data: z.array(z.unknown()).optional(),
});
const markPrices = z.object({
  data: z.array(z.object({ instId: z.string(), markPx: numeric, ts: numeric })),
});
const liquidationOrders = z.object({
  data: z.array(
    z.object({
      instId: z.string(),
      details: z.array(
        z.object({
          posSide: z.string().optional(),
          side: z.enum(['buy', 'sell']),
          bkPx: numeric,
          sz: numeric,
          ts: numeric,
        }),
      ),
    }),
  ),
});
