import { z } from 'zod';
import { numeric, readPayload } from '../../payload.ts';
import { nameOf } from '../../venues/hyperliquid.ts';
import { eventsOf, other, type VenueChannels } from '../channel.ts';

/**
 * Hyperliquid. `activeAssetCtx` carries the mark price (`allMids`, which ccxt watches for several markets, only the
 * middle of the book) and comes with every block that changes it. It pushes no liquidations but one's own. Documents:
 * hyperliquid.gitbook.io, API, Websocket.
 */
const url = 'wss://api.hyperliquid.xyz/ws';
const what = 'hyperliquid stream';

export const hyperliquidChannels: VenueChannels = {
  prices: {
    address: () => ({ client: 'hyperliquid', url }),
    topic: nameOf,
    idOf: nameOf,
    // One to a request; 1,000 subscriptions and 2,000 messages a minute from one address.
    topicsPerRequest: 1,
    topicsPerSocket: 500,
    request: (method, [coin]) => ({ method, subscription: { type: 'activeAssetCtx', coin } }),
    read(message, nowMs) {
      const { channel, data } = readPayload(envelope, message, what);
      if (channel === 'error') return { kind: 'refused', text: `${what}: ${String(data).slice(0, 200)}` };
      if (channel !== 'activeAssetCtx') return other;
      const { coin, ctx } = readPayload(assetContext, data, what);
      // It bears no time; it is of the moment.
      return eventsOf([{ id: coin, event: () => ({ timeMs: nowMs, mark: ctx.markPx }) }]);
    },
  },
};

const envelope = z.object({ channel: z.string(), data: z.unknown().optional() });
const assetContext = z.object({ coin: z.string(), ctx: z.object({ markPx: numeric }) });
