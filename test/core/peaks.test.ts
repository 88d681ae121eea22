import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { peaksOf } from '../../src/core/peaks.ts';
import { between } from '../support/between.ts';

/** Small whole heights, so that plateaus, ties and zeros are common. */
const curves = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 24 });
const wavy = fc.array(between(0, 1), { minLength: 1, maxLength: 60 });

/**
 * Persistence by its definition: the way from a peak to any higher ground leads through a saddle; the highest
 * such saddle ends it. Of equal heights the first counts as higher. A peak without higher ground ends at zero.
 */
function persistenceByDefinition(curve: readonly number[]): Map<number, number> {
  const higher = (a: number, b: number) => curve[a]! > curve[b]! || (curve[a] === curve[b] && a < b);
  const found = new Map<number, number>();
  for (let bin = 0; bin < curve.length; bin++) {
    let saddle = 0;
    for (const way of [-1, 1]) {
      let lowest = curve[bin]!;
      for (let at = bin + way; at >= 0 && at < curve.length; at += way) {
        lowest = Math.min(lowest, curve[at]!);
        if (!higher(at, bin)) continue;
        saddle = Math.max(saddle, lowest);
        break;
      }
    }
    if (curve[bin]! - saddle > 0) found.set(bin, curve[bin]! - saddle);
  }
  return found;
}

describe('the peaks of a curve', () => {
  test.each([
    ['of steps and plateaus', curves.map((heights) => ({ curve: heights, least: 1 }))],
    ['of any heights', wavy.map((heights) => ({ curve: heights, least: 0.1 }))],
  ])('have the persistence that its definition gives, on curves %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, ({ curve, least }) => {
        const expected = [...persistenceByDefinition(curve)].filter(([, height]) => height >= least);
        const found = peaksOf(curve, least).map(({ bin, persistence }) => [bin, persistence]);
        expect(new Map(found as [number, number][])).toEqual(new Map(expected));
        expect(found.length).toBe(expected.length);
      }),
      { numRuns: 300 },
    );
  });

  test('part the axis between them, each holding its own peak as its highest bin', () => {
    fc.assert(
      fc.property(wavy, (curve) => {
        const peaks = peaksOf(curve, 0.05).sort((a, b) => a.bin - b.bin);
        if (peaks.length === 0) return;
        expect(peaks[0]!.from).toBe(0);
        expect(peaks.at(-1)!.to).toBe(curve.length - 1);
        for (const [i, { bin, from, to }] of peaks.entries()) {
          expect(bin).toBeGreaterThanOrEqual(from);
          expect(bin).toBeLessThanOrEqual(to);
          expect(Math.max(...curve.slice(from, to + 1))).toBe(curve[bin]);
          if (i > 0) expect(from).toBe(peaks[i - 1]!.to + 1);
        }
      }),
    );
  });

  test('are parted at the lowest bin between them', () => {
    const [high, low] = peaksOf([0, 5, 3, 1, 2, 4, 0], 1);
    expect(high).toMatchObject({ bin: 1, persistence: 5, from: 0, to: 3 });
    expect(low).toMatchObject({ bin: 5, persistence: 3, from: 4, to: 6 });
  });

  test('come with the most persistent first', () => {
    expect(peaksOf([1, 0, 3, 0, 2], 0.5).map(({ bin }) => bin)).toEqual([2, 4, 0]);
  });

  test('are none on an empty or flat-zero curve', () => {
    expect(peaksOf([], 1)).toEqual([]);
    expect(peaksOf([0, 0, 0], 1)).toEqual([]);
  });

  test('need a persistence above zero', () => {
    expect(() => peaksOf([1], 0)).toThrow(/persistence 0/);
    expect(() => peaksOf([1], Number.NaN)).toThrow(/persistence NaN/);
  });
});
