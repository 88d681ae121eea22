import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastDays, type OpenVenue, openVenue } from '../against-world.ts';

describe('hyperliquid', () => {
  let venue: OpenVenue;

  beforeAll(async () => {
    venue = await openVenue('hyperliquid');
  });
  afterAll(() => venue.close());

  const bodies = (since: number) =>
    venue.exchange.requests.slice(since).map(({ body }) => JSON.parse(body) as Record<string, unknown>);

  test('the listing is one question, without spot and without builders', async () => {
    await venue.source.markets();
    expect(bodies(0)).toEqual([{ type: 'metaAndAssetCtxs' }]);
  });

  test('kPEPE is a thousand PEPE, asked for by its own name', async () => {
    const market = await venue.market('KPEPE/USDC:USDC');
    expect(market).toMatchObject({ base: 'PEPE', multiplier: 1000 });
    const before = venue.exchange.requests.length;
    await venue.source.candles(market, { ...lastDays(1), timeframe: '1h', price: 'last' });
    expect(bodies(before)[0]?.['req']).toMatchObject({ coin: 'kPEPE' });
  });

  test('the rate of a tier is half the inverse of its leverage; deductions are continuous', async () => {
    const rules = await venue.source.marginRules(await venue.market('ETH/USDC:USDC'));
    const [first, second] = rules!.tiers;
    expect(first).toEqual({
      floor: 0,
      cap: 100_000_000,
      maintenanceRate: 1 / 50,
      maxLeverage: 25,
      deduction: 0,
    });
    expect(second).toMatchObject({ cap: Number.POSITIVE_INFINITY, maintenanceRate: 1 / 30, maxLeverage: 15 });
    // Docs: 200 M USD of ETH must hold 5.333 M.
    expect(200e6 * second!.maintenanceRate - second!.deduction).toBeCloseTo(16e6 / 3, 3);
  });

  test('a coin whose margin table is not listed has one tier of its highest leverage', async () => {
    const rules = await venue.source.marginRules(await venue.market('DYDX/USDC:USDC'));
    expect(rules?.tiers).toEqual([
      { floor: 0, cap: Number.POSITIVE_INFINITY, maintenanceRate: 0.1, maxLeverage: 5, deduction: 0 },
    ]);
  });

  test('open interest, price and tiers of all coins share one answer for some seconds', async () => {
    venue.moveOn(10_000);
    const [btc, eth] = [await venue.market('BTC/USDC:USDC'), await venue.market('ETH/USDC:USDC')];
    const before = venue.exchange.requests.length;
    await Promise.all([
      venue.source.openInterest(btc),
      venue.source.price(eth),
      venue.source.marginRules(btc),
    ]);
    expect(venue.exchange.requests.length - before).toBe(1);
    venue.moveOn(6_000);
    expect((await venue.source.price(btc))?.timeMs).toBe(venue.clockMs());
    expect(venue.exchange.requests.length - before).toBe(2);
  });

  test('it has no mark candles and no histories of open interest and liquidations', async () => {
    const market = await venue.market('BTC/USDC:USDC');
    const query = { ...lastDays(1), timeframe: '1h' } as const;
    expect(await venue.source.candles(market, { ...query, price: 'mark' })).toBeUndefined();
    expect(await venue.source.openInterestHistory(market, query)).toBeUndefined();
    expect(await venue.source.liquidations(market, query)).toBeUndefined();
  });
});
