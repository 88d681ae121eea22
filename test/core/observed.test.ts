import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Side } from '../../src/core/market-data.ts';
import {
  isLowerBound,
  largestBands,
  leavesOut,
  type Observation,
  type ObservedLiquidation,
  observedUsd,
  watchedShare,
} from '../../src/core/observed.ts';

const day = { fromMs: 0, toMs: 86_400_000 };

function liquidation(liquidatedSide: Side, price: number, usd: number): ObservedLiquidation {
  return {
    timeMs: 1,
    liquidatedSide,
    price,
    priceKind: 'fill',
    size: usd / price,
    usd,
    venue: 'bybit',
    market: 'ETH/USDT:USDT',
  };
}

function observation(given: Partial<Observation> = {}): Observation {
  return { symbol: 'ETH', ...day, liquidations: [], watches: [], unobserved: [], ...given };
}

const everyDay = { venue: 'bybit', shows: 'every', watchedMs: day.toMs } as const;

describe('a sum of liquidations is a lower bound', () => {
  test('unless every venue showed every one all the time', () => {
    expect(isLowerBound(observation({ watches: [everyDay] }))).toBe(false);
    expect(isLowerBound(observation({ watches: [everyDay], unobserved: ['okx'] }))).toBe(true);
    expect(isLowerBound(observation({ watches: [{ ...everyDay, shows: 'one a second' }] }))).toBe(true);
    expect(isLowerBound(observation({ watches: [{ ...everyDay, watchedMs: 20 * 3_600_000 }] }))).toBe(true);
  });

  test('though a reconnection of some minutes a day is none', () => {
    expect(leavesOut({ ...everyDay, watchedMs: day.toMs - 5 * 60_000 }, day)).toBe(false);
    expect(watchedShare({ ...everyDay, watchedMs: day.toMs / 2 }, day)).toBe(0.5);
    expect(watchedShare({ ...everyDay, watchedMs: 2 * day.toMs }, day)).toBe(1);
  });

  test('where nobody counted how long it was watched', () => {
    const uncounted = { venue: 'bybit', shows: 'every' } as const;
    expect(watchedShare(uncounted, day)).toBeUndefined();
    expect(leavesOut(uncounted, day)).toBe(true);
  });
});

describe('bands of liquidations', () => {
  const any = fc.array(
    fc
      .tuple(
        fc.constantFrom<Side>('long', 'short'),
        fc.double({ min: 1e-8, max: 1e6, noNaN: true }),
        fc.double({ min: 1, max: 1e9, noNaN: true }),
      )
      .map(([side, price, usd]) => liquidation(side, price, usd)),
  );

  test('hold together every dollar of their side, the largest first', () => {
    fc.assert(
      fc.property(any, fc.constantFrom<Side>('long', 'short'), (liquidations, side) => {
        const bands = largestBands(liquidations, { side, width: 0.005, count: Number.POSITIVE_INFINITY });
        const sum = bands.reduce((all, { usd }) => all + usd, 0);
        expect(sum).toBeCloseTo(observedUsd({ liquidations }, side), 3);
        for (const [index, { usd }] of bands.entries()) {
          expect(usd).toBeLessThanOrEqual(bands[index - 1]?.usd ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });

  test('lie where most of their dollars do', () => {
    const liquidations = [
      liquidation('long', 100, 3),
      liquidation('long', 100.1, 1),
      liquidation('long', 90, 1),
    ];
    const [first, second] = largestBands(liquidations, { side: 'long', width: 0.01, count: 2 });
    expect(first).toEqual({ side: 'long', usd: 4, priceUsd: expect.closeTo(100.025) });
    expect(second).toEqual({ side: 'long', usd: 1, priceUsd: 90 });
  });

  test.each([0, -1, Number.NaN])('of width %s are refused', (width) => {
    expect(() => largestBands([], { side: 'long', width, count: 1 })).toThrow(`${width}`);
  });
});
