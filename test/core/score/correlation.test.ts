import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankCorrelation } from '../../../src/core/score/correlation.ts';
import { between } from '../../support/between.ts';

const pairs = fc.array(fc.tuple(between(0, 9), between(0, 9)), { minLength: 4, maxLength: 30 });

test('what rises together correlates by 1, what falls meanwhile by -1', () => {
  expect(
    rankCorrelation([
      [1, 10],
      [2, 100],
      [3, 1000],
    ]),
  ).toBeCloseTo(1, 12);
  expect(
    rankCorrelation([
      [1, 10],
      [2, 0],
      [3, -7],
    ]),
  ).toBeCloseTo(-1, 12);
});

test('equals 1 - 6 sum(d^2) / (n (n^2 - 1)) where nothing ties', () => {
  // Ranks 1 2 3 4 5 against 2 1 4 3 5: four differences of one.
  const found = rankCorrelation([
    [1, 20],
    [2, 10],
    [3, 40],
    [4, 30],
    [5, 50],
  ]);
  expect(found).toBeCloseTo(1 - (6 * 4) / (5 * 24), 12);
});

test('only the order matters, and either may come first', () => {
  fc.assert(
    fc.property(pairs, (drawn) => {
      const found = rankCorrelation(drawn);
      fc.pre(found !== undefined);
      expect(rankCorrelation(drawn.map(([a, b]) => [Math.exp(a), b ** 3]))).toBeCloseTo(found!, 9);
      expect(rankCorrelation(drawn.map(([a, b]) => [b, a]))).toBeCloseTo(found!, 9);
      expect(rankCorrelation(drawn.map(([a, b]) => [-a, b]))).toBeCloseTo(-found!, 9);
      expect(Math.abs(found!)).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
});

test('values that tie share their ranks', () => {
  expect(
    rankCorrelation([
      [1, 1],
      [1, 1],
      [2, 5],
      [3, 7],
    ]),
  ).toBeCloseTo(1, 12);
});

test('two pairs, or a value that never changes, allow no verdict', () => {
  expect(
    rankCorrelation([
      [1, 2],
      [2, 3],
    ]),
  ).toBeUndefined();
  expect(
    rankCorrelation([
      [1, 2],
      [1, 3],
      [1, 4],
    ]),
  ).toBeUndefined();
});
