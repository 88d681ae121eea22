import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LiquidationMap } from '../../../src/core/liquidation-map.ts';
import { mapEdges } from '../../../src/core/map-bins.ts';
import { distanceOf, levelsByDistance, mapByDistance } from '../../../src/core/score/distances.ts';
import { scoreBins, scoreRange } from '../../../src/core/score/measures.ts';
import { between } from '../../support/between.ts';

const sides = ['long', 'short'] as const;
const sum = (bins: Float64Array) => bins.reduce((all, one) => all + one, 0);
const priceAt = (side: 'long' | 'short', distance: number, mark: number) =>
  side === 'long' ? mark * (1 - distance) : mark * (1 + distance);

test('a distance is positive on the side its price lies on when it is not yet crossed', () => {
  expect(distanceOf('long', 90, 100)).toBeCloseTo(0.1, 12);
  expect(distanceOf('long', 110, 100)).toBeCloseTo(-0.1, 12);
  expect(distanceOf('short', 110, 100)).toBeCloseTo(0.1, 12);
  expect(distanceOf('short', 90, 100)).toBeCloseTo(-0.1, 12);
});

describe.each(sides)('levels of %s by distance', (side) => {
  test('lie in the bin of their distance', () => {
    for (let bin = 0; bin < scoreBins; bin++) {
      const price = priceAt(side, ((bin + 0.5) / scoreBins) * scoreRange, 3000);
      const bins = levelsByDistance([{ price, value: 7 }], side, 3000);
      expect(bins[bin]).toBe(7);
      expect(sum(bins)).toBe(7);
    }
  });

  test('leave out what lies beyond the range or was crossed', () => {
    for (const distance of [-0.01, 0.3001, 5]) {
      expect(sum(levelsByDistance([{ price: priceAt(side, distance, 3000), value: 7 }], side, 3000))).toBe(0);
    }
  });
});

describe.each(sides)('a map of %s by distance', (side) => {
  const edges = mapEdges(3000, 0.5);
  const half = (edges.length - 1) / 2;

  function mapWith(usd: Float64Array): LiquidationMap {
    const none = new Float64Array(usd.length);
    // Only these three are looked at.
    return {
      edges,
      longUsd: side === 'long' ? usd : none,
      shortUsd: side === 'short' ? usd : none,
    } as LiquidationMap;
  }

  test('keeps all USD that lie within the range, whatever the mark', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 }), between(0.98, 1.02), (away, ratio) => {
        const usd = new Float64Array(edges.length - 1);
        // At least 2 % and a bin away from the price, at most 25 %.
        const bin = side === 'long' ? half - 10 - away : half + 9 + away;
        usd[bin] = 100;
        const mark = 3000 * ratio;
        const bins = mapByDistance(mapWith(usd), side, mark);
        expect(sum(bins)).toBeCloseTo(100, 9);
        const middle = distanceOf(side, (edges[bin]! + edges[bin + 1]!) / 2, mark);
        const centre = bins.reduce((all, value, i) => all + value * (i + 0.5), 0) / 100 / scoreBins;
        expect(Math.abs(centre * scoreRange - middle)).toBeLessThan((0.5 * scoreRange) / scoreBins);
      }),
    );
  });

  test('leaves out what lies beyond the range', () => {
    const usd = new Float64Array(edges.length - 1);
    usd[side === 'long' ? 0 : edges.length - 2] = 100;
    expect(sum(mapByDistance(mapWith(usd), side, 3000))).toBe(0);
  });
});
