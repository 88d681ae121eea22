import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ccxtClients, type Exchange } from '../support/exchange/ccxt-client.ts';
import { expectClose } from '../support/exchange/expect-close.ts';
import { type Harness, harnessNowMs as nowMs, openHarness } from '../support/exchange/harness.ts';
import {
  floorTo,
  type VenueId,
  venueIds,
  type WorldMarket,
  worldCandles,
} from '../support/exchange/world.ts';

// The real ccxt classes read the loopback exchange; what they return is turned back into the world's units by
// the quirks of each venue, written out here once more, and must be the world's truth.

let harness: Harness;
let clients: Readonly<Record<VenueId, Exchange>>;
beforeAll(async () => {
  harness = await openHarness();
  clients = ccxtClients(harness);
  await Promise.all(venueIds.map((venue) => clients[venue].loadMarkets()));
});
afterAll(() => harness.close());

const hourMs = 3_600_000;

describe.each(venueIds)('%s', (venue) => {
  test('lists its contracts under the names the world gives them', () => {
    const markets = clients[venue].markets ?? {};
    for (const market of harness.world.markets[venue]) {
      const listed = markets[market.symbol];
      expect(listed, market.symbol).toBeDefined();
      expect(listed?.active, market.symbol).toBe(market.status === 'trading');
      expect(listed?.inverse, market.symbol).toBe(market.contract === 'inverse');
      expect(listed?.expiry, market.symbol).toBe(market.expiryMs);
    }
    const contracts = Object.values(markets).filter((market) => market?.contract && !market.info['hip3']);
    expect(contracts).toHaveLength(harness.world.markets[venue].length);
  });

  test('serves hourly candles, the last still in progress', async () => {
    for (const market of harness.marketsOf(venue)) {
      const since = floorTo(nowMs, hourMs) - 4 * hourMs;
      const rows = await clients[venue].fetchOHLCV(market.symbol, '1h', since, 5);
      expect(
        rows.map(([time]) => time),
        market.symbol,
      ).toEqual([0, 1, 2, 3, 4].map((hours) => since + hours * hourMs));
      const truth = worldCandles(market, { price: 'last', stepMs: hourMs, fromMs: since, toMs: nowMs });
      for (const [index, [, open, high, low, close, volume]] of rows.slice(0, 4).entries()) {
        const candle = truth[index];
        if (candle === undefined) throw new Error('the world has fewer candles');
        const prices = [open, high, low, close].map((price) => (price ?? Number.NaN) / market.multiplier);
        for (const [place, name] of (['open', 'high', 'low', 'close'] as const).entries()) {
          expectClose(prices[place], candle[name], `${market.symbol} ${name}`);
        }
        expectClose(uniformVolume(venue, market, volume, candle), candle.volume, `${market.symbol} volume`);
      }
      const [inProgress = Number.NaN] = [rows[4]?.[5]];
      expect(inProgress).toBeGreaterThan(0);
      expect(rows[4]?.[2], 'high').toBeLessThanOrEqual(
        (truth[4]?.high ?? 0) * market.multiplier * (1 + 1e-9),
      );
    }
  });

  test('serves order books, best first', async () => {
    for (const market of harness.marketsOf(venue)) {
      const book = await clients[venue].fetchOrderBook(market.symbol, 5);
      const truth = market.series.orderBook(nowMs);
      for (const [side, levels] of [[book.bids, truth.bids] as const, [book.asks, truth.asks] as const]) {
        const [price, size] = side[1] ?? [];
        const [truePrice, trueSize] = levels[1] ?? [0, 0];
        expectClose((price ?? 0) / market.multiplier, truePrice, market.symbol);
        expectClose(uniformBookSize(venue, market, size, truePrice), trueSize, market.symbol);
      }
    }
  });

  test('serves the funding rates that were settled', async () => {
    for (const market of harness.marketsOf(venue, 'perpetual')) {
      const step = market.fundingIntervalMs ?? Number.NaN;
      const since = floorTo(nowMs, step) - 5 * step;
      const rates = await clients[venue].fetchFundingRateHistory(market.symbol, since, 20);
      const times = rates.map(({ timestamp = 0 }) => floorTo(timestamp, 60_000));
      expect(times, market.symbol).toEqual([0, 1, 2, 3, 4, 5].map((count) => since + count * step));
      for (const [index, rate] of rates.entries()) {
        expectClose(rate.fundingRate, market.series.fundingRate(times[index] ?? 0), market.symbol);
      }
    }
  });
});

/** What ccxt calls volume, as a size of the world. */
function uniformVolume(
  venue: VenueId,
  market: WorldMarket,
  volume: number | undefined,
  candle: { readonly open: number; readonly close: number },
): number {
  const value = volume ?? Number.NaN;
  if (venue === 'gate') return value * market.contractSize;
  if (market.contract === 'linear') return value * market.multiplier;
  // ccxt takes the turnover of inverse contracts: coins, but USD at Bitget.
  return venue === 'bitget' ? value : (value * (candle.open + candle.close)) / 2;
}

function uniformBookSize(
  venue: VenueId,
  market: WorldMarket,
  size: number | undefined,
  price: number,
): number {
  if (venue === 'bitget' && market.contract === 'inverse') return (size ?? Number.NaN) * price;
  return (size ?? Number.NaN) * market.contractSize;
}

test.each(['binanceusdm', 'binancecoinm', 'bybit', 'okx', 'bitget', 'gate'] as const)(
  '%s serves candles of the mark price',
  async (venue) => {
    for (const market of harness.marketsOf(venue)) {
      const since = floorTo(nowMs, 300_000) - 3 * 300_000;
      const rows = await clients[venue].fetchOHLCV(market.symbol, '5m', since, 3, { price: 'mark' });
      const truth = worldCandles(market, { price: 'mark', stepMs: 300_000, fromMs: since, toMs: nowMs });
      for (const [index, [time, open, high, low, close]] of rows.entries()) {
        const candle = truth[index];
        expect(time).toBe(candle?.openMs);
        for (const [price, name] of [
          [open, 'open'],
          [high, 'high'],
          [low, 'low'],
          [close, 'close'],
        ] as const) {
          expectClose((price ?? 0) / market.multiplier, candle?.[name] ?? Number.NaN, market.symbol);
        }
      }
      expect(rows).toHaveLength(3);
    }
  },
);

describe('mark prices', () => {
  test.each(venueIds)('of %s are in units of the quoted price', async (venue) => {
    for (const market of harness.marketsOf(venue, 'perpetual')) {
      const { mark } = market.series.price(nowMs);
      const found = venue === 'okx' ? await okxMark(market) : await fundingMark(venue, market);
      expectClose((found ?? Number.NaN) / market.multiplier, mark, market.symbol);
    }
  });

  async function fundingMark(venue: VenueId, market: WorldMarket): Promise<number | undefined> {
    if (venue === 'bitget') return (await clients[venue].fetchTicker(market.symbol)).markPrice;
    return (await clients[venue].fetchFundingRate(market.symbol)).markPrice;
  }

  async function okxMark(market: WorldMarket): Promise<number | undefined> {
    return (await clients.okx.fetchMarkPrice(market.symbol)).markPrice;
  }
});
