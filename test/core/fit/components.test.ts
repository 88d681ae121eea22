import { describe, expect, test } from 'vitest';
import { Book } from '../../../src/core/book.ts';
import { bookModel } from '../../../src/core/book-model.ts';
import { beyond, categories, never, realShares } from '../../../src/core/fit/categories.ts';
import { componentsOf, relativeTo } from '../../../src/core/fit/components.ts';
import { multipliersBetween, reweighted } from '../../../src/core/fit/reweighted.ts';
import { wideWeights } from '../../../src/core/weights.ts';
import { linearModel, marketHistory, plainRules } from '../../support/book-fixtures.ts';

const sides = ['long', 'short'] as const;
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

function folded(model = linearModel): Book {
  const book = new Book({ model, price: 3000, openInterest: 100_000 });
  for (const step of marketHistory(3, 300)) book.step(step);
  return book;
}

describe('a book taken apart', () => {
  const book = folded();
  const parts = componentsOf(book, book.markPrice);

  test.each(sides)('holds all there is of a %s, each part in its place', (side) => {
    expect(total(parts[side])).toBeCloseTo(1, 12);
    const { levels, never: size } = book.totals(side);
    const inNever = parts[side].filter((_, cell) => cell % categories === never);
    expect(total(inNever)).toBeCloseTo(size / (levels + size), 9);
  });

  test.each(sides)('puts what was opened with more leverage of a %s nearer', (side) => {
    const meanOf = (bucket: number) => {
      const rows = parts[side].subarray(bucket * 2 * categories, (bucket + 1) * 2 * categories);
      return rows.reduce((sum, mass, cell) => sum + mass * (cell % categories), 0) / total(rows);
    };
    expect(meanOf(15)).toBeLessThan(meanOf(9));
    expect(meanOf(9)).toBeLessThan(meanOf(5));
  });

  test('per unit of share is about the same whatever the shares were', () => {
    const lower = reweighted(wideWeights, tiltOf(wideWeights.buckets.length));
    const model = bookModel({ contract: 'linear', rules: plainRules, weights: lower, price: 3000 });
    const other = componentsOf(folded(model), book.markPrice);
    const back = relativeTo(multipliersBetween(wideWeights, lower), other);
    for (const side of sides) {
      const off = parts[side].reduce((sum, mass, cell) => sum + Math.abs(mass - back[side][cell]!), 0);
      expect(off).toBeLessThan(0.15);
      const unrelated = parts[side].reduce((sum, mass, cell) => sum + Math.abs(mass - other[side][cell]!), 0);
      expect(off).toBeLessThan(unrelated / 2);
    }
  });
});

function tiltOf(buckets: number) {
  const rows = Float64Array.from({ length: buckets * 2 }, (_, row) => (row < buckets ? 2 : 0.5));
  return { long: rows, short: rows };
}

describe('real positions', () => {
  test('count with a power of their value, by where they can be liquidated', () => {
    const positions = [
      { side: 'long', valueUsd: 100, liquidationPrice: 99 },
      { side: 'long', valueUsd: 400, liquidationPrice: 20 },
      { side: 'long', valueUsd: 900 },
      { side: 'long', valueUsd: 5000, liquidationPrice: 101 },
      { side: 'short', valueUsd: 5000, liquidationPrice: 110 },
    ] as const;
    const shares = realShares(positions, { side: 'long', markUsd: 100, power: 0.5 })!;
    expect(shares[2]).toBeCloseTo(10 / 60, 12);
    expect(shares[beyond]).toBeCloseTo(20 / 60, 12);
    expect(shares[never]).toBeCloseTo(30 / 60, 12);
    expect(total(shares)).toBeCloseTo(1, 12);
    expect(realShares([], { side: 'long', markUsd: 100, power: 1 })).toBeUndefined();
  });
});
