import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hourMs } from '../../../src/core/durations.ts';
import { wideWeights } from '../../../src/core/weights.ts';
import { fingerprintOf } from '../../../src/map-parts.ts';
import {
  dayMs,
  expectBook,
  expectListed,
  expectNear,
  lastDays,
  nowMs,
  type OpenVenue,
  openVenue,
  trueCandles,
  trueFunding,
  trueOpenInterest,
  trueTiers,
} from './against-world.ts';

type Traits = {
  readonly venue: string;
  /** Linear, inverse, small-unit and USDC markets, as far as the venue has them. */
  readonly symbols: readonly string[];
  readonly feeRate: number;
  readonly fundingMovesMargin: boolean;
};

const venues: readonly Traits[] = [
  {
    venue: 'binance',
    symbols: ['BTC/USDT:USDT', 'BTC/USD:BTC', '1000PEPE/USDT:USDT', 'BTC/USDC:USDC'],
    feeRate: 0,
    fundingMovesMargin: true,
  },
  {
    venue: 'bybit',
    symbols: ['BTC/USDT:USDT', 'BTC/USD:BTC', '1000PEPE/USDT:USDT', 'BTC/USDC:USDC'],
    feeRate: 0,
    fundingMovesMargin: false,
  },
  {
    venue: 'okx',
    symbols: ['BTC/USDT:USDT', 'BTC/USD:BTC', 'PEPE/USDT:USDT', 'BTC/USDC:USDC'],
    feeRate: 0.0005,
    fundingMovesMargin: false,
  },
  {
    venue: 'gate',
    symbols: ['BTC/USDT:USDT', 'BTC/USD:BTC', 'PEPE/USDT:USDT'],
    feeRate: 0.00075,
    fundingMovesMargin: true,
  },
  {
    venue: 'bitget',
    symbols: ['BTC/USDT:USDT', 'BTC/USD:BTC', 'PEPE/USDT:USDT', 'BTC/USDC:USDC'],
    feeRate: 0.0006,
    fundingMovesMargin: true,
  },
  {
    venue: 'hyperliquid',
    symbols: ['BTC/USDC:USDC', 'DYDX/USDC:USDC', 'KPEPE/USDC:USDC'],
    feeRate: 0,
    fundingMovesMargin: true,
  },
];

describe.each(venues)('$venue returns the truth behind the loopback exchange', (traits) => {
  let venue: OpenVenue;
  beforeAll(async () => {
    venue = await openVenue(traits.venue);
  });
  afterAll(() => venue.close());

  test('of what it lists: dated futures too, delisted contracts not', async () => {
    expectListed(await venue.source.markets(), venue.truth);
  });

  describe.each(traits.symbols)('%s', (symbol) => {
    test('closed candles, volume in single units of base or USD', async () => {
      const query = { ...lastDays(3), timeframe: '1h', price: 'last' } as const;
      const candles = await venue.source.candles(await venue.market(symbol), query);
      expect(candles).toHaveLength(71);
      expectNear(candles, trueCandles(venue.truth.get(symbol)!, query));
    });

    test('mark candles without volume, or undefined where there are none', async () => {
      const query = { ...lastDays(1), timeframe: '15m', price: 'mark' } as const;
      const candles = await venue.source.candles(await venue.market(symbol), query);
      if (traits.venue === 'hyperliquid') return expect(candles).toBeUndefined();
      expect(candles).toHaveLength(95);
      expectNear(candles, trueCandles(venue.truth.get(symbol)!, query));
    });

    test('open interest of one side, now', async () => {
      const { series } = venue.truth.get(symbol)!;
      const point = await venue.source.openInterest(await venue.market(symbol));
      expect(point?.timeMs).toBeGreaterThan(nowMs - 300_000);
      expectNear(point?.size, series.openInterest(point!.timeMs));
    });

    test('settled funding', async () => {
      const funding = await venue.source.funding(await venue.market(symbol), lastDays(20));
      expect(funding?.length).toBeGreaterThanOrEqual(60);
      expectNear(funding, trueFunding(venue.truth.get(symbol)!, lastDays(20)));
    });

    test('margin tiers in the settle currency, with the fee and the funding rule of the venue', async () => {
      const rules = await venue.source.marginRules(await venue.market(symbol));
      const { feeRate, fundingMovesMargin } = traits;
      expect(rules).toMatchObject({ feeRate, fundingMovesMargin });
      expectNear(rules?.tiers, trueTiers(venue.truth.get(symbol)!));
    });

    test('price and order book', async () => {
      const market = await venue.market(symbol);
      const truth = venue.truth.get(symbol)!;
      const price = await venue.source.price(market);
      expectNear({ ...price, last: undefined }, { timeMs: nowMs, mark: truth.series.price(nowMs).mark });
      if (price?.last !== undefined) expectNear(price.last, truth.series.price(nowMs).last);
      expectBook(await venue.source.orderBook(market), truth, 5);
    });
  });

  test('margin tiers an hour later are those that folds were made by', async () => {
    const own = await openVenue(traits.venue);
    const madeBy = async () => {
      const markets = await Promise.all(traits.symbols.map((symbol) => own.market(symbol)));
      const rules = await Promise.all(markets.map((market) => own.source.marginRules(market)));
      return rules.map((told) => fingerprintOf(told!, wideWeights));
    };
    const before = await madeBy();
    own.moveOn(hourMs);
    expect(await madeBy()).toEqual(before);
    await own.close();
  });

  test('a range of candles wider than one call is joined without gap or twin', async () => {
    const symbol = traits.symbols[0]!;
    const query = { ...lastDays(2), timeframe: '1m', price: 'last' } as const;
    const candles = await venue.source.candles(await venue.market(symbol), query);
    expect(candles).toHaveLength(2 * 1440 - 1);
    expectNear(candles, trueCandles(venue.truth.get(symbol)!, query));
  });

  test('a range that begins before the listing begins with it', async () => {
    const symbol = traits.symbols[0]!;
    const truth = venue.truth.get(symbol)!;
    const { listedMs } = truth;
    const range = { fromMs: listedMs - 20 * dayMs, toMs: listedMs + 2 * dayMs };
    const query = { ...range, timeframe: '1h', price: 'last' } as const;
    const candles = await venue.source.candles(await venue.market(symbol), query);
    expectNear(candles, trueCandles(truth, query));
    expect(candles?.[0]?.openMs).toBe(listedMs);
  });

  test('candles of a day open at midnight UTC', async () => {
    const symbol = traits.symbols[0]!;
    const query = { ...lastDays(4), timeframe: '1d', price: 'last' } as const;
    const candles = await venue.source.candles(await venue.market(symbol), query);
    expectNear(candles, trueCandles(venue.truth.get(symbol)!, query));
    expect(candles?.every(({ openMs }) => openMs % dayMs === 0)).toBe(true);
  });

  test('nothing lies in the future', async () => {
    const market = await venue.market(traits.symbols[0]!);
    const range = { fromMs: nowMs + dayMs, toMs: nowMs + 2 * dayMs };
    expect(await venue.source.candles(market, { ...range, timeframe: '1h', price: 'last' })).toEqual([]);
    expect(await venue.source.funding(market, range)).toEqual([]);
  });
});

const recorders = ['bitget', 'hyperliquid'];

describe.each(venues.filter(({ venue }) => !recorders.includes(venue)))(
  '$venue has a history of open interest',
  ({ venue: name, symbols }) => {
    let venue: OpenVenue;
    beforeAll(async () => {
      venue = await openVenue(name);
    });
    afterAll(() => venue.close());

    test.each(symbols)(
      'of one side, in steps of 5 minutes, over more than one call, for %s',
      async (symbol) => {
        const query = { ...lastDays(2), timeframe: '5m' } as const;
        const history = await venue.source.openInterestHistory(await venue.market(symbol), query);
        expect(history).toHaveLength(2 * 288);
        const truth = trueOpenInterest(venue.truth.get(symbol)!, query, 300_000);
        // The loopback OKX writes at a bar's opening what holds then, the real one what holds at its end.
        const offset = name === 'okx' ? 1 : 0;
        expectNear(
          history?.slice(offset).map(({ size }) => size),
          truth.slice(0, truth.length - offset).map(({ size }) => size),
        );
        expectNear(
          history?.map(({ timeMs }) => timeMs),
          truth.map(({ timeMs }) => timeMs),
        );
      },
    );
  },
);
