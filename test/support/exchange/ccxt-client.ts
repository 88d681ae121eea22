import ccxt, { type Exchange } from 'ccxt';
import type { Harness } from './harness.ts';
import { type VenueId, venueIds } from './world.ts';

export type { Exchange };

/**
 * The real ccxt class of a venue, of which every request goes to the loopback exchange: base URL replaced,
 * the real host in `x-original-host`. It shares the exchange's clock and does not throttle itself.
 */
function ccxtClient(
  venue: VenueId,
  exchange: { readonly url: string; readonly nowMs: () => number },
): Exchange {
  const client = new ccxt[venue]({
    enableRateLimit: false,
    timeout: 3000,
    fetchImplementation: (address: string, init: RequestInit) => {
      const { host, pathname, search } = new URL(address);
      const headers = new Headers(init.headers);
      headers.set('x-original-host', host);
      return fetch(`${exchange.url}${pathname}${search}`, { ...init, headers });
    },
  });
  client.milliseconds = () => exchange.nowMs();
  client.seconds = () => Math.floor(exchange.nowMs() / 1000);
  return client;
}

/** One client of each venue, all before the same exchange. */
export function ccxtClients(harness: Harness): Readonly<Record<VenueId, Exchange>> {
  const address = { url: harness.exchange.url, nowMs: () => harness.nowMs };
  const clients = venueIds.map((venue) => [venue, ccxtClient(venue, address)]);
  return Object.fromEntries(clients) as Record<VenueId, Exchange>;
}
