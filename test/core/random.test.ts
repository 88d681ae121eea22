import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('seeded random numbers', () => {
  it('repeat for the same seed and stream', () => {
    expect(draw(50, createRandom(7, 3).normal)).toEqual(draw(50, createRandom(7, 3).normal));
  });

  it.each([
    ['neighbouring seeds', createRandom(1), createRandom(2)],
    ['neighbouring streams', createRandom(1, 0), createRandom(1, 1)],
    ['a seed and its negative', createRandom(5), createRandom(-5)],
    ['seeds that differ beyond 32 bits', createRandom(5), createRandom(5 + 2 ** 32)],
  ])('are unrelated for %s', (_, one, other) => {
    const products = draw(20_000, () => one.normal() * other.normal());
    // The mean of 20,000 products of independent normals has a standard error of 0.007.
    expect(Math.abs(mean(products))).toBeLessThan(0.03);
  });

  it('are uniform in [0, 1)', () => {
    const random = createRandom(11);
    const values = draw(100_000, random.uniform);
    const tenths = new Array<number>(10).fill(0);
    for (const value of values) tenths[Math.floor(value * 10)]! += 1;
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('are normal with the tails of a normal', () => {
    const values = draw(100_000, createRandom(12).normal);
    expect(mean(values)).toBeCloseTo(0, 1);
    expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(mean(values.map((value) => value ** 4))).toBeCloseTo(3, 0);
    expect(values.filter((value) => Math.abs(value) > 3).length / values.length).toBeCloseTo(0.0027, 3);
  });

  it('are exponential with mean one and never infinite', () => {
    const values = draw(100_000, createRandom(13).exponential);
    expect(mean(values)).toBeCloseTo(1, 1);
    expect(values.filter((value) => value > 2).length / values.length).toBeCloseTo(Math.exp(-2), 2);
    expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  });

  it('draw every integer below the count and no other', () => {
    const random = createRandom(14);
    expect(new Set(draw(1000, () => random.integer(6)))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it.each([Number.NaN, 0.5, Number.POSITIVE_INFINITY, 2 ** 53])('refuse the seed %s', (seed) => {
    expect(() => createRandom(seed)).toThrow(String(seed));
  });
});
