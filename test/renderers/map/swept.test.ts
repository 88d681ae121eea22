import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulativeCurve, priceIndex, sweptBy } from '../../../renderers/map/swept.ts';
import type { LiquidationMap } from '../../../src/core/liquidation-map.ts';
import { handMadeMap, randomMap } from '../fixtures.ts';

const maps = fc.record({ seed: fc.nat(1e6), priceAt: fc.double({ min: 0.1, max: 0.9, noNaN: true }) });

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Bins wholly between the price and the move's end. */
function sumOfWholeBins(map: LiquidationMap, movePct: number): number {
  const target = map.priceUsd * (1 + movePct / 100);
  const inside = (bin: number) =>
    movePct < 0
      ? map.edges[bin]! >= target && map.edges[bin + 1]! <= map.priceUsd
      : map.edges[bin]! >= map.priceUsd && map.edges[bin + 1]! <= target;
  return sum((movePct < 0 ? map.longUsd : map.shortUsd).map((usd, bin) => (inside(bin) ? usd : 0)));
}

describe('what a move sweeps', () => {
  it('curves start with nothing at the price and never fall on the way outward', () => {
    fc.assert(
      fc.property(maps, (options) => {
        const { map } = randomMap({ ...options, bins: 80 });
        for (const side of ['long', 'short'] as const) {
          const curve = cumulativeCurve(map, side);
          expect(curve[0]).toEqual({ priceUsd: map.priceUsd, usd: 0 });
          for (const [index, point] of curve.slice(1).entries()) {
            expect(point.usd).toBeGreaterThanOrEqual(curve[index]!.usd);
            expect(Math.sign(point.priceUsd - curve[index]!.priceUsd)).toBe(side === 'long' ? -1 : 1);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('curves end with the sum of all bins of their side', () => {
    const { map } = randomMap({ seed: 1 });
    expect(cumulativeCurve(map, 'long').at(-1)!.usd).toBeCloseTo(sum(map.longUsd), 3);
    expect(cumulativeCurve(map, 'short').at(-1)!.usd).toBeCloseTo(sum(map.shortUsd), 3);
  });

  it.each([-10, -5, -2, -1, 1, 2, 5, 10])('a move of %d %% sweeps the bins on its way', (movePct) => {
    // 0.25 % bins: these moves end on edges, so bins count whole.
    const { map } = randomMap({ seed: 2, priceUsd: 64_000 });
    const swept = sweptBy(map, movePct);
    expect(swept.complete).toBe(true);
    expect(swept.usd).toBeGreaterThan(0);
    expect(Math.abs(swept.usd / sumOfWholeBins(map, movePct) - 1)).toBeLessThan(1e-6);
  });

  it('a bin counts in proportion where the move ends within it', () => {
    // Bins of 1 %: longs 100, 200, 300, 400 up to the price, then shorts 50, 60, 70, 80.
    const map = handMadeMap();
    expect(sweptBy(map, -0.25).usd).toBeCloseTo(100, 6);
    expect(sweptBy(map, -1.5).usd).toBeCloseTo(400 + 150, 6);
    expect(sweptBy(map, 2.5).usd).toBeCloseTo(50 + 60 + 35, 6);
  });

  it('beyond the edge the sum is a lower bound, unless nothing lies out there', () => {
    const map = handMadeMap();
    expect(sweptBy(map, -10)).toEqual({ usd: 1000, complete: false });
    expect(sweptBy({ ...map, outside: { longUsd: 0, shortUsd: 5 } }, -10).complete).toBe(true);
    expect(sweptBy({ ...map, outside: { longUsd: 0, shortUsd: 5 } }, 10).complete).toBe(false);
  });

  it('a price between two edges is refused', () => {
    expect(() => priceIndex({ ...handMadeMap(), priceUsd: 100.5 })).toThrow('got 100.5');
  });
});
