import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binanceTierTable } from '../../../../src/market/live/venues/binance-tier-table.ts';
import { dayMs, hourMs, lastDays, nowMs, type OpenVenue, openVenue } from '../against-world.ts';

describe('binance', () => {
  let venue: OpenVenue;

  beforeAll(async () => {
    venue = await openVenue('binance');
  });
  afterAll(() => venue.close());

  const linear = 'BTC/USDT:USDT';
  const inverse = 'BTC/USD:BTC';

  test('the listing costs one request for USD-M, one for COIN-M and one for volumes', async () => {
    await venue.source.markets();
    await venue.source.markets();
    const asked = venue.exchange.requests.map(({ host, path }) => host + path);
    expect(asked.sort()).toEqual([
      'dapi.binance.com/dapi/v1/exchangeInfo',
      'fapi.binance.com/fapi/v1/exchangeInfo',
      'fapi.binance.com/fapi/v1/ticker/24hr',
    ]);
  });

  test('COIN-M candles of a day stay within the span of 200 days a call may ask for', async () => {
    const query = { fromMs: nowMs - 900 * dayMs, toMs: nowMs, timeframe: '1d', price: 'last' } as const;
    const market = await venue.market(inverse);
    const before = venue.exchange.requests.length;
    await venue.source.candles(market, query);
    for (const { query: asked } of venue.exchange.requests.slice(before)) {
      expect(Number(asked['endTime']) - Number(asked['startTime'])).toBeLessThan(200 * dayMs);
    }
  });

  test('open interest history ends where Binance keeps none, 30 days back', async () => {
    const history = await venue.source.openInterestHistory(await venue.market(linear), {
      ...lastDays(400),
      timeframe: '1h',
    });
    expect(history?.[0]?.timeMs).toBeGreaterThan(nowMs - 30 * dayMs);
    expect(history?.[0]?.timeMs).toBeLessThan(nowMs - 30 * dayMs + 3 * hourMs);
  });

  test('COIN-M history is asked by pair and kind of contract, as nothing is known of ETHUSD_PERP', async () => {
    const query = { ...lastDays(1), timeframe: '1h' } as const;
    await venue.source.openInterestHistory(await venue.market('ETH/USD:ETH'), query);
    expect(venue.exchange.requests.at(-1)?.query).toMatchObject({
      pair: 'ETHUSD',
      contractType: 'PERPETUAL',
    });
  });

  test('a dated future has no funding, and no venue market has a history of liquidations', async () => {
    const future = (await venue.source.markets()).find(({ kind }) => kind === 'future')!;
    expect(await venue.source.funding(future, lastDays(1))).toBeUndefined();
    expect(await venue.source.liquidations(await venue.market(linear), lastDays(1))).toBeUndefined();
  });

  describe('without the public brackets', () => {
    test('a dated copy stands in and says so', async () => {
      const other = await openVenue('binance');
      other.exchange.fault({ host: 'www.binance.com', effect: { kind: 'geo-blocked' } });
      const rules = await other.source.marginRules(await other.market('ETH/USDT:USDT'));
      expect(rules?.tiers.at(4)).toEqual({
        floor: 12_000_000,
        cap: 50_000_000,
        maintenanceRate: 0.02,
        maxLeverage: 25,
        deduction: 132_000,
      });
      expect(rules?.asOfMs).toBe(Date.UTC(2026, 1, 22));
      expect(rules?.source).toMatch(/copy of 2026-02-22 .*not served from this location/);
      await other.close();
    });

    test('a market that is not in the copy has no rules, and the reason is told', async () => {
      const other = await openVenue('binance');
      other.exchange.fault({ host: 'www.binance.com', effect: { kind: 'html' } });
      await expect(other.source.marginRules(await other.market(inverse))).rejects.toMatchObject({
        name: 'MarketError',
        reason: 'bad-answer',
      });
      await other.close();
    });
  });

  test('the copied tables ascend and hold margins that the leverage allowed can pay', () => {
    const tables = Object.entries(binanceTierTable.symbols);
    expect(tables.length).toBeGreaterThanOrEqual(13);
    for (const [symbol, rows = []] of tables) {
      for (const [index, [cap, rate, leverage]] of rows.entries()) {
        const [floor, rateBefore, leverageBefore] = rows[index - 1] ?? [0, 0, Number.POSITIVE_INFINITY];
        expect(cap, symbol).toBeGreaterThan(floor);
        expect(rate, symbol).toBeGreaterThan(rateBefore);
        expect(leverage, symbol).toBeLessThan(leverageBefore);
        expect(rate * leverage, symbol).toBeLessThanOrEqual(0.75);
      }
      expect(rows.at(-1)?.slice(1), symbol).toEqual([0.5, 1]);
    }
  });
});
