import { z } from 'zod';
import { numeric, optionalNumeric, readPayload } from '../../payload.ts';
import { eventsOf, other, type VenueChannels } from '../channel.ts';

/**
 * Gate's contracts, WebSocket v4 (gate.com/docs/developers/futures/ws). Dated contracts have addresses of their own
 * but the same channel names.
 *
 * Liquidations are left to the history over HTTP (`liq_orders`), which is complete: `futures.public_liquidates` pushes
 * one order a second and contract, and no document says what the sign of its `size` means (gateio/WebSocket-API issue
 * 132). A side told the wrong way round is worse than one told a minute later.
 */
const url = 'wss://fx-ws.gateio.ws/v4/ws/';
const channelName = 'futures.tickers';
const what = 'gate stream';

export const gateChannels: VenueChannels = {
  prices: {
    address: ({ market }) => {
      const settle = market.settle.toLowerCase();
      return { client: 'gate', url: `${url}${market.kind === 'perpetual' ? '' : 'delivery/'}${settle}` };
    },
    topic: ({ id }) => id,
    idOf: ({ id }) => id,
    topicsPerRequest: 100,
    topicsPerSocket: 400,
    request: (event, topics, { nowMs, number }) => ({
      time: Math.floor(nowMs / 1000),
      id: number,
      channel: channelName,
      event,
      payload: topics,
    }),
    read(message) {
      const { channel, event, error, id, time_ms, result } = readPayload(envelope, message, what);
      // One unknown contract spoils its whole request.
      if (error) return { kind: 'refused', text: `${what}: ${error.message}`, request: id };
      if (channel !== channelName || event !== 'update') return other;
      // An array in the documents; captured messages of this interface also held the object alone.
      const rows = readPayload(tickers, Array.isArray(result) ? result : [result], what);
      return eventsOf(
        rows.map(({ contract, mark_price, last }) => ({
          id: contract,
          event: () => ({ timeMs: time_ms, mark: mark_price, last }),
        })),
      );
    },
  },
};

const envelope = z.object({
  channel: z.string(),
  event: z.string().optional(),
  id: z.coerce.string().optional(),
  time_ms: numeric,
  error: z.object({ message: z.string().optional() }).nullish(),
  result: z.unknown().optional(),
});
const tickers = z.array(z.object({ contract: z.string(), mark_price: numeric, last: optionalNumeric }));
