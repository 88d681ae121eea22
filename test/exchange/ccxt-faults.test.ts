import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ccxtClients, type Exchange } from '../support/exchange/ccxt-client.ts';
import type { FaultEffect } from '../support/exchange/faults.ts';
import { type Harness, openHarness } from '../support/exchange/harness.ts';
import { floorTo, type VenueId, venueIds } from '../support/exchange/world.ts';

// What ccxt 4.5.84 makes of a venue's faults: an adapter on top of it has to know.

let harness: Harness;
let clients: Readonly<Record<VenueId, Exchange>>;
let endFault: () => void = () => undefined;
beforeAll(async () => {
  harness = await openHarness();
  clients = ccxtClients(harness);
  await Promise.all(venueIds.map((venue) => clients[venue].loadMarkets()));
});
afterEach(() => endFault());
afterAll(() => harness.close());

async function outcome(venue: VenueId, effect: FaultEffect): Promise<unknown> {
  endFault = harness.exchange.fault({ effect });
  const symbol = harness.marketsOf(venue)[0]?.symbol ?? '';
  const sinceMs = floorTo(harness.nowMs, 3_600_000) - 7_200_000;
  try {
    return await clients[venue].fetchOHLCV(symbol, '1h', sinceMs, 2);
  } catch (thrown) {
    return (thrown as Error).constructor.name;
  }
}

test.each(venueIds)('%s: a page of HTML, or half an answer, is taken for no rows', async (venue) => {
  expect(await outcome(venue, { kind: 'html' })).toEqual([]);
  endFault();
  expect(await outcome(venue, { kind: 'truncated' })).toEqual([]);
});

test.each(venueIds)('%s: NaN becomes undefined', async (venue) => {
  const rows = (await outcome(venue, { kind: 'absurd', how: 'nan' })) as unknown[][];
  expect(rows[0]?.slice(1)).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

test.each(venueIds)('%s: another market’s candles pass unnoticed', async (venue) => {
  expect(await outcome(venue, { kind: 'other-symbol' })).toHaveLength(2);
});

test('CloudFront’s geo-block of Bybit looks like a rate limit, Binance’s like an outage', async () => {
  expect(await outcome('bybit', { kind: 'geo-blocked' })).toBe('RateLimitExceeded');
  endFault();
  expect(await outcome('binanceusdm', { kind: 'geo-blocked' })).toBe('ExchangeNotAvailable');
});

test.each([
  ['binanceusdm', 'DDoSProtection'],
  ['bybit', 'RateLimitExceeded'],
  ['okx', 'RateLimitExceeded'],
  ['gate', 'RateLimitExceeded'],
  ['bitget', 'DDoSProtection'],
  ['hyperliquid', 'RateLimitExceeded'],
] as const)('%s: a 429 is a %s', async (venue, name) => {
  expect(await outcome(venue, { kind: 'rate-limited', retryAfterSeconds: 1 })).toBe(name);
});

test.each(venueIds)(
  '%s: a broken connection is a NetworkError, a 503 an ExchangeNotAvailable',
  async (venue) => {
    expect(await outcome(venue, { kind: 'reset' })).toBe('NetworkError');
    endFault();
    expect(await outcome(venue, { kind: 'server-error', status: 503 })).toBe('ExchangeNotAvailable');
  },
);
