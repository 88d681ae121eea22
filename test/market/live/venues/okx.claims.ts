import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, expectNear, hourMs, lastDays, nowMs, type OpenVenue, openVenue } from '../against-world.ts';

describe('okx', () => {
  let venue: OpenVenue;

  beforeAll(async () => {
    venue = await openVenue('okx');
  });
  afterAll(() => venue.close());

  const since = (before: number) => venue.exchange.requests.slice(before);

  test('open interest history is asked per instrument, never per coin', async () => {
    const before = venue.exchange.requests.length;
    const query = { ...lastDays(1), timeframe: '1h' } as const;
    await venue.source.openInterestHistory(await venue.market('BTC/USDT:USDT'), query);
    const asked = since(before).filter(({ path }) => path.includes('rubik'));
    expect(asked.length).toBeGreaterThan(0);
    for (const { path, query: sent } of asked) {
      expect(path).toBe('/api/v5/rubik/stat/contracts/open-interest-history');
      expect(sent).toMatchObject({ instId: 'BTC-USDT-SWAP', period: '1H' });
    }
  });

  test('what 1,440 steps of 5 minutes do not reach comes from coarser steps', async () => {
    const query = { ...lastDays(30), timeframe: '5m' } as const;
    const history = await venue.source.openInterestHistory(await venue.market('BTC/USDT:USDT'), query);
    const times = history!.map(({ timeMs }) => timeMs);
    const steps = times.slice(1).map((timeMs, index) => timeMs - times[index]!);
    expect(times[0]).toBeLessThan(nowMs - 29 * dayMs);
    expect(steps.filter((step) => step === 300_000).length).toBeGreaterThan(1400);
    expect(steps.filter((step) => step === hourMs).length).toBeGreaterThan(24 * 24);
    expect(Math.max(...steps)).toBe(hourMs);
  });

  test('a bar of open interest counts at its end, and not before it has ended', async () => {
    const query = { fromMs: nowMs - 3 * hourMs, toMs: nowMs, timeframe: '1h' } as const;
    const market = await venue.market('BTC/USDT:USDT');
    const truth = venue.truth.get(market.symbol)!;
    const history = await venue.source.openInterestHistory(market, query);
    const noon = Math.floor(nowMs / hourMs) * hourMs;
    expect(history?.map(({ timeMs }) => timeMs)).toEqual([noon - 2 * hourMs, noon - hourMs, noon]);
    // The loopback exchange writes into the bar from 11 to 12 what held at 11.
    expectNear(history?.at(-1)?.size, truth.series.openInterest(noon - hourMs));
  });

  test('old candles come from the endpoint that keeps them', async () => {
    const before = venue.exchange.requests.length;
    const query = { ...lastDays(3), timeframe: '1m', price: 'last' } as const;
    await venue.source.candles(await venue.market('BTC/USDT:USDT'), query);
    const paths = new Set(since(before).map(({ path }) => path));
    expect([...paths].sort()).toEqual(['/api/v5/market/candles', '/api/v5/market/history-candles']);
  });

  test('tiers in contracts are valued at the mark price, in USD or in coins', async () => {
    const rulesOf = async (symbol: string) => venue.source.marginRules(await venue.market(symbol));
    const markOf = (symbol: string) => venue.truth.get(symbol)!.series.price(nowMs).mark;
    const linear = 'BTC/USDT:USDT';
    const rules = await rulesOf(linear);
    expectNear(rules?.tiers[0]?.cap, 1_000 * 0.01 * markOf(linear));
    expect(rules?.capsInContracts?.[0]).toBe(1_000);
    const inverse = 'BTC/USD:BTC';
    expectNear((await rulesOf(inverse))?.tiers[0]?.cap, (5_000 * 100) / markOf(inverse));
  });

  test('margin jumps between tiers: the rate holds for the whole position', async () => {
    const rules = await venue.source.marginRules(await venue.market('ETH/USDT:USDT'));
    expect(rules?.tiers.map(({ deduction }) => deduction)).toEqual([0, 0, 0, 0]);
  });
});
