import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cascade, type Stress } from '../../src/core/cascade.ts';
import { type DistanceCurve, distanceEdges, sumTo } from '../../src/core/distance-curve.ts';
import { fragilityOf } from '../../src/core/fragility.ts';
import { fuelOfSpans } from '../../src/core/fuel.ts';
import { between } from '../support/between.ts';

/** A curve that rises by so many USD per percent of price. */
function even(usdPerPct: number): DistanceCurve {
  return distanceEdges.map((distance) => distance * 100 * usdPerPct);
}

function curve(usdTo: (distance: number) => number): DistanceCurve {
  return distanceEdges.map(usdTo);
}

function stressOf(fuel: DistanceCurve, depth: DistanceCurve): Stress {
  return {
    fuel: { longUsd: fuel, shortUsd: fuel },
    depth: {
      bidUsd: depth,
      askUsd: depth,
      seenTo: { bid: 0.1, ask: 0.1 },
      venues: ['alpha'],
      coveredShare: 1,
    },
  };
}

/** The rounds that the walk is the end of: orders, new price, more orders. */
function byRounds({ fuel, depth }: Stress, shock: number): number {
  const size = Math.abs(shock);
  const beyondFor = (usd: number) => {
    const step = depth.bidUsd.findIndex((sum) => sum >= usd);
    if (step <= 0) return 0;
    const [a, b] = [depth.bidUsd[step - 1]!, depth.bidUsd[step]!];
    return (
      distanceEdges[step - 1]! + ((usd - a) / (b - a)) * (distanceEdges[step]! - distanceEdges[step - 1]!)
    );
  };
  let beyond = 0;
  for (let round = 0; round < 10_000; round++) {
    const distance = 1 - (1 - size) * (1 - beyond);
    const next = beyondFor(sumTo(fuel.longUsd, distance));
    if (next - beyond < 1e-13) return distance;
    beyond = next;
  }
  return Number.NaN;
}

describe('a cascade', () => {
  test('does not begin where nothing is crossed', () => {
    const calm = cascade(
      stressOf(
        curve((d) => (d > 0.05 ? 1e9 : 0)),
        even(1e6),
      ),
      -0.03,
    );
    expect(calm).toMatchObject({
      stop: -0.03,
      amplification: 1,
      forcedUsd: 0,
      isContained: true,
      side: 'long',
    });
  });

  test('of fuel at one price moves it as far as the book takes to hold it', () => {
    // 2 million at 2 %, met by a million per percent: 2 % further from 0.97, and nothing else on the way.
    const burst = cascade(
      stressOf(
        curve((d) => (d >= 0.02 ? 2e6 : 0)),
        even(1e6),
      ),
      -0.03,
    );
    expect(burst.stop).toBeCloseTo(0.97 * 0.98 - 1, 4);
    expect(burst.forcedUsd).toBe(2e6);
    expect(burst.amplification).toBeCloseTo(0.0494 / 0.03, 3);
  });

  test('of even fuel stops where a series of ever smaller rounds ends', () => {
    // Each percent crossed frees half of what a percent of depth holds: 3 % x (1/2 + 1/4 + ...) further, about.
    const { stop, side } = cascade(stressOf(even(5e5), even(1e6)), 0.03);
    expect(side).toBe('short');
    expect(stop).toBeGreaterThan(0.06);
    expect(stop).toBeLessThan(0.062);
  });

  test('that nothing holds runs to where levels are no longer known, and says so', () => {
    const { isContained, stop } = cascade(stressOf(even(2e6), even(1e6)), -0.03);
    expect(isContained).toBe(false);
    expect(stop).toBe(-0.5);
  });

  test('ends where rounds of forced orders end', () => {
    const drawn = fc.record({
      fuel: fc.array(fc.tuple(between(0, 0.3), between(0, 3e6)), { maxLength: 12 }),
      depthUsd: between(1e5, 3e6),
      shock: between(0.002, 0.2),
    });
    fc.assert(
      fc.property(drawn, ({ fuel, depthUsd, shock }) => {
        const fuelTo = (d: number) =>
          fuel.reduce((sum, [at, usd]) => sum + usd * Math.min(1, Math.max(0, (d - at) / 0.01)), 0);
        const stress = stressOf(curve(fuelTo), even(depthUsd));
        const walked = cascade(stress, -shock);
        if (!walked.isContained) return;
        expect(-walked.stop).toBeCloseTo(byRounds(stress, -shock), 3);
        expect(walked.amplification).toBeGreaterThanOrEqual(1);
        expect(walked.forcedUsd).toBeGreaterThanOrEqual(walked.triggeredUsd);
      }),
      { numRuns: 60 },
    );
  });

  test('goes no less far with more fuel or a thinner book', () => {
    fc.assert(
      fc.property(between(0, 9e5), between(0, 3e5), between(0.001, 0.1), (usd, more, shock) => {
        const stop = (fuelUsd: number, depthUsd: number) =>
          Math.abs(cascade(stressOf(even(fuelUsd), even(depthUsd)), shock).stop);
        expect(stop(usd + more, 1e6)).toBeGreaterThanOrEqual(stop(usd, 1e6) - 1e-12);
        expect(stop(usd, 1e6 + more)).toBeLessThanOrEqual(stop(usd, 1e6) + 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  test.each([0, 0.6, -0.6, Number.NaN])('refuses a shock of %s', (shock) => {
    expect(() => cascade(stressOf(even(1), even(1)), shock)).toThrow(`got ${shock}`);
  });
});

describe('fuel', () => {
  test('is summed outward from the price on its own side, at the price of each level', () => {
    const fuel = fuelOfSpans(
      [
        { side: 'long', contract: 'linear', low: 97, high: 97, size: 10 },
        { side: 'long', contract: 'inverse', low: 95, high: 95, size: 500 },
        { side: 'short', contract: 'linear', low: 104, high: 104, size: 1 },
      ],
      100,
    );
    expect(sumTo(fuel.longUsd, 0.0295)).toBe(0);
    expect(sumTo(fuel.longUsd, 0.031)).toBe(970);
    expect(sumTo(fuel.longUsd, 0.1)).toBe(1470);
    expect(sumTo(fuel.shortUsd, 0.5)).toBe(104);
  });
});

describe('fragility', () => {
  test('is fuel over depth on the way, and named after the worse side at 2 %', () => {
    const stress = stressOf(even(5e5), even(1e6));
    const skewed = {
      ...stress,
      fuel: { longUsd: even(2e5), shortUsd: curve((d) => (d >= 0.015 ? 3e6 : 0)) },
    };
    const { moves, headline, worse } = fragilityOf(skewed);
    expect(moves.map(({ movePct }) => movePct)).toEqual([1, 2, 5]);
    expect(moves.map(({ fall }) => fall)).toEqual([0.2, 0.2, 0.2].map((value) => expect.closeTo(value, 9)));
    expect(moves[0]!.rise).toBe(0);
    expect(headline).toBeCloseTo(1.5, 9);
    expect(worse).toBe('rise');
  });
});
