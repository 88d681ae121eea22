import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lower, upper } from '../../src/core/book-axis.ts';
import { HoldingClasses } from '../../src/core/holding-classes.ts';
import { between } from '../support/between.ts';

const fastSlot = 0;
const slowSlot = 1;

function standing(fast: number, slow: number): HoldingClasses {
  const classes = new HoldingClasses(10);
  classes.add(fastSlot, fast);
  classes.add(slowSlot, slow);
  return classes;
}

describe('holding classes', () => {
  test('thin what is stored by as much as they close', () => {
    fc.assert(
      fc.property(fc.array(between(0, 0.9), { maxLength: 30 }), (shares) => {
        const classes = standing(300, 700);
        for (const share of shares) {
          const before = classes.size(lower);
          expect(classes.close(lower, share * before)).toBe(0);
          expect(classes.size(lower) / ((1 - share) * before)).toBeCloseTo(1, 9);
        }
        // What was stored at the start is all there is: stored x scale = size.
        const stored = 300 * classes.scales[fastSlot]! + 700 * classes.scales[slowSlot]!;
        expect(Math.abs(stored - classes.size(lower))).toBeLessThan(1e-9 * classes.size(lower) + 1e-12);
      }),
    );
  });

  test('close one direction without touching the other', () => {
    const classes = standing(300, 700);
    classes.add(2, 50);
    classes.close(lower, 500);
    expect(classes.size(upper)).toBe(50);
    expect([...classes.scales.subarray(2)]).toEqual([1, 1]);
  });

  test('tell what they could not close', () => {
    const classes = standing(300, 700);
    expect(classes.close(lower, 1200)).toBeCloseTo(200, 9);
    expect(classes.size(lower)).toBe(0);
    expect(classes.close(upper, 5)).toBe(5);
  });

  test('lose what is removed, in size and not in storage', () => {
    const classes = standing(300, 700);
    classes.close(lower, 600);
    const [fast, slow] = [classes.scales[fastSlot]!, classes.scales[slowSlot]!];
    const before = classes.size(lower);
    expect(classes.remove(lower, Float64Array.of(10, 20))).toBeCloseTo(10 * fast + 20 * slow, 9);
    expect(classes.size(lower)).toBeCloseTo(before - 10 * fast - 20 * slow, 9);
  });

  test('never go below zero by rounding', () => {
    const classes = standing(1, 0);
    expect(classes.remove(lower, Float64Array.of(1 + 1e-12, 0))).toBe(1);
    expect(classes.size(lower)).toBe(0);
  });

  test('fold a scale before it underflows, and a class that has closed for good at once', () => {
    const classes = standing(1000, 1000);
    let folded = 1;
    for (let i = 0; i < 100; i++) {
      classes.add(slowSlot, 10);
      classes.close(lower, classes.size(lower) * 0.6);
      if (!classes.hasSmallScale()) continue;
      classes.foldSmallScales((direction, holdingClass, scale) => {
        expect(direction).toBe(lower);
        if (holdingClass === 0) folded *= scale;
      });
      expect(classes.hasSmallScale()).toBe(false);
    }
    expect(folded).toBeLessThan(1e-100);
    expect(Math.min(...classes.scales)).toBeGreaterThan(1e-100);
    expect(Number.isFinite(classes.size(lower))).toBe(true);
  });
});
