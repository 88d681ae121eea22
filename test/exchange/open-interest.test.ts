import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ccxtClients, type Exchange } from '../support/exchange/ccxt-client.ts';
import { expectClose } from '../support/exchange/expect-close.ts';
import { type Harness, harnessNowMs as nowMs, openHarness } from '../support/exchange/harness.ts';
import { floorTo, type VenueId, type WorldMarket } from '../support/exchange/world.ts';

// The real ccxt classes read the loopback exchange; what they return is turned back into the world's units by
// the quirks of each venue, written out here once more, and must be the world's truth.

let harness: Harness;
let clients: Readonly<Record<VenueId, Exchange>>;
beforeAll(async () => {
  harness = await openHarness();
  clients = ccxtClients(harness);
});
afterAll(() => harness.close());

const hourMs = 3_600_000;

describe('open interest now', () => {
  test('is in base units at Binance USD-M, in contracts at COIN-M', async () => {
    for (const venue of ['binanceusdm', 'binancecoinm'] as const) {
      for (const market of harness.marketsOf(venue)) {
        const { openInterestAmount, timestamp } = await clients[venue].fetchOpenInterest(market.symbol);
        const size = market.series.openInterest(nowMs);
        expectClose((openInterestAmount ?? Number.NaN) * market.contractSize, size, market.symbol);
        expect(timestamp).toBe(nowMs);
      }
    }
  });

  test('counts both sides at Bybit, with one side in singleOpenInterest', async () => {
    for (const market of harness.marketsOf('bybit')) {
      const found = await clients.bybit.fetchOpenInterest(market.symbol);
      const size = market.series.openInterest(floorTo(nowMs, hourMs));
      const bothSides = found.openInterestAmount ?? found.openInterestValue ?? Number.NaN;
      expectClose(bothSides * market.multiplier, 2 * size, market.symbol);
      expectClose(Number(found.info.singleOpenInterest) * market.multiplier, size, market.symbol);
    }
  });

  test('is in contracts at OKX, with coins and USD beside', async () => {
    for (const market of harness.marketsOf('okx')) {
      const found = await clients.okx.fetchOpenInterest(market.symbol);
      const size = market.series.openInterest(nowMs);
      const { mark } = market.series.price(nowMs);
      const linear = market.contract === 'linear';
      expectClose((found.openInterestAmount ?? 0) * market.contractSize, size, market.symbol);
      expectClose(Number(found.info.oiCcy), linear ? size : size / mark, market.symbol);
      expectClose(found.openInterestValue, linear ? size * mark : size, market.symbol);
    }
  });

  test('is in coins at Bitget and Hyperliquid, in thousands of them for kPEPE', async () => {
    for (const market of harness.marketsOf('bitget')) {
      const { openInterestAmount } = await clients.bitget.fetchOpenInterest(market.symbol);
      const size = market.series.openInterest(nowMs);
      const coins = market.contract === 'linear' ? size : size / market.series.price(nowMs).mark;
      expectClose(openInterestAmount, coins, market.symbol);
    }
    // ccxt 4.5.84 looks the symbol up before it loads the markets.
    await clients.hyperliquid.loadMarkets();
    for (const market of harness.marketsOf('hyperliquid')) {
      const { openInterestAmount } = await clients.hyperliquid.fetchOpenInterest(market.symbol);
      expectClose(
        (openInterestAmount ?? 0) * market.multiplier,
        market.series.openInterest(nowMs),
        market.symbol,
      );
    }
  });
});

describe('open interest history', () => {
  const since = floorTo(nowMs, 300_000) - 10 * 300_000;
  const params: Partial<Record<VenueId, (market: WorldMarket) => Record<string, unknown>>> = {
    // ccxt 4.5.84 asks for pair=ETHUSD_PERP of the current quarter, of which the venue knows nothing.
    binancecoinm: (market) => ({
      pair: `${market.base}USD`,
      contractType: market.kind === 'perpetual' ? 'PERPETUAL' : 'CURRENT_QUARTER',
    }),
  };
  test.each(['binanceusdm', 'binancecoinm', 'bybit', 'gate'] as const)(
    'of %s is the world of then',
    async (venue) => {
      const perpetualsOnly = venue === 'gate' ? 'perpetual' : undefined;
      for (const market of harness.marketsOf(venue, perpetualsOnly)) {
        // Without `until`, ccxt ends the range one step late and the first row falls out of it.
        const more = { until: since + 7 * 300_000, ...params[venue]?.(market) };
        const rows = await clients[venue].fetchOpenInterestHistory(market.symbol, '5m', since, 8, more);
        expect(
          rows.map(({ timestamp }) => timestamp),
          market.symbol,
        ).toEqual(Array.from({ length: 8 }, (_, index) => since + index * 300_000));
        const sides = venue === 'bybit' || venue === 'gate' ? 2 : 1;
        for (const row of rows) {
          const amount = row.openInterestAmount ?? row.openInterestValue ?? Number.NaN;
          const size = market.series.openInterest(row.timestamp ?? 0);
          expectClose((amount * market.contractSize) / sides, size, market.symbol);
        }
      }
    },
  );

  test('of Binance COIN-M is valued in coins', async () => {
    const [market] = harness.marketsOf('binancecoinm');
    if (market === undefined) throw new Error('no market');
    const [row] = await clients.binancecoinm.fetchOpenInterestHistory(market.symbol, '1h', undefined, 1, {
      pair: 'BTCUSD',
      contractType: 'PERPETUAL',
    });
    const timeMs = row?.timestamp ?? 0;
    const coins = market.series.openInterest(timeMs) / market.series.price(timeMs).mark;
    expectClose(row?.openInterestValue, coins);
  });

  test('of one OKX instrument comes from rubik, newest first, begin and end left out', async () => {
    for (const market of harness.marketsOf('okx')) {
      const answer = await (
        clients.okx as unknown as OkxImplicit
      ).publicGetRubikStatContractsOpenInterestHistory({
        instId: market.id,
        period: '5m',
        begin: String(since - 1),
        end: String(since + 3 * 300_000),
      });
      const rows = answer.data.map((row) => row.map(Number));
      expect(rows.map(([time]) => time)).toEqual([2, 1, 0].map((steps) => since + steps * 300_000));
      for (const [time = 0, contracts = 0, , usd = 0] of rows) {
        const size = market.series.openInterest(time);
        expectClose(contracts * market.contractSize, size, market.symbol);
        const value = market.contract === 'linear' ? size * market.series.price(time).mark : size;
        expectClose(usd, value, market.symbol);
      }
    }
  });
});

type OkxImplicit = {
  publicGetRubikStatContractsOpenInterestHistory(params: object): Promise<{ data: string[][] }>;
};
