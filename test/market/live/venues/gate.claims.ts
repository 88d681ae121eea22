import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNear, hourMs, lastDays, nowMs, type OpenVenue, openVenue } from '../against-world.ts';
import { openAnswered } from '../answered.ts';

describe('gate', () => {
  describe('before the loopback exchange', () => {
    let venue: OpenVenue;
    beforeAll(async () => {
      venue = await openVenue('gate');
    });
    afterAll(() => venue.close());

    test.each(['BTC/USDT:USDT', 'BTC/USD:BTC', 'PEPE/USDT:USDT'])(
      'liquidations of %s are all there, by side, size and USD',
      async (symbol) => {
        const range = { fromMs: nowMs - 12 * hourMs, toMs: nowMs };
        const events = await venue.source.liquidations(await venue.market(symbol), range);
        const truth = venue.truth.get(symbol)!.series.liquidations(range);
        expect(truth.length).toBeGreaterThan(5);
        const inOrder = truth.map((event) => ({ ...event, priceKind: 'fill' as const }));
        expectNear(events?.map(withoutPlace).sort(), inOrder.map(withoutPlace).sort());
        expect(new Set(events?.map(({ liquidatedSide }) => liquidatedSide)).size).toBe(2);
      },
    );

    test('liquidations are asked in seconds, an hour at most', async () => {
      const before = venue.exchange.requests.length;
      await venue.source.liquidations(await venue.market('BTC/USDT:USDT'), {
        fromMs: nowMs - 3 * hourMs,
        toMs: nowMs,
      });
      const asked = venue.exchange.requests.slice(before);
      expect(asked).toHaveLength(3);
      for (const { query } of asked) {
        expect(Number(query['to'])).toBeLessThan(nowMs / 1000 + 1);
        expect(Number(query['to']) - Number(query['from'])).toBeLessThan(3600);
      }
    });

    test('candles end where Gate keeps none, 10,000 back', async () => {
      const query = { ...lastDays(20), timeframe: '1m', price: 'last' } as const;
      const candles = await venue.source.candles(await venue.market('BTC/USDT:USDT'), query);
      expect(candles!.length).toBeGreaterThan(9_990);
      expect(candles!.length).toBeLessThan(10_000);
    });

    test('open interest is half of what the statistics count', async () => {
      const market = await venue.market('BTC/USDT:USDT');
      const point = await venue.source.openInterest(market);
      const { series, contractSize } = venue.truth.get(market.symbol)!;
      expectNear(point?.size, series.openInterest(point!.timeMs));
      expect(contractSize).toBe(0.0001);
    });

    test('a dated contract has candles and tiers, but no statistics, funding or liquidations', async () => {
      const future = (await venue.source.markets()).find(({ kind }) => kind === 'future')!;
      const query = { ...lastDays(1), timeframe: '1h', price: 'last' } as const;
      expect(await venue.source.candles(future, query)).toHaveLength(23);
      expect((await venue.source.marginRules(future))?.tiers.length).toBeGreaterThan(3);
      expect(await venue.source.openInterest(future)).toBeUndefined();
      expect(await venue.source.funding(future, lastDays(1))).toBeUndefined();
      expect(await venue.source.liquidations(future, lastDays(1))).toBeUndefined();
    });
  });

  /** Compares events that share a second whatever their order. */
  function withoutPlace(event: object): string {
    return JSON.stringify(
      Object.entries(event)
        .map(([key, value]) => [key, typeof value === 'number' ? Number(value.toPrecision(8)) : value])
        .sort(),
    );
  }

  describe('liquidations of an hour that fills a page', () => {
    const hour = { fromMs: 1_794_996_000_000, toMs: 1_794_999_600_000 };
    /** One a second, newest first, cut at 1000 as by the venue. */
    const orders = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => ({
        time: to - index,
        contract: 'BTC_USDT',
        size: -165,
        order_price: '28225',
        fill_price: '28070',
        left: 0,
      })).slice(0, 1000);

    test('are asked for again in halves, so that none is missing or twice', async () => {
      const { source, market } = await openAnswered('gate', (url) => {
        if (url.pathname.endsWith('/futures/usdt/contracts')) {
          return [
            { name: 'BTC_USDT', quanto_multiplier: '0.0001', status: 'trading', order_price_round: '0.1' },
          ];
        }
        if (!url.pathname.endsWith('/liq_orders')) return [];
        return orders(Number(url.searchParams.get('from')), Number(url.searchParams.get('to')));
      });
      const events = await source.liquidations(await market(), hour);
      expect(events).toHaveLength(3600);
      expect(new Set(events?.map(({ timeMs }) => timeMs)).size).toBe(3600);
      expect(events?.[0]).toMatchObject({ liquidatedSide: 'short', price: 28_070, priceKind: 'fill' });
      expect(events?.[0]?.size).toBeCloseTo(0.0165, 12);
      expect(events?.[0]?.usd).toBeCloseTo(0.0165 * 28_070, 9);
    });
  });
});
