import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AxisCandle } from '../../src/core/candle-path.ts';
import { reciprocal, restOfPath, visitsLowFirst } from '../../src/core/candle-path.ts';
import { EntryGrid } from '../../src/core/entry-grid.ts';
import { EntrySpread, legs } from '../../src/core/entry-spread.ts';
import { between } from '../support/between.ts';

const grid = new EntryGrid({ anchor: 3000, relativeWidth: 0.001 });

/** Candles from a single price to +-30 %, with opens and closes at the extremes too. */
const candles: fc.Arbitrary<AxisCandle> = fc
  .record({
    low: between(2000, 4000),
    range: fc.oneof(fc.constant(0), between(0, 0.3)),
    open: fc.oneof(fc.constant(0), fc.constant(1), between(0, 1)),
    close: fc.oneof(fc.constant(0), fc.constant(1), between(0, 1)),
  })
  .map(({ low, range, open, close }) => {
    const high = low * (1 + range);
    const at = (part: number) => Math.min(high, low + part * (high - low));
    return { open: at(open), low, high, close: at(close) };
  });

function spreadOf(candle: AxisCandle, lowFirst: boolean): EntrySpread {
  const spread = new EntrySpread();
  spread.fill(grid, candle, lowFirst);
  return spread;
}

const binsOf = ({ from, to }: EntrySpread) => Array.from({ length: to - from + 1 }, (_, i) => i);
const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);

describe('the trades of a candle', () => {
  test('sum to 1 over bins and over legs, none negative, all between low and high', () => {
    fc.assert(
      fc.property(candles, fc.boolean(), (candle, lowFirst) => {
        const spread = spreadOf(candle, lowFirst);
        const bins = binsOf(spread);
        expect(sum(bins.map((i) => spread.all[i]!))).toBeCloseTo(1, 9);
        for (const i of bins) {
          const byLeg = Array.from({ length: legs }, (_, leg) => spread.inLeg(leg, i));
          expect(Math.min(...byLeg)).toBeGreaterThanOrEqual(0);
          expect(sum(byLeg)).toBeCloseTo(spread.all[i]!, 12);
        }
        expect(spread.from).toBe(Math.floor(grid.position(candle.low)));
        expect(spread.to).toBe(Math.floor(grid.position(candle.high)));
      }),
      { numRuns: 300 },
    );
  });

  test('lie along the path: as often in a bin as the path passes through it', () => {
    fc.assert(
      fc.property(candles, fc.boolean(), (candle, lowFirst) => {
        const { open, low, high, close } = candle;
        if (high / low < 1.002) return;
        const spread = spreadOf(candle, lowFirst);
        const turns = lowFirst ? [open, low, high, close] : [open, high, low, close];
        // Walk the path in small steps of log price and count where they fall.
        const counts = new Map<number, number>();
        const pieces = 4000;
        let length = 0;
        for (let leg = 0; leg < 3; leg++) {
          const [a, b] = [Math.log(turns[leg]!), Math.log(turns[leg + 1]!)];
          length += Math.abs(b - a);
          for (let k = 0; k < pieces; k++) {
            const bin = Math.floor(grid.position(Math.exp(a + ((b - a) * (k + 0.5)) / pieces)));
            counts.set(bin, (counts.get(bin) ?? 0) + Math.abs(b - a) / pieces);
          }
        }
        for (const i of binsOf(spread)) {
          const walked = (counts.get(spread.from + i) ?? 0) / length;
          expect(Math.abs(spread.all[i]! - walked)).toBeLessThan(2e-3);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('at a single price are all in its bin and in the first leg', () => {
    const spread = spreadOf({ open: 3001, low: 3001, high: 3001, close: 3001 }, true);
    expect(spread.from).toBe(spread.to);
    expect(spread.all[0]).toBe(1);
    expect([0, 1, 2].map((leg) => spread.inLeg(leg, 0))).toEqual([1, 0, 0]);
  });

  test('do not remember the candle before', () => {
    const narrow = { open: 3000.1, low: 3000, high: 3001, close: 3000.5 };
    const spread = spreadOf({ open: 3000, low: 2500, high: 3600, close: 3100 }, true);
    spread.fill(grid, narrow, false);
    const fresh = spreadOf(narrow, false);
    for (const i of binsOf(fresh)) expect(spread.all[i]).toBe(fresh.all[i]);
  });
});

describe('the path of a candle', () => {
  test('goes to the nearer extreme first, and mirrors on the axis of 1 / price', () => {
    expect(visitsLowFirst({ open: 100, low: 99, high: 103, close: 101 })).toBe(true);
    expect(visitsLowFirst({ open: 100, low: 97, high: 101, close: 99 })).toBe(false);
    // By ratio the middle between 80 and 125 is 100.
    expect(visitsLowFirst({ open: 101, low: 80, high: 125, close: 100 })).toBe(false);
    fc.assert(
      fc.property(candles, (candle) => {
        // Half way, to rounding, either will do.
        if (Math.abs((candle.open * candle.open) / (candle.low * candle.high) - 1) < 1e-12) return;
        const mirrored = reciprocal({ ...candle, openMs: 0, volume: 0 });
        expect(visitsLowFirst(mirrored)).toBe(!visitsLowFirst(candle));
      }),
    );
  });

  test('leaves each leg the extremes of the way that is left', () => {
    fc.assert(
      fc.property(candles, fc.boolean(), (candle, lowFirst) => {
        const { low, high, close } = candle;
        const turns = lowFirst ? [low, high, close] : [high, low, close];
        const lows = new Float64Array(3);
        const highs = new Float64Array(3);
        restOfPath(candle, lowFirst, lows, highs);
        for (let leg = 0; leg < 3; leg++) {
          expect(lows[leg]).toBe(Math.min(...turns.slice(leg)));
          expect(highs[leg]).toBe(Math.max(...turns.slice(leg)));
        }
      }),
    );
  });
});
