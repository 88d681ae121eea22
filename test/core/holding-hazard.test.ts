import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closedByFast } from '../../src/core/holding-hazard.ts';
import { between, magnitude } from '../support/between.ts';

const sizes = magnitude(1e-6, 1e9);
const shares = magnitude(1e-9, 0.999);
const ratios = between(1, 100);

describe('what the fast class closes', () => {
  test('leaves both classes with the same hazard but for their ratio', () => {
    fc.assert(
      fc.property(sizes, sizes, shares, ratios, (fast, slow, share, ratio) => {
        const closing = share * (fast + slow);
        const fromFast = closedByFast({ fast, slow }, closing, ratio);
        const fastHazard = -Math.log1p(-fromFast / fast);
        const slowHazard = -Math.log1p(-(closing - fromFast) / slow);
        // Beyond this the fast class is gone, and no hazard can be told from what is left of it.
        if (fastHazard > 15) return;
        const exponent = fastHazard / ratio;
        const closed = -fast * Math.expm1(-ratio * exponent) - slow * Math.expm1(-exponent);
        expect(closed / closing).toBeCloseTo(1, 6);
        if (share > 1e-6 && slow > 1e-3 * fast) expect(slowHazard / exponent).toBeCloseTo(1, 5);
      }),
      { numRuns: 500 },
    );
  });

  test('is as much of it as of the slow one where the ratio is 1', () => {
    fc.assert(
      fc.property(sizes, sizes, shares, (fast, slow, share) => {
        const closing = share * (fast + slow);
        const missed = closedByFast({ fast, slow }, closing, 1) - share * fast;
        expect(Math.abs(missed)).toBeLessThan(1e-12 * (fast + slow));
      }),
    );
  });

  test('lies between nothing and all of either class', () => {
    fc.assert(
      fc.property(sizes, sizes, between(0, 1), ratios, (fast, slow, share, ratio) => {
        const closing = share * (fast + slow);
        const fromFast = closedByFast({ fast, slow }, closing, ratio);
        expect(fromFast).toBeGreaterThanOrEqual(0);
        expect(fromFast).toBeLessThanOrEqual(fast);
        expect(closing - fromFast).toBeLessThanOrEqual(slow + 1e-12 * (fast + slow));
      }),
    );
  });

  test('grows with what closes and with the ratio', () => {
    fc.assert(
      fc.property(sizes, sizes, shares, ratios, (fast, slow, share, ratio) => {
        const at = (part: number, r: number) => closedByFast({ fast, slow }, part * (fast + slow), r);
        const slack = 1e-9 * fast;
        expect(at(share, ratio)).toBeGreaterThanOrEqual(at(share * 0.9, ratio) - slack);
        expect(at(share, ratio * 1.1)).toBeGreaterThanOrEqual(at(share, ratio) - slack);
        expect(at(share, ratio)).toBeGreaterThanOrEqual(share * fast - slack);
      }),
    );
  });

  test.each([
    ['nothing closes', { fast: 5, slow: 5 }, 0, 0],
    ['all closes', { fast: 5, slow: 7 }, 12, 5],
    ['more closes than there is', { fast: 5, slow: 7 }, 13, 5],
    ['there is no slow class', { fast: 5, slow: 0 }, 3, 3],
    ['there is no fast class', { fast: 0, slow: 5 }, 3, 0],
    ['there is nothing', { fast: 0, slow: 0 }, 0, 0],
  ])('is plain where %s', (_, standing, closing, expected) => {
    expect(closedByFast(standing, closing, 10)).toBe(expected);
  });
});
