import { z } from 'zod';
import { numeric, readPayload } from '../../payload.ts';
import { nameOf } from '../../venues/hyperliquid.ts';
import { type Channel, eventsOf, other, type Reading, type VenueChannels } from '../channel.ts';

/**
 * Hyperliquid. `activeAssetCtx` carries the mark price (`allMids`, which ccxt watches for several markets, only the
 * middle of the book) and comes with every block that changes it. It pushes no liquidations but one's own. Documents:
 * hyperliquid.gitbook.io, API, Websocket.
 */
const url = 'wss://api.hyperliquid.xyz/ws';
const what = 'hyperliquid stream';

export const hyperliquidChannels: VenueChannels = {
  prices: channelOf('activeAssetCtx', (data, nowMs) => {
    const { coin, ctx } = readPayload(assetContext, data, what);
    // It bears no time; it is of the moment.
    return eventsOf([{ id: coin, event: () => ({ timeMs: nowMs, mark: ctx.markPx }) }]);
  }),
  // Each trade names its buyer and its seller.
  trades: channelOf('trades', (data) =>
    eventsOf(
      readPayload(trades, data, what).map(({ coin, px, sz, users }) => ({
        id: coin,
        event: () => ({ addresses: users, usd: px * sz }),
      })),
    ),
  ),
};

function channelOf<Event>(
  type: string,
  read: (data: unknown, nowMs: number) => Reading<Event>,
): Channel<Event> {
  return {
    address: () => ({ client: 'hyperliquid', url }),
    topic: nameOf,
    idOf: nameOf,
    // One to a request; 1,000 subscriptions and 2,000 messages a minute from one address.
    topicsPerRequest: 1,
    topicsPerSocket: 500,
    request: (method, [coin]) => ({ method, subscription: { type, coin } }),
    read(message, nowMs) {
      const { channel, data } = readPayload(envelope, message, what);
      if (channel === 'error') return { kind: 'refused', text: `${what}: ${String(data).slice(0, 200)}` };
      return channel === type ? read(data, nowMs) : other;
    },
  };
}

const trades = z.array(z.object({ coin: z.string(), px: numeric, sz: numeric, users: z.array(z.string()) }));
const envelope = z.object({ channel: z.string(), data: z.unknown().optional() });
const assetContext = z.object({ coin: z.string(), ctx: z.object({ markPx: numeric }) });
