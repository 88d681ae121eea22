import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candle, MarginRules, OrderBook } from '../../../src/core/market-data.ts';
import {
  validCandles,
  validFunding,
  validLiquidations,
  validMarginRules,
  validOpenInterest,
  validOpenInterestHistory,
  validOrderBook,
  validPrice,
} from '../../../src/market/live/validate.ts';

const stepMs = 60_000;
const startMs = 1_790_000_040_000;
const nowMs = startMs + 200 * stepMs;
const context = { what: 'venue BTC candles', nowMs };
const range = { fromMs: startMs, toMs: nowMs };
const bad = { name: 'MarketError', reason: 'bad-answer' };

const candle = (minute: number, changes: Partial<Candle> = {}): Candle => ({
  openMs: startMs + minute * stepMs,
  open: 100,
  high: 102,
  low: 99,
  close: 101,
  volume: 5,
  ...changes,
});
const hundred = Array.from({ length: 100 }, (_, minute) => candle(minute));
const check = (rows: readonly Candle[]) => validCandles(rows, { ...range, stepMs }, context);

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('candles', () => {
  test('come out ascending, once each, whatever the order and overlap of pages', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(hundred, { minLength: 60 }),
        fc.shuffledSubarray(hundred),
        (first, second) => {
          const times = check([...first, ...second]).map(({ openMs }) => openMs);
          expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
          expect(new Set(times)).toEqual(new Set([...first, ...second].map(({ openMs }) => openMs)));
        },
      ),
    );
  });

  test('are closed and within the range', () => {
    const rows = [candle(-1), candle(0), candle(1), candle(2)];
    const query = { fromMs: startMs, toMs: startMs + 2 * stepMs, stepMs };
    const at = (time: number) => validCandles(rows, query, { ...context, nowMs: time }).length;
    expect(at(startMs + 3 * stepMs)).toBe(2);
    expect(at(startMs + 2 * stepMs)).toBe(2);
    expect(at(startMs + 2 * stepMs - 1)).toBe(1);
  });

  test.each<[string, Partial<Candle>]>([
    ['no number', { close: Number.NaN }],
    ['an infinite price', { high: Number.POSITIVE_INFINITY }],
    ['a price of 0', { low: 0 }],
    ['a negative price', { low: -1 }],
    ['a high below the open', { high: 99.5 }],
    ['a low above the close', { low: 101.5 }],
    ['a negative volume', { volume: -1 }],
    ['an absurd volume', { volume: 1e30 }],
    ['a range wider than any', { high: 99 * 21 }],
    ['a time off the grid', { openMs: startMs + 30_000 }],
    ['a time in seconds', { openMs: Math.round(startMs / 1000) }],
    ['a time far ahead', { openMs: startMs * 2 }],
  ])('one with %s is refused; two make the answer senseless', (_, changes) => {
    expect(check([...hundred.slice(0, 60), candle(60, changes)])).toHaveLength(60);
    const [a, b] = [candle(60, changes), candle(61, changes)];
    expect(thrownBy(() => check([...hundred.slice(0, 60), a, b]))).toMatchObject(bad);
  });

  test('that jump more than twentyfold are no history of one market', () => {
    const jumped = { open: 3_000, high: 3_100, low: 2_900, close: 3_000 };
    const error = thrownBy(() => check([candle(0), candle(1, jumped)]));
    expect(error).toMatchObject({ ...bad, message: 'venue BTC candles: price jumps from 101 to 3000' });
  });

  test('of which more than half are missing in between are no history', () => {
    const everySecond = hundred.filter((_, minute) => minute % 2 === 0);
    const everyThird = hundred.filter((_, minute) => minute % 3 === 0);
    expect(check(everySecond)).toHaveLength(50);
    expect(thrownBy(() => check(everyThird))).toMatchObject({
      ...bad,
      message: 'venue BTC candles: 34 of 100 are there',
    });
  });

  test('may be none', () => {
    expect(check([])).toEqual([]);
  });
});

describe('open interest', () => {
  const point = (minute: number, size: number) => ({ timeMs: startMs + minute * stepMs, size });

  test('of zero within a history is a hole of the venue and left out', () => {
    const rows = [point(0, 10), point(1, 0), point(2, 11)];
    expect(validOpenInterestHistory(rows, range, context)).toEqual([rows[0], rows[2]]);
  });

  test('that is negative, no number, or a hundredfold from one step to the next is refused', () => {
    for (const size of [-1, Number.NaN, 1_001]) {
      const rows = [point(0, 10), point(1, size)];
      expect(thrownBy(() => validOpenInterestHistory(rows, range, context))).toMatchObject(bad);
    }
  });

  test('of the moment is refused when it lies ahead, or makes no sense', () => {
    expect(validOpenInterest({ timeMs: nowMs + 30_000, size: 1 }, context).size).toBe(1);
    for (const wrong of [
      { timeMs: nowMs + 90_000, size: 1 },
      { timeMs: nowMs, size: -1 },
      { timeMs: nowMs, size: Number.NaN },
    ]) {
      expect(thrownBy(() => validOpenInterest(wrong, context))).toMatchObject(bad);
    }
  });
});

test('funding is a small rate', () => {
  const points = (rate: number) => [{ timeMs: startMs, rate }];
  expect(validFunding(points(-0.04), range, context)).toEqual(points(-0.04));
  for (const rate of [0.2, Number.NaN, 1e30]) {
    expect(thrownBy(() => validFunding(points(rate), range, context))).toMatchObject(bad);
  }
});

test('a price is a positive number near the last trade', () => {
  expect(validPrice({ timeMs: nowMs, mark: 100, last: 90 }, context)).toMatchObject({ mark: 100, last: 90 });
  for (const wrong of [{ mark: 0 }, { mark: Number.NaN }, { mark: 100, last: 1 }, { mark: 1e9 }]) {
    expect(thrownBy(() => validPrice({ timeMs: nowMs, ...wrong }, context))).toMatchObject(bad);
  }
});

describe('an order book', () => {
  const book: OrderBook = {
    timeMs: nowMs,
    bids: [
      [99, 1],
      [100, 1],
    ],
    asks: [
      [102, 1],
      [101, 1],
    ],
  };

  test('has its best levels first', () => {
    const { bids, asks } = validOrderBook(book, context);
    expect([bids[0], asks[0]]).toEqual([
      [100, 1],
      [101, 1],
    ]);
  });

  test.each<[string, Partial<OrderBook>]>([
    ['is crossed', { bids: [[101, 1]] }],
    ['has one side only', { asks: [] }],
    ['has an empty level', { asks: [[101, 0]] }],
    ['has no number in it', { bids: [[Number.NaN, 1]] }],
    ['is not of this time', { timeMs: Number.NaN }],
  ])('that %s is refused', (_, changes) => {
    expect(thrownBy(() => validOrderBook({ ...book, ...changes }, context))).toMatchObject(bad);
  });
});

describe('margin rules', () => {
  const tier = { floor: 0, cap: 1_000, maintenanceRate: 0.01, maxLeverage: 50, deduction: 0 };
  const next = {
    floor: 1_000,
    cap: Number.POSITIVE_INFINITY,
    maintenanceRate: 0.02,
    maxLeverage: 25,
    deduction: 10,
  };
  const rules: MarginRules = {
    tiers: [next, tier],
    feeRate: 0.0005,
    fundingMovesMargin: true,
    source: 'test',
  };

  test('have tiers from 0 up', () => {
    expect(validMarginRules(rules, context).tiers).toEqual([tier, next]);
  });

  test.each<[string, Partial<MarginRules>]>([
    ['none', { tiers: [] }],
    ['a hole between them', { tiers: [tier, { ...next, floor: 2_000 }] }],
    ['a rate in percent', { tiers: [{ ...tier, maintenanceRate: 0.5 }] }],
    ['no number', { tiers: [{ ...tier, cap: Number.NaN }] }],
    ['a negative deduction', { tiers: [tier, { ...next, deduction: -1 }] }],
  ])('with %s are refused', (_, changes) => {
    expect(thrownBy(() => validMarginRules({ ...rules, ...changes }, context))).toMatchObject(bad);
  });

  test('with an absurd fee are refused', () => {
    expect(thrownBy(() => validMarginRules({ ...rules, feeRate: 0.05 }, context))).toMatchObject(bad);
  });
});

test('liquidations come ascending, several in one second, none without size', () => {
  const event = (timeMs: number, size = 1) => ({
    timeMs,
    liquidatedSide: 'long' as const,
    price: 100,
    priceKind: 'fill' as const,
    size,
    usd: 100,
  });
  const rows = [event(startMs + 2_000), event(startMs), event(startMs)];
  expect(validLiquidations(rows, range, context).map(({ timeMs }) => timeMs - startMs)).toEqual([
    0, 0, 2_000,
  ]);
  expect(thrownBy(() => validLiquidations([event(startMs, 0)], range, context))).toMatchObject(bad);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  'a refusal says of %s that it is missing, in words for people',
  (timeMs) => {
    const thrown = thrownBy(() => validPrice({ timeMs, mark: 100 }, context));
    expect((thrown as Error).message).toBe('venue BTC candles: implausible {"timeMs":missing,"mark":100}');
  },
);
