import ccxt, { type Exchange } from 'ccxt';
import type { VenueId } from './world.ts';

/**
 * The real ccxt class of a venue, of which every request goes to the loopback exchange: base URL replaced,
 * the real host in `x-original-host`. It shares the exchange's clock and does not throttle itself.
 */
export function ccxtClient(
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
  return client;
}
