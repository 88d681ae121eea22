import { expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { createLiveSources, liveVenues } from '../../../src/market/live/index.ts';
import { MarketError } from '../../../src/market/live/market-error.ts';
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

test('requests are spaced unless told otherwise, and how long each waited is told', async () => {
  const waits: { venue: string; ms: number }[] = [];
  const onWait = (venue: string, ms: number) => void waits.push({ venue, ms });
  const venue = await openVenue('okx', { paced: true, onWait });
  const market = await venue.market('BTC/USDT:USDT');
  const startMs = performance.now();
  // OKX allows 10 of these in 2 s; ccxt asks for 220 ms between them.
  for (let turn = 0; turn < 2; turn += 1) await venue.source.price(market);
  expect(performance.now() - startMs).toBeGreaterThan(200);
  expect(new Set(waits.map((wait) => wait.venue))).toEqual(new Set(['okx']));
  expect(waits[0]!.ms).toBeLessThan(100);
  expect(Math.max(...waits.map(({ ms }) => ms))).toBeGreaterThan(100);
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

test('a list of markets that never ends is given up, not followed for ever', async () => {
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    const result = { category: 'linear', list: [{ symbol: 'BTCUSDT' }], nextPageCursor: 'again' };
    return Response.json({ retCode: 0, result });
  };
  const [bybit] = createLiveSources({ venues: ['bybit'], fetch, paced: false, sleep: async () => undefined });
  await expect(bybit!.markets()).rejects.toThrow('bybit: the list of markets has no end');
  expect(asked).toBeLessThan(500);
});

test('a list with a garbled number of digits fills no memory', async () => {
  const symbol = {
    ...{ symbol: 'BTCUSDT', pair: 'BTCUSDT', contractType: 'PERPETUAL', status: 'TRADING' },
    ...{ baseAsset: 'BTC', quoteAsset: 'USDT', marginAsset: 'USDT', filters: [] },
    ...{ pricePrecision: -500_000_000, quantityPrecision: 500_000_000 },
  };
  const fetch = async (url: string) =>
    Response.json(url.includes('fapi') ? { symbols: [symbol] } : { symbols: [] });
  const [binance] = createLiveSources({
    venues: ['binance'],
    fetch,
    paced: false,
    sleep: async () => undefined,
  });
  const startMs = performance.now();
  await binance!.markets().catch((error: unknown) => expect(error).toBeInstanceOf(MarketError));
  expect(performance.now() - startMs).toBeLessThan(5_000);
});
