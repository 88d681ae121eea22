import { describe, expect, test } from 'vitest';
import { categories } from '../../../src/core/fit/categories.ts';
import { fitMultipliers, mixture } from '../../../src/core/fit/multipliers.ts';
import { createRandom } from '../../../src/core/random.ts';

const buckets = 4;
const rows = buckets * 2;
const random = createRandom(5);

/** Rows that overlap, a bell each, of different mass. */
function components(shift: number): Float64Array {
  const cells = new Float64Array(rows * categories);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < categories; i++) {
      const distance = (i - 10 - 12 * row - shift) / 6;
      cells[row * categories + i] = (1 + row) * Math.exp(-distance * distance);
    }
  }
  const sum = cells.reduce((all, one) => all + one, 0);
  return cells.map((cell) => cell / sum);
}

const truth = Float64Array.from([3, 1, 2, 1, 1, 1, 0.5, 1]);
const caseOf = (shift: number) => ({
  components: components(shift),
  real: mixture(components(shift), truth),
  weight: 1,
});
const ones = new Float64Array(rows).fill(1);
const gain = (multipliers: Float64Array, { components: own, real }: ReturnType<typeof caseOf>) => {
  const predicted = mixture(own, multipliers);
  return real.reduce((sum, share, i) => sum + (share > 0 ? share * Math.log(predicted[i]!) : 0), 0);
};

describe('fitted multipliers', () => {
  test('explain what they were made from better than the prior, also where they were not fitted', () => {
    const fitted = fitMultipliers([caseOf(0), caseOf(3)], { multipliers: ones, weight: 0.01 });
    for (const shift of [0, 3, 6])
      expect(gain(fitted, caseOf(shift))).toBeGreaterThan(gain(ones, caseOf(shift)));
    expect(fitted[0]! / fitted[6]!).toBeGreaterThan(2);
  });

  test('stay with a prior that outweighs the data', () => {
    const prior = Float64Array.from({ length: rows }, () => 1);
    const fitted = fitMultipliers([caseOf(0)], { multipliers: prior, weight: 1e6 });
    for (const multiplier of fitted) expect(multiplier).toBeCloseTo(1, 4);
  });

  test('keep the mass of the mean case', () => {
    const one = caseOf(random.uniform());
    const fitted = fitMultipliers([one], { multipliers: ones, weight: 1 });
    const mass = one.components.reduce((sum, cell, i) => sum + cell * fitted[Math.floor(i / categories)]!, 0);
    expect(mass).toBeCloseTo(1, 12);
  });

  test('of leverage that is not allowed are those of the next lower bucket of the same class', () => {
    const empty = components(0).fill(0, 6 * categories);
    const fitted = fitMultipliers([{ components: empty, real: mixture(components(0), truth), weight: 1 }], {
      multipliers: ones,
      weight: 0.1,
    });
    expect(fitted[6]).toBe(fitted[4]);
    expect(fitted[7]).toBe(fitted[5]);
  });
});
