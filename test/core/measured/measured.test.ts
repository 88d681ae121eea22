import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildMap } from '../../../src/core/build-map.ts';
import { findClusters } from '../../../src/core/clusters.ts';
import { BookFold } from '../../../src/core/fold.ts';
import type { LiquidationMap, MapWindow } from '../../../src/core/liquidation-map.ts';
import type { Side } from '../../../src/core/market-data.ts';
import { type HeldPosition, standingsOf } from '../../../src/core/measured/account-rule.ts';
import { addMeasured } from '../../../src/core/measured/add-measured.ts';
import { laterMeasured, measuredLimitMs } from '../../../src/core/measured/measured-age.ts';
import { type MarketNow, measureMarket } from '../../../src/core/measured/measured-market.ts';
import type { MeasuredPosition } from '../../../src/core/measured/measured-position.ts';
import { mixedWithMeasured } from '../../../src/core/measured/measured-prior.ts';
import { between } from '../../support/between.ts';
import { fewPairs } from '../../support/book-fixtures.ts';
import { dayMs, hourMs, startMs, testSeries } from '../../support/market-series.ts';

const days = 12;
const nowMs = startMs + days * dayMs;
const minuteMs = 60_000;

const made = testSeries({ seed: 5, candles: days * 24, candleMs: hourMs });
const fold = new BookFold({
  model: fewPairs.linear,
  series: { segments: [{ candles: made.candles, candleMs: hourMs }], openInterest: made.openInterest },
  windowStarts: [{ name: '7d', startMs: nowMs - 7 * dayMs }],
});
fold.foldUntil(nowMs);
const { book } = fold;
const markUsd = book.markPrice;
const market: MarketNow = { openInterest: book.openInterest, markUsd, nowMs, candles: [] };

function position(side: Side, away: number, more: Partial<MeasuredPosition> = {}): MeasuredPosition {
  const sign = side === 'long' ? -1 : 1;
  return {
    timeMs: nowMs - 10 * minuteMs,
    side,
    size: book.openInterest / 200,
    entryPrice: markUsd,
    leverage: 20,
    liquidationPrice: markUsd * (1 + sign * away),
    standing: 'level',
    ...more,
  };
}

/** Half of all longs and a third of all shorts, at distances of 1 % to 60 %. */
const crowd: readonly MeasuredPosition[] = [
  ...Array.from({ length: 100 }, (_, i) => position('long', 0.01 + (i % 60) / 100)),
  ...Array.from({ length: 60 }, (_, i) => position('short', 0.01 + i / 100)),
  position('short', 0.3, { size: book.openInterest / 30, standing: 'hedged' }),
];

function mapOf(seen: readonly MeasuredPosition[], window: MapWindow = '7d', mix = false): LiquidationMap {
  const measured = measureMarket(seen, market);
  const { coverage } = measured ?? { coverage: { long: 0, short: 0 } };
  const map = buildMap({
    symbol: 'ETH',
    timeMs: nowMs,
    provenance: 'live',
    window,
    parts: [
      { venue: 'open', book, markUsd, modelled: { long: 1 - coverage.long, short: 1 - coverage.short } },
      { venue: 'other', book, markUsd },
    ],
    venues: [],
  });
  if (!measured) return map;
  const part = { venue: 'open', market: measured, markUsd };
  return addMeasured(mix ? mixedWithMeasured(map, part) : map, part);
}

const sum = (bins: Float64Array) => bins.reduce((all, one) => all + one, 0);
const drawn = ({ longUsd, shortUsd }: Pick<LiquidationMap, 'longUsd' | 'shortUsd'>) =>
  sum(longUsd) + sum(shortUsd);

describe('a map with measured positions', () => {
  it('counts nothing twice: what was seen takes the place of as much of the book', () => {
    const plain = mapOf([]);
    const { measured, ...map } = mapOf(crowd);
    expect(measured!.coverageBySide.long).toBeCloseTo(0.5, 9);
    expect(measured!.coverageBySide.short).toBeCloseTo(0.3 + 1 / 30, 9);
    expect(measured!.coverage).toBeCloseTo((0.5 + 0.3 + 1 / 30) / 2, 9);
    // Sizes are compared at one price each, as every level is valued at its own.
    for (const [key, coverage] of [
      ['longUsd', 0.5],
      ['shortUsd', 0.3 + 1 / 30],
    ] as const) {
      const rest = (bins: Float64Array) => sum(bins);
      expect(rest(map[key]) - rest(measured![key])).toBeCloseTo(rest(plain[key]) * (1 - coverage / 2), 0);
      expect(map.older[key]).toBeCloseTo(plain.older[key] * (1 - coverage / 2), 0);
    }
    expect(map.openInterestUsd).toBe(plain.openInterestUsd);
  });

  it('is the sum of its leverage layers and what was measured, and of its venues', () => {
    const { measured, ...map } = mapOf(crowd);
    for (const key of ['longUsd', 'shortUsd'] as const) {
      map[key].forEach((usd, i) => {
        const layers = map.byLeverage.reduce((all, layer) => all + layer[key][i]!, 0);
        expect(layers + measured![key][i]!).toBeCloseTo(usd, 3);
        expect(map.byVenue.reduce((all, layer) => all + layer[key][i]!, 0)).toBeCloseTo(usd, 3);
      });
    }
  });

  it('holds every reported level in the bin of its price, in USD at that price', () => {
    const whale = position('short', 0.1234, { size: book.openInterest / 10 });
    const { edges, measured } = mapOf([whale]);
    const bin = edges.findLastIndex((edge) => edge <= whale.liquidationPrice!);
    expect(measured!.shortUsd[bin]).toBeCloseTo(whale.size * whale.liquidationPrice!, 3);
    expect(sum(measured!.shortUsd) + sum(measured!.longUsd)).toBeCloseTo(measured!.shortUsd[bin]!, 6);
  });

  it('has no longs above its price nor shorts below it, however near they are', () => {
    fc.assert(
      fc.property(between(1e-9, 0.7), fc.constantFrom('long' as const, 'short' as const), (away, side) => {
        const { edges, priceUsd, measured } = mapOf([position(side, away)]);
        const at = edges.findIndex((edge) => edge >= priceUsd * (1 - 1e-9));
        const wrong = side === 'long' ? measured!.longUsd.subarray(at) : measured!.shortUsd.subarray(0, at);
        expect(sum(wrong)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('never holds more than is open, whatever was seen', () => {
    const twice = Array.from({ length: 400 }, (_, i) => position('long', 0.05 + (i % 30) / 100));
    const { measured, ...map } = mapOf(twice);
    expect(measured!.coverageBySide.long).toBe(1);
    expect(drawn(measured!) + measured!.outside.longUsd).toBeLessThan(book.openInterest * markUsd);
    expect(map.openInterestUsd).toBeCloseTo(2 * book.openInterest * markUsd, 3);
  });

  it('counts positions without a level as never liquidated', () => {
    const seen = [
      position('long', 0.2, { standing: 'hedged' }),
      position('long', 0.2, { standing: 'vault' }),
      { ...position('long', 0.2), standing: 'no-level' as const },
    ];
    const { measured } = mapOf(seen);
    expect(drawn(measured!)).toBe(0);
    expect(measured!.neverLiquidated.longUsd).toBeCloseTo((3 / 200) * book.openInterest * markUsd, 3);
  });

  it('has bands that hold what was seen for certain, and names clusters by it', () => {
    const whale = position('short', 0.3, { size: book.openInterest / 3 });
    const map = mapOf([whale]);
    const cluster = findClusters(map).find(({ side }) => side === 'short')!;
    expect(cluster.peak).toBeCloseTo(whale.liquidationPrice!, -2);
    expect(cluster.leverage).toBeLessThan(5);
  });

  it('is mixed with where positions lie, for the window of everything alone, and keeps all that is open', () => {
    const plain = mapOf(crowd, 'all');
    const mixed = mapOf(crowd, 'all', true);
    expect(mapOf(crowd, '7d', true)).toEqual(mapOf(crowd, '7d'));
    const whole = ({ longUsd, outside, neverLiquidated, older }: LiquidationMap) =>
      sum(longUsd) + outside.longUsd + neverLiquidated.longUsd + older.longUsd;
    expect(whole(mixed) / whole(plain)).toBeCloseTo(1, 9);
    expect(mixed.longUsd).not.toEqual(plain.longUsd);
    expect(mapOf(crowd.slice(0, 12), 'all', true)).toEqual(mapOf(crowd.slice(0, 12), 'all'));
  });
});

describe('positions that were seen a while ago', () => {
  it('are gone when price has crossed their level since, and stand when it did so before', () => {
    const long = position('long', 0.05);
    const low = long.liquidationPrice! * 0.99;
    const candle = (openMs: number) => ({ low, high: markUsd, openMs });
    expect(measureMarket([long], { ...market, candles: [candle(long.timeMs)] })).toBeUndefined();
    expect(measureMarket([long], { ...market, candles: [candle(long.timeMs - 1)] })!.positions).toHaveLength(
      1,
    );
    expect(measureMarket([long], { ...market, markUsd: low })).toBeUndefined();
  });

  it('are not shown beyond the limit', () => {
    const old = position('long', 0.1, { timeMs: nowMs - measuredLimitMs - 1 });
    expect(measureMarket([old], market)).toBeUndefined();
    const both = measureMarket([old, position('long', 0.2)], market)!;
    expect(both.positions).toHaveLength(1);
    expect(both.coverage.long).toBeCloseTo(1 / 200, 9);
  });

  it('tell the age by which nine tenths of them were seen', () => {
    const seen = Array.from({ length: 10 }, (_, i) =>
      position('long', 0.1, { timeMs: nowMs - (i + 1) * minuteMs }),
    );
    expect(measureMarket(seen, market)!.ageMs).toBe(9 * minuteMs);
  });

  it('grow older with the map they are on, until they are named as old', () => {
    const layer = mapOf(crowd).measured!;
    expect(layer.isOld).toBeUndefined();
    expect(laterMeasured(layer, 55 * minuteMs)).toMatchObject({ ageMs: 65 * minuteMs, isOld: true });
  });
});

describe('the rule for accounts', () => {
  const held = (side: Side, valueUsd: number, more: Partial<HeldPosition> = {}): HeldPosition => ({
    side,
    valueUsd,
    isCross: true,
    liquidationPrice: 100,
    ...more,
  });
  const rule = (positions: readonly HeldPosition[], isVenueVault = false) =>
    standingsOf(positions, { isVenueVault });

  it('gives a level to whoever has a reported price', () => {
    expect(rule([held('long', 50), held('long', 70)])).toEqual(['level', 'level']);
    const { liquidationPrice: _, ...without } = held('short', 70);
    expect(rule([held('long', 40), without])).toEqual(['level', 'no-level']);
  });

  it('gives none to an account that holds nearly as much long as short with shared margin', () => {
    expect(rule([held('long', 50), held('short', 49)])).toEqual(['hedged', 'hedged']);
    expect(rule([held('long', 50), held('short', 30)])).toEqual(['level', 'level']);
  });

  it('leaves isolated positions their level, and does not count them as a hedge', () => {
    const alone = held('short', 49, { isCross: false });
    expect(rule([held('long', 50), alone])).toEqual(['level', 'level']);
    expect(rule([held('long', 50), held('short', 50), alone])).toEqual(['hedged', 'hedged', 'level']);
  });

  it("gives none to the venue's own vault", () => {
    expect(rule([held('long', 50), held('short', 5)], true)).toEqual(['vault', 'vault']);
  });
});
