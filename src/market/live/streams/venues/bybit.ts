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

/** Bybit v5. Documents: bybit-exchange.github.io/docs/v5/ws/connect and /docs/v5/websocket/public. */
const url = 'wss://stream.bybit.com/v5/public/';
const what = 'bybit stream';

export const bybitChannels: VenueChannels = {
  prices: channel<PriceFields>('tickers', readPrice),
  liquidations: channel<Liquidation>('allLiquidation', readLiquidations),
};

function channel<Event>(topicName: string, readEvents: (message: unknown) => Reading<Event>): Channel<Event> {
  return {
    address: ({ market }) => ({ client: 'bybit', url: url + market.contract }),
    topic: ({ id }) => `${topicName}.${id}`,
    idOf: ({ id }) => id,
    // Requests for contracts are not limited; all topics of a connection may come to 21,000 characters.
    topicsPerRequest: 50,
    topicsPerSocket: 400,
    request: (op, topics, { number }) => ({ op, args: topics, req_id: String(number) }),
    read(message) {
      const { topic, success, ret_msg, req_id } = readPayload(envelope, message, what);
      if (topic?.startsWith(`${topicName}.`)) return readEvents(message);
      // One bad topic spoils its whole request.
      if (success === false) return { kind: 'refused', text: `${what}: ${ret_msg}`, request: req_id };
      return other;
    },
  };
}

/** "If a response param is not found in the message, then its value has not changed" (ticker.mdx), here the price's. */
function readPrice(message: unknown): Reading<PriceFields> {
  const { ts, data } = readPayload(tickers, message, what);
  const event = () => ({ timeMs: ts, mark: data.markPrice, last: data.lastPrice });
  return eventsOf([{ id: data.symbol, event }]);
}

/**
 * All of them, every 500 ms, several to a message. `S` is the side of the position: "When you receive a Buy update, this
 * means that a long position has been liquidated" (all-liquidation.mdx). `p` is the bankruptcy price; `v` is in base
 * units, or USD of inverse contracts.
 */
function readLiquidations(message: unknown): Reading<Liquidation> {
  const { data } = readPayload(allLiquidation, message, what);
  return eventsOf(
    data.map(({ s, S, T, p, v }) => ({
      id: s,
      event: (listing: Listing) =>
        forcedClosing(listing, {
          timeMs: T,
          liquidatedSide: S === 'Buy' ? 'long' : 'short',
          price: p,
          priceKind: 'bankruptcy',
          contracts: v,
        }),
    })),
  );
}

const envelope = z.object({
  topic: z.string().optional(),
  success: z.boolean().optional(),
  ret_msg: z.string().optional(),
  // Ours are strings; the ping that ccxt sends bears a number, and comes back as it was.
  req_id: z.union([z.string(), z.number()]).transform(String).optional(),
});
/** Left out, or a number: what stands there and is none must not pass for left out. */
const changed = z.union([z.undefined(), numeric]).optional();
const tickers = z.object({
  ts: numeric,
  data: z.object({ symbol: z.string(), markPrice: changed, lastPrice: changed }),
});
const allLiquidation = z.object({
  data: z.array(z.object({ T: numeric, s: z.string(), S: z.enum(['Buy', 'Sell']), v: numeric, p: numeric })),
});
