import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ccxtClients, type Exchange } from '../support/exchange/ccxt-client.ts';
import { expectClose } from '../support/exchange/expect-close.ts';
import { type Harness, harnessNowMs as nowMs, openHarness } from '../support/exchange/harness.ts';
import { settleTiers, type VenueId } from '../support/exchange/world.ts';

// The real ccxt classes read the loopback exchange; what they return is turned back into the world's units by
// the quirks of each venue, written out here once more, and must be the world's truth.

let harness: Harness;
let clients: Readonly<Record<VenueId, Exchange>>;
beforeAll(async () => {
  harness = await openHarness();
  clients = ccxtClients(harness);
});
afterAll(() => harness.close());

describe('margin tiers', () => {
  test('need a key at Binance, but not on the page for its website', async () => {
    await expect(clients.binanceusdm.fetchLeverageTiers()).rejects.toThrow(/apiKey/);
    for (const [venue, kind] of [
      ['binanceusdm', 'future'],
      ['binancecoinm', 'delivery'],
    ] as const) {
      const path = `/bapi/futures/v1/friendly/${kind}/common/brackets`;
      const reply = await harness.ask('www.binance.com', path);
      const { data } = reply.json() as { data: { brackets: Bracket[] } };
      for (const market of harness.world.markets[venue]) {
        const found = data.brackets.find(({ symbol }) => symbol === market.id);
        expect(found?.riskBrackets.map(({ cumFastMaintenanceAmount }) => cumFastMaintenanceAmount)).toEqual(
          market.tiers.map(({ deduction }) => deduction),
        );
        expect(found?.riskBrackets.map(({ bracketNotionalCap }) => bracketNotionalCap)).toEqual(
          market.tiers.map(({ cap }) => cap),
        );
      }
    }
  });

  test.each(['bybit', 'okx', 'bitget', 'gate'] as const)('of %s are the world’s', async (venue) => {
    for (const market of harness.marketsOf(venue)) {
      const tiers = await clients[venue].fetchMarketLeverageTiers(market.symbol);
      // One family of OKX may hold two dated contracts.
      expect(tiers.slice(0, market.tiers.length).map((tier) => tier.maxNotional)).toEqual(
        market.tiers.map(({ cap }) => cap),
      );
      for (const [index, truth] of market.tiers.entries()) {
        expectClose(tiers[index]?.maintenanceMarginRate, truth.maintenanceRate, market.symbol);
        expectClose(tiers[index]?.maxLeverage, truth.maxLeverage, market.symbol);
      }
    }
  });

  test('of OKX count contracts, which the world turns into money', () => {
    const [market] = harness.marketsOf('okx');
    if (market === undefined) throw new Error('no market');
    expect(settleTiers(market, 60_000)[0]?.cap).toBe(1_000 * 0.01 * 60_000);
  });

  test('carry Bybit’s and Gate’s own deductions', async () => {
    for (const [venue, name] of [
      ['bybit', 'mmDeduction'],
      ['gate', 'deduction'],
    ] as const) {
      const [market] = harness.marketsOf(venue);
      if (market === undefined) throw new Error('no market');
      const tiers = await clients[venue].fetchMarketLeverageTiers(market.symbol);
      for (const [index, { deduction }] of market.tiers.entries()) {
        expectClose(Number(tiers[index]?.info[name]), deduction, venue);
      }
    }
  });

  test('of Hyperliquid stand in meta, or in the id of a table that is not listed', async () => {
    const meta = (await asked({ type: 'meta' })) as HyperliquidMeta;
    for (const [index, market] of harness.world.markets.hyperliquid.entries()) {
      const { name, marginTableId } = meta.universe[index] ?? {};
      expect(name).toBe(market.id);
      const listed = meta.marginTables.find(([id]) => id === marginTableId)?.[1];
      const table = listed ?? ((await asked({ type: 'marginTable', id: marginTableId })) as MarginTable);
      expect(table.marginTiers.map(({ lowerBound }) => Number(lowerBound))).toEqual(
        market.tiers.map(({ floor }) => floor),
      );
      expect(table.marginTiers.map(({ maxLeverage }) => maxLeverage)).toEqual(
        market.tiers.map((tier) => tier.maxLeverage),
      );
    }
  });
});

async function asked(question: object): Promise<unknown> {
  return (await harness.ask('api.hyperliquid.xyz', '/info', question)).json();
}

type Bracket = {
  symbol: string;
  riskBrackets: { bracketNotionalCap: number; cumFastMaintenanceAmount: number }[];
};
type MarginTable = { marginTiers: { lowerBound: string; maxLeverage: number }[] };
type HyperliquidMeta = {
  universe: { name: string; marginTableId: number }[];
  marginTables: [number, MarginTable][];
};

test('Gate’s liquidations say whose position was closed by the sign of the size', async () => {
  for (const market of harness.marketsOf('gate', 'perpetual')) {
    const from = Math.floor(nowMs / 1000) - 3600;
    const rows = await clients.gate.fetchLiquidations(market.symbol, undefined, 1000, { from });
    const truth = market.series.liquidations({ fromMs: from * 1000, toMs: nowMs });
    expect(truth.length).toBeGreaterThan(0);
    expect(rows.map(({ timestamp }) => timestamp)).toEqual(truth.map(({ timeMs }) => timeMs));
    for (const [index, { info, price }] of rows.entries()) {
      const event = truth[index];
      if (event === undefined) throw new Error('one liquidation too many');
      expect(Number(info.size) > 0 ? 'long' : 'short').toBe(event.liquidatedSide);
      expectClose(Math.abs(Number(info.size)) * market.contractSize, event.size, market.symbol);
      expectClose(price, event.price, market.symbol);
    }
  }
});
