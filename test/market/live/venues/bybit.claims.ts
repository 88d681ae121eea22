import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastDays, type OpenVenue, openVenue } from '../against-world.ts';
import { openAnswered } from '../answered.ts';

describe('bybit', () => {
  const linear = {
    symbol: 'ETHUSDT',
    contractType: 'LinearPerpetual',
    status: 'Trading',
    baseCoin: 'ETH',
    quoteCoin: 'USDT',
    settleCoin: 'USDT',
    leverageFilter: { maxLeverage: '100.00' },
    lotSizeFilter: { qtyStep: '0.01', minOrderQty: '0.01' },
    priceFilter: { tickSize: '0.01' },
  };

  /** A source before a Bybit that lists ETHUSDT alone and gives one answer per path. */
  function bybitWith(answers: Readonly<Record<string, unknown>>) {
    return openAnswered('bybit', (url) => {
      const category = url.searchParams.get('category');
      const envelope = (result: unknown) => ({ retCode: 0, retMsg: 'OK', result, time: 1_795_000_000_000 });
      if (url.pathname.endsWith('/instruments-info')) {
        const list = category === 'linear' && !url.searchParams.has('status') ? [linear] : [];
        return envelope({ category, list, nextPageCursor: '' });
      }
      return envelope({ category, symbol: 'ETHUSDT', ...(answers[url.pathname] as object) });
    });
  }

  describe('open interest', () => {
    const path = '/v5/market/open-interest';

    test('is the one-sided figure where the venue gives it', async () => {
      const { source, market } = await bybitWith({
        [path]: {
          list: [{ openInterest: '52664.642', singleOpenInterest: '26332.321', timestamp: '1794999900000' }],
        },
      });
      expect(await source.openInterest(await market())).toEqual({
        timeMs: 1_794_999_900_000,
        size: 26_332.321,
      });
    });

    test('is half of the two-sided figure where that is all there is', async () => {
      const { source, market } = await bybitWith({
        [path]: { list: [{ openInterest: '52664.642', timestamp: '1794999900000' }] },
      });
      expect((await source.openInterest(await market()))?.size).toBe(26_332.321);
    });

    test('of another market is refused', async () => {
      const { source, market } = await bybitWith({ [path]: { symbol: 'BTCUSDT', list: [] } });
      await expect(source.openInterest(await market())).rejects.toThrow(/asked for ETHUSDT, got "BTCUSDT"/);
    });
  });

  describe('risk limits', () => {
    const path = '/v5/market/risk-limit';
    const row = (id: number, rates: Record<string, string>) => ({ id, symbol: 'ETHUSDT', ...rates });

    test('are read as fractions or percents, whichever makes margin times leverage one', async () => {
      const fractions = { riskLimitValue: '200', maintenanceMargin: '0.005', initialMargin: '0.01' };
      const percents = { riskLimitValue: '200', maintenanceMargin: '0.5', initialMargin: '1' };
      for (const rates of [fractions, percents]) {
        const list = [row(1, { ...rates, maxLeverage: '100.00', mmDeduction: '' })];
        const { source, market } = await bybitWith({ [path]: { list } });
        const rules = await source.marginRules(await market());
        expect(rules?.tiers).toEqual([
          { floor: 0, cap: 200, maintenanceRate: 0.005, maxLeverage: 100, deduction: 0 },
        ]);
      }
    });

    test('that are neither are refused', async () => {
      const rates = { riskLimitValue: '200', maintenanceMargin: '0.05', initialMargin: '0.1' };
      const list = [row(1, { ...rates, maxLeverage: '100.00', mmDeduction: '' })];
      const { source, market } = await bybitWith({ [path]: { list } });
      await expect(source.marginRules(await market())).rejects.toThrow(/initial margin 0.1, 100x/);
    });

    test('without published deductions get those of continuity, with them keep the published ones', async () => {
      const tiers = (deduction: string) => [
        row(1, {
          riskLimitValue: '1000',
          maintenanceMargin: '0.01',
          initialMargin: '0.02',
          maxLeverage: '50',
          mmDeduction: '',
        }),
        row(2, {
          riskLimitValue: '5000',
          maintenanceMargin: '0.02',
          initialMargin: '0.04',
          maxLeverage: '25',
          mmDeduction: deduction,
        }),
      ];
      for (const [published, deduction] of [
        ['', 10],
        ['11', 11],
      ] as const) {
        const { source, market } = await bybitWith({ [path]: { list: tiers(published) } });
        const rules = await source.marginRules(await market());
        expect(rules?.tiers[1]).toMatchObject({ floor: 1000, deduction });
      }
    });
  });

  describe('before the loopback exchange', () => {
    let venue: OpenVenue;
    beforeAll(async () => {
      venue = await openVenue('bybit', { alts: 20 });
    });
    afterAll(() => venue.close());

    test('the listing asks for contracts and volumes alone', async () => {
      await venue.source.markets();
      const asked = venue.exchange.requests.map(({ path, query }) => `${path} ${query['category']}`);
      expect([...new Set(asked)].sort()).toEqual([
        '/v5/market/instruments-info inverse',
        '/v5/market/instruments-info linear',
        '/v5/market/tickers linear',
      ]);
    });

    test('tiers are those of the market asked for, not of the first page of all', async () => {
      const rules = await venue.source.marginRules(await venue.market('1000PEPE/USDT:USDT'));
      expect(rules?.tiers[0]?.cap).toBe(200_000);
      expect(venue.exchange.requests.at(-1)?.query).toMatchObject({ symbol: '1000PEPEUSDT' });
    });

    test('funding is asked with both ends of a range, as one alone is an error', async () => {
      await venue.source.funding(await venue.market('BTC/USDT:USDT'), lastDays(1));
      expect(venue.exchange.requests.at(-1)?.query).toHaveProperty('endTime');
    });
  });
});
