import type { ExchangeFetch } from '../../src/market/exchange-fetch.ts';
import { hosts } from '../support/exchange/hosts.ts';
import { smallWorld } from '../support/exchange/small-world.ts';
import { viewOf } from '../support/exchange/view.ts';
import type { World } from '../support/exchange/world.ts';

/** What goes over the wire in the place of an honest answer. */
export type Sent = { readonly text: string; readonly status: number };

export function honest(json: unknown): Sent {
  return { text: JSON.stringify(json), status: 200 };
}

/** The loopback exchange's own handlers, called in place: no sockets, so that cases are quick. `bend` may be exchanged. */
export function createWorldFetch(nowMs: number): {
  readonly world: World;
  readonly wire: { bend: (json: unknown) => Sent };
  readonly fetch: ExchangeFetch;
} {
  const { world, remembered } = worldAt(nowMs);
  const wire = { bend: honest };
  const fetch: ExchangeFetch = async (address, { method = 'GET', headers = {}, body = '' } = {}) => {
    const url = new URL(address);
    const place = hosts[url.host];
    if (!place) throw new Error(`nobody is ${url.host}`);
    const key = `${url.href} ${body}`;
    if (!remembered.has(key)) {
      const request = {
        method,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        body,
        headers,
      };
      const view = viewOf({ world, venue: place.venueOf(request), nowMs, effect: undefined });
      remembered.set(key, place.handle(request, view)?.json);
    }
    const { text, status } = wire.bend(remembered.get(key));
    return new Response(status === 204 ? null : text, {
      status,
      headers: { 'content-type': 'application/json' },
    });
  };
  return { world, wire, fetch };
}

type Remembered = {
  readonly world: World;
  /** Honest answers by request: making candles takes longer than reading them. */
  readonly remembered: Map<string, unknown>;
};

const worlds = new Map<number, Remembered>();

function worldAt(nowMs: number): Remembered {
  const known = worlds.get(nowMs) ?? { world: smallWorld({ nowMs }), remembered: new Map() };
  worlds.set(nowMs, known);
  return known;
}
