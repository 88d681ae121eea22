import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilsonBounds } from '../../../src/core/score/wilson.ts';

const counts = fc
  .integer({ min: 1, max: 2000 })
  .chain((cases) => fc.tuple(fc.integer({ min: 0, max: cases }), fc.constant(cases)));

describe('Wilson bounds', () => {
  test('are those of Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29', () => {
    const rounded = (hits: number, cases: number) => {
      const { low, high } = wilsonBounds(hits, cases);
      return [low.toFixed(4), high.toFixed(4)];
    };
    expect(rounded(81, 263)).toEqual(['0.2553', '0.3662']);
    expect(rounded(15, 148)).toEqual(['0.0624', '0.1605']);
    expect(rounded(0, 20)).toEqual(['0.0000', '0.1611']);
    expect(rounded(1, 29)).toEqual(['0.0061', '0.1718']);
  });

  test('hold the observed share and stay within 0 and 1', () => {
    fc.assert(
      fc.property(counts, ([hits, cases]) => {
        const { low, high } = wilsonBounds(hits, cases);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(hits / cases);
        expect(high).toBeGreaterThanOrEqual(hits / cases);
        expect(high).toBeLessThanOrEqual(1);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
  });

  test('are the shares at which the observed one lies z standard errors away', () => {
    fc.assert(
      fc.property(counts, ([hits, cases]) => {
        const z = 1.5;
        const { low, high } = wilsonBounds(hits, cases, z);
        for (const share of [low, high]) {
          const error = Math.sqrt((share * (1 - share)) / cases);
          expect(Math.abs(hits / cases - share)).toBeCloseTo(z * error, 9);
        }
      }),
    );
  });

  test('mirror each other when hits and misses change places', () => {
    fc.assert(
      fc.property(counts, ([hits, cases]) => {
        const bounds = wilsonBounds(hits, cases);
        const mirrored = wilsonBounds(cases - hits, cases);
        expect(mirrored.low).toBeCloseTo(1 - bounds.high, 12);
        expect(mirrored.high).toBeCloseTo(1 - bounds.low, 12);
      }),
    );
  });

  test('narrow with more cases of the same share and widen with z', () => {
    fc.assert(
      fc.property(counts, ([hits, cases]) => {
        const width = (times: number, z: number) => {
          const { low, high } = wilsonBounds(hits * times, cases * times, z);
          return high - low;
        };
        expect(width(4, 2)).toBeLessThan(width(1, 2));
        expect(width(1, 3)).toBeGreaterThan(width(1, 2));
      }),
    );
  });

  test('say nothing where there are no cases', () => {
    expect(wilsonBounds(0, 0)).toEqual({ low: 0, high: 1 });
  });

  test('refuse what is no count', () => {
    for (const [hits, cases] of [
      [-1, 5],
      [6, 5],
      [0.5, 5],
      [1, Number.NaN],
      [1, -2],
    ] as const) {
      expect(() => wilsonBounds(hits, cases)).toThrow(RangeError);
    }
    expect(() => wilsonBounds(1, 2, Number.NaN)).toThrow(RangeError);
  });
});
