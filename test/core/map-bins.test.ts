import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addSpan, mapEdges } from '../../src/core/map-bins.ts';
import { between, magnitude } from '../support/between.ts';

const prices = magnitude(1e-9, 1e9);
const ranges = between(0.01, 0.95);

describe('the edges of a map', () => {
  test('ascend around the price, which is the one in the middle', () => {
    fc.assert(
      fc.property(prices, ranges, (price, range) => {
        const edges = mapEdges(price, range);
        expect(edges[(edges.length - 1) / 2]).toBe(price);
        expect(edges[0]! / price).toBeCloseTo(1 - range, 12);
        expect(edges.at(-1)! / price).toBeCloseTo(1 + range, 12);
        for (let i = 1; i < edges.length; i++) expect(edges[i]!).toBeGreaterThan(edges[i - 1]!);
      }),
    );
  });

  test('are equally far apart, no more than about 0.25 % and no less than about 0.1 % of the price', () => {
    fc.assert(
      fc.property(prices, ranges, (price, range) => {
        const edges = mapEdges(price, range);
        const widths = Array.from(edges.slice(1), (edge, i) => (edge - edges[i]!) / price);
        // The number of bins is whole, so the narrowest ranges round the width by up to a twentieth.
        expect(Math.max(...widths)).toBeLessThan(0.0025 * 1.003);
        expect(Math.min(...widths)).toBeGreaterThan(0.001 * 0.95);
        expect(Math.max(...widths) - Math.min(...widths)).toBeLessThan(1e-12);
      }),
    );
  });

  test('are 401 at half the price to either side', () => {
    expect(mapEdges(3000, 0.5).length).toBe(401);
    expect(mapEdges(3000, 0.5)[201]! - 3000).toBeCloseTo(7.5, 9);
  });

  test.each([
    [0, 0.5, /price 0/],
    [Number.NaN, 0.5, /price NaN/],
    [Number.POSITIVE_INFINITY, 0.5, /price Infinity/],
    [3000, 0, /range 0/],
    [3000, 0.96, /range 0.96/],
    [3000, Number.NaN, /range NaN/],
  ])('are refused at a price of %s and a range of %s', (price, range, message) => {
    expect(() => mapEdges(price, range)).toThrow(message);
  });
});

describe('a span added to bins', () => {
  const edges = mapEdges(3000, 0.1);
  const bounds = fc
    .tuple(between(2500, 3500), between(0, 500))
    .map(([low, width]) => ({ low, high: low + width }));

  test('loses nothing: bins and outside sum to its amount', () => {
    fc.assert(
      fc.property(bounds, between(0, 1e9), (span, amount) => {
        const bins = new Float64Array(edges.length - 1);
        const outside = addSpan(bins, edges, { ...span, amount });
        const inside = bins.reduce((sum, value) => sum + value, 0);
        expect(outside).toBeGreaterThanOrEqual(0);
        expect(Math.abs(inside + outside - amount)).toBeLessThanOrEqual(1e-9 * amount);
      }),
      { numRuns: 300 },
    );
  });

  test('lies in each bin by the share of it that the bin covers', () => {
    fc.assert(
      fc.property(bounds, ({ low, high }) => {
        if (high - low < 1e-3) return;
        const bins = new Float64Array(edges.length - 1);
        addSpan(bins, edges, { low, high, amount: 1 });
        for (const [i, value] of bins.entries()) {
          const shared = Math.max(0, Math.min(high, edges[i + 1]!) - Math.max(low, edges[i]!));
          expect(value).toBeCloseTo(shared / (high - low), 6);
        }
      }),
    );
  });

  test('is outside as a whole beyond the first and the last edge', () => {
    const bins = new Float64Array(edges.length - 1);
    expect(addSpan(bins, edges, { low: 1000, high: 1100, amount: 7 })).toBeCloseTo(7, 12);
    expect(addSpan(bins, edges, { low: 9000, high: 9900, amount: 7 })).toBeCloseTo(7, 12);
    expect(addSpan(bins, edges, { low: 9000, high: 9000, amount: 7 })).toBe(7);
    expect(Math.max(...bins)).toBe(0);
  });

  test('without length lies in its bin, the upper one when it is an edge', () => {
    const bins = new Float64Array(edges.length - 1);
    addSpan(bins, edges, { low: 3000.01, high: 3000.01, amount: 5 });
    expect(bins[bins.length / 2]).toBe(5);
    addSpan(bins, edges, { low: 2999.99, high: 2999.99, amount: 3 });
    expect(bins[bins.length / 2 - 1]).toBe(3);
  });
});
