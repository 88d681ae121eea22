import { type LoopbackExchange, startLoopbackExchange } from './server.ts';
import { smallWorld } from './small-world.ts';
import type { VenueId, World, WorldMarket } from './world.ts';

/** A loopback exchange of the small world with a stopped clock. */
export type Harness = {
  readonly nowMs: number;
  readonly world: World;
  readonly exchange: LoopbackExchange;
  /** The contracts of the venue that are traded. */
  marketsOf(venue: VenueId, kind?: 'perpetual'): readonly WorldMarket[];
  /** A bare request. */
  ask(host: string, pathAndQuery: string, body?: object): Promise<Reply>;
  close(): Promise<void>;
};

export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  json(): unknown;
};

export const harnessNowMs = Date.UTC(2026, 10, 22, 12, 34, 20);

export async function openHarness(options: { readonly alts?: number } = {}): Promise<Harness> {
  const nowMs = harnessNowMs;
  const world = smallWorld({ nowMs, ...options });
  const exchange = await startLoopbackExchange({ world, nowMs: () => nowMs });
  return {
    nowMs,
    world,
    exchange,
    marketsOf: (venue, kind) =>
      world.markets[venue].filter(
        (market) => market.status === 'trading' && (kind === undefined || market.kind === kind),
      ),
    ask: async (host, pathAndQuery, body) => {
      const response = await fetch(`${exchange.url}${pathAndQuery}`, {
        headers: { 'x-original-host': host, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
    },
    close: () => exchange.close(),
  };
}
