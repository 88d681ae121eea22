import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { niceStep, ticksWithin } from '../../renderers/ticks.ts';

describe('ticks', () => {
  it('a step is 1, 2 or 5 times a power of ten, and at most 2.5 times what was asked', () => {
    fc.assert(
      fc.property(fc.double({ min: -12, max: 12, noNaN: true }), (exponent) => {
        const rough = 10 ** exponent;
        const step = niceStep(rough);
        expect(Number(step.toExponential(6).split('e')[0])).toBeOneOf([1, 2, 5]);
        expect(step / rough).toBeGreaterThan(1 - 1e-6);
        expect(step / rough).toBeLessThanOrEqual(2.5 + 1e-6);
      }),
    );
    expect(() => niceStep(0)).toThrow('got 0');
  });

  it('ticks are the multiples of the step, ends included', () => {
    expect(ticksWithin(0, 1, 0.5)).toEqual([0, 0.5, 1]);
    expect(ticksWithin(1500, 4500, 1000)).toEqual([2000, 3000, 4000]);
    expect(ticksWithin(0.1, 0.3, 0.1)).toHaveLength(3);
  });
});
