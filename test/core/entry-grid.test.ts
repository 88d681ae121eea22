import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EntryGrid } from '../../src/core/entry-grid.ts';
import { magnitude } from '../support/between.ts';

const anchors = magnitude(1e-9, 1e9);
const grid = (anchor = 3000, relativeWidth = 0.001) => new EntryGrid({ anchor, relativeWidth });

describe('a grid of entry bins', () => {
  test('puts a price between the ends of its bin, in every unit of price', () => {
    fc.assert(
      fc.property(anchors, magnitude(0.01, 100), (anchor, ratio) => {
        const bins = grid(anchor);
        const price = anchor * ratio;
        const bin = Math.floor(bins.position(price));
        expect(bins.edge(bin) / price).toBeLessThan(1 + 1e-12);
        expect(bins.edge(bin + 1) / price).toBeGreaterThan(1 - 1e-12);
        expect(bins.edge(bin + 1) / bins.edge(bin)).toBeCloseTo(1.001, 12);
        expect(bins.edge(bins.position(price)) / price).toBeCloseTo(1, 12);
      }),
    );
  });

  test('grows to hold what it must and keeps every bin at its price', () => {
    const spans = fc.array(
      fc.tuple(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: 0, max: 300 })),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(spans, (list) => {
        const bins = grid();
        const held = new Map<number, number>();
        for (const [low, width] of list) {
          const firstBefore = bins.first;
          const countBefore = bins.count;
          const before = bins.centres;
          const shift = bins.cover(low, low + width);
          expect(bins.holds(low, low + width)).toBe(true);
          if (countBefore > 0) expect(shift).toBe(firstBefore - bins.first);
          // What a holder kept at place j is found at place j + shift.
          for (const j of [0, countBefore - 1])
            if (before[j]) expect(bins.centres[j + shift]).toBe(before[j]);
          held.set(low, bins.centres[low - bins.first]!);
        }
        for (const [bin, centre] of held) {
          const j = bin - bins.first;
          expect(bins.centres[j]).toBe(centre);
          expect(bins.edges[j]!).toBeLessThan(centre);
          expect(bins.edges[j + 1]!).toBeGreaterThan(centre);
        }
        expect(bins.edges.length).toBe(bins.count + 1);
      }),
      { numRuns: 50 },
    );
  });

  test('changes nothing when it holds the bins already', () => {
    const bins = grid();
    bins.cover(0, 10);
    const { centres, count } = bins;
    expect(bins.cover(5, 10)).toBe(0);
    expect(bins.centres).toBe(centres);
    expect(bins.count).toBe(count);
  });

  test.each([
    [0, 0.001, /anchor price 0/],
    [Number.NaN, 0.001, /anchor price NaN/],
    [Number.POSITIVE_INFINITY, 0.001, /anchor price Infinity/],
    [3000, 0, /width 0/],
    [3000, 0.2, /width 0.2/],
    [3000, Number.NaN, /width NaN/],
  ])('refuses an anchor of %s with a width of %s', (anchor, width, message) => {
    expect(() => grid(anchor, width)).toThrow(message);
  });
});
