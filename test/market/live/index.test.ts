import { expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { type CcxtId, createCcxtClient } from '../../../src/market/live/ccxt-client.ts';
import { createLiveSources, liveVenues } from '../../../src/market/live/index.ts';
import { createRetry } from '../../../src/market/live/retry.ts';
import { openVenue } from './against-world.ts';

test('an unknown venue is told to the person who asked, with those that are known', () => {
  const act = () => createLiveSources({ venues: ['bybit', 'bitmex'] });
  expect(act).toThrow(UserError);
  expect(act).toThrow(`There is no venue "bitmex". Known venues: ${liveVenues.join(', ')}.`);
  expect(() => createLiveSources({ venues: ['constructor'] })).toThrow(UserError);
});

test('sources come in the order asked for, and making and closing them asks nothing', async () => {
  const asked: string[] = [];
  const sources = createLiveSources({
    venues: [...liveVenues].reverse(),
    fetch: async (url) => {
      asked.push(url);
      return Response.json({});
    },
  });
  expect(sources.map(({ venue, provenance }) => [venue, provenance])).toEqual(
    [...liveVenues].reverse().map((venue) => [venue, 'live']),
  );
  await Promise.all(sources.map((source) => source.close()));
  expect(asked).toEqual([]);
});

test('requests are spaced unless told otherwise', async () => {
  const venue = await openVenue('okx', { paced: true });
  const market = await venue.market('BTC/USDT:USDT');
  const startMs = performance.now();
  // OKX allows 10 of these in 2 s; ccxt asks for 220 ms between them.
  for (let turn = 0; turn < 2; turn += 1) await venue.source.price(market);
  expect(performance.now() - startMs).toBeGreaterThan(200);
  await venue.close();
});

test('a venue that counts by the minute is not waited for within it', async () => {
  const venue = await openVenue('hyperliquid', { paced: true });
  const market = await venue.market('BTC/USDC:USDC');
  const startMs = performance.now();
  for (let turn = 0; turn < 3; turn += 1) {
    venue.moveOn(6_000);
    await venue.source.price(market);
  }
  // Spaced evenly, questions of weight 20 would take a second each.
  expect(performance.now() - startMs).toBeLessThan(1_500);
  await venue.close();
});

test.each<[CcxtId, string, string]>([
  ['binanceusdm', 'fstream.binance.com', 'ws://127.0.0.1:9/ws'],
  ['binancecoinm', 'dstream.binance.com', 'ws://127.0.0.1:9/ws'],
  ['bybit', 'stream.bybit.com', 'ws://127.0.0.1:9/v5/public/linear'],
  ['okx', 'ws.okx.com:8443', 'ws://127.0.0.1:9/ws/v5'],
  ['gate', 'ws.gate.io', 'ws://127.0.0.1:9/v4'],
  ['bitget', 'ws.bitget.com', 'ws://127.0.0.1:9/v2/ws/public'],
  ['hyperliquid', 'api.hyperliquid.xyz', 'ws://127.0.0.1:9/ws'],
])('streams of %s go to the other base too, and name %s', async (id, host, url) => {
  const nowMs = () => 0;
  const client = createCcxtClient({
    id,
    venue: id,
    fetch: async () => Response.json({}),
    retry: createRetry({ nowMs, sleep: async () => undefined }),
    apiUrl: 'http://127.0.0.1:9',
    paced: false,
  });
  const { urls, headers } = await client.socketSettings();
  expect(headers).toEqual({ 'x-original-host': host });
  const addresses = leaves(urls);
  expect(addresses).toContain(url);
  expect(addresses.filter((address) => !address.startsWith('ws://127.0.0.1:9/'))).toEqual([]);
  await client.close();
});

function leaves(tree: unknown): string[] {
  return typeof tree === 'string' ? [tree] : Object.values(tree as object).flatMap(leaves);
}
