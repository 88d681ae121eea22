import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { harnessNowMs as nowMs } from '../support/exchange/harness.ts';
import { quarterEnd, smallWorld } from '../support/exchange/small-world.ts';
import { mergeCandles, venueIds, type WorldMarket, worldCandles } from '../support/exchange/world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const world = smallWorld({ nowMs });
const all = venueIds.flatMap((venue) => world.markets[venue]);
const anyMarket = fc.constantFrom(...all);
const anyMinute = fc.integer({ min: -39 * 24 * 60, max: 24 * 60 }).map((minute) => nowMs + minute * minuteMs);
const price = fc.constantFrom('last' as const, 'mark' as const);

describe('the small world', () => {
  test('is the same for the same seed and another for another', () => {
    const [again, other] = [smallWorld({ nowMs }), smallWorld({ nowMs, seed: 2 })];
    const range = { fromMs: nowMs - hourMs, toMs: nowMs };
    const candles = (of: typeof world) => of.markets.okx[0]?.series.candles('last', range);
    expect(candles(again)).toEqual(candles(world));
    expect(candles(other)).not.toEqual(candles(world));
  });

  test('does not change its past when the clock moves on', () => {
    const later = smallWorld({ nowMs: nowMs + 3 * hourMs });
    const range = { fromMs: nowMs - hourMs, toMs: nowMs };
    expect(later.markets.bybit[0]?.series.candles('last', range)).toEqual(
      world.markets.bybit[0]?.series.candles('last', range),
    );
  });

  test('reads the same in any order and in parts', () => {
    fc.assert(
      fc.property(anyMarket, price, anyMinute, fc.nat(90), fc.nat(90), (market, kind, fromMs, one, two) => {
        const middleMs = fromMs + one * minuteMs;
        const toMs = middleMs + two * minuteMs;
        const second = market.series.candles(kind, { fromMs: middleMs, toMs });
        const first = market.series.candles(kind, { fromMs, toMs: middleMs });
        expect([...first, ...second]).toEqual(market.series.candles(kind, { fromMs, toMs }));
      }),
      { numRuns: 50 },
    );
  });

  test('has candles that could be real', () => {
    fc.assert(
      fc.property(anyMarket, price, anyMinute, (market, kind, fromMs) => {
        const candles = market.series.candles(kind, { fromMs, toMs: fromMs + 30 * minuteMs });
        expect(candles.map(({ openMs }) => openMs % minuteMs)).toEqual(candles.map(() => 0));
        for (const [index, { open, high, low, close, volume }] of candles.entries()) {
          expect(low).toBeGreaterThan(0);
          expect(Math.max(open, close)).toBeLessThanOrEqual(high * (1 + 1e-12));
          expect(Math.min(open, close)).toBeGreaterThanOrEqual(low * (1 - 1e-12));
          expect(volume > 0).toBe(kind === 'last');
          if (index > 0) expect(open).toBe(candles[index - 1]?.close);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('trades all markets of a coin within a per cent, dated futures above', () => {
    const bitcoin = all.filter(({ base }) => base === 'BTC');
    const { index } = (bitcoin[0] as WorldMarket).series.price(nowMs);
    for (const { id, kind, series } of bitcoin) {
      const premium = series.price(nowMs).mark / index - 1;
      expect(premium, id).toBeGreaterThan(kind === 'future' ? 0.01 : -0.003);
      expect(premium, id).toBeLessThan(kind === 'future' ? 0.015 : 0.003);
    }
  });

  test('moves its open interest, and keeps it above zero', () => {
    for (const { id, series } of all) {
      const sizes = Array.from({ length: 24 }, (_, hours) => series.openInterest(nowMs - hours * hourMs));
      expect(Math.min(...sizes), id).toBeGreaterThan(0);
      expect(new Set(sizes).size, id).toBeGreaterThan(20);
    }
  });

  test('closes longs where price fell and shorts where it rose', () => {
    const { series } = world.markets.gate[0] as WorldMarket;
    const events = series.liquidations({ fromMs: nowMs - dayMs, toMs: nowMs });
    expect(new Set(events.map(({ liquidatedSide }) => liquidatedSide))).toEqual(new Set(['long', 'short']));
    for (const { timeMs, liquidatedSide } of events) {
      const [candle] = series.candles('last', { fromMs: timeMs - (timeMs % minuteMs), toMs: timeMs + 1 });
      const change = (candle?.close ?? 0) - (candle?.open ?? 0);
      expect(liquidatedSide === 'long' ? change < 0 : change >= 0).toBe(true);
    }
  });

  test('has tiers without a jump in the maintenance margin, but for OKX, whose rates hold throughout', () => {
    for (const venue of venueIds) {
      for (const { id, tiers } of world.markets[venue]) {
        for (const [index, tier] of tiers.slice(1).entries()) {
          const before = tiers[index];
          if (before === undefined) throw new Error('no tier before');
          expect(tier.floor, id).toBe(before.cap);
          const jump =
            tier.floor * (tier.maintenanceRate - before.maintenanceRate) - tier.deduction + before.deduction;
          if (venue === 'okx') expect(tier.deduction).toBe(0);
          else expect(Math.abs(jump), id).toBeLessThanOrEqual(1e-9 * tier.floor);
        }
      }
    }
  });
});

describe('coarser candles', () => {
  test('come out the same in one step or in two', () => {
    fc.assert(
      fc.property(anyMarket, anyMinute, fc.integer({ min: 1, max: 300 }), (market, fromMs, count) => {
        const candles = market.series.candles('last', { fromMs, toMs: fromMs + count * minuteMs });
        const close = (hours: typeof candles) =>
          hours.map((candle) => ({ ...candle, volume: Number(candle.volume.toPrecision(12)) }));
        expect(close(mergeCandles(mergeCandles(candles, 15 * minuteMs), hourMs))).toEqual(
          close(mergeCandles(candles, hourMs)),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('are whole, aligned, and begin at the listing', () => {
    const [market] = world.markets.okx;
    if (market === undefined) throw new Error('no market');
    const query = { price: 'last' as const, stepMs: hourMs, fromMs: 0, toMs: nowMs };
    const candles = worldCandles(market, query);
    expect(candles[0]?.openMs).toBe(market.listedMs);
    expect(candles.at(-1)?.openMs).toBe(nowMs - (nowMs % hourMs));
    expect(candles).toHaveLength((nowMs - (nowMs % hourMs) - market.listedMs) / hourMs + 1);
  });
});

test('a dated future expires on the last Friday of a quarter, 08:00 UTC', () => {
  const anyTime = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) });
  fc.assert(
    fc.property(anyTime, (time) => {
      const expiry = new Date(quarterEnd(time));
      expect(expiry.getTime()).toBeGreaterThanOrEqual(time + 30 * dayMs);
      expect([expiry.getUTCDay(), expiry.getUTCHours()]).toEqual([5, 8]);
      expect([2, 5, 8, 11]).toContain(expiry.getUTCMonth());
      expect(new Date(expiry.getTime() + 7 * dayMs).getUTCMonth()).not.toBe(expiry.getUTCMonth());
    }),
  );
});
