import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { bootstrap } from '../../../src/core/score/bootstrap.ts';
import { between } from '../../support/between.ts';

const mean = (rows: readonly number[]) => rows.reduce((sum, row) => sum + row, 0) / rows.length;

describe('an interval by drawing days', () => {
  test('is the same for the same days and lies within their extremes', () => {
    const days = fc.array(fc.array(between(-1, 1), { minLength: 1, maxLength: 4 }), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(days, (groups) => {
        const interval = bootstrap(groups, mean)!;
        expect(bootstrap(groups, mean)).toEqual(interval);
        expect(interval.low).toBeLessThanOrEqual(interval.high);
        expect(interval.low).toBeGreaterThanOrEqual(Math.min(...groups.flat()) - 1e-12);
        expect(interval.high).toBeLessThanOrEqual(Math.max(...groups.flat()) + 1e-12);
      }),
      { numRuns: 20 },
    );
  });

  test('is not narrowed by repeating the rows of each day', () => {
    const days = [[1], [2], [4], [8]];
    const often = days.map((rows) => Array.from({ length: 10 }, () => rows[0]!));
    expect(bootstrap(often, mean)).toEqual(bootstrap(days, mean));
  });

  test('holds the true mean in about 19 of 20 samples of many days', () => {
    const random = createRandom(3);
    let held = 0;
    for (let sample = 0; sample < 60; sample++) {
      const { low, high } = bootstrap(
        Array.from({ length: 30 }, () => [random.normal()]),
        mean,
      )!;
      if (low <= 0 && high >= 0) held++;
    }
    expect(held).toBeGreaterThanOrEqual(51);
    expect(held).toBeLessThan(60);
  });

  test('is not to be had from one day, or where most draws allow no figure', () => {
    expect(bootstrap([[1, 2, 3]], mean)).toBeUndefined();
    expect(bootstrap([[1], [2]], () => undefined)).toBeUndefined();
  });
});
