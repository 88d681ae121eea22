import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BookStep } from '../../src/core/book.ts';
import { Book } from '../../src/core/book.ts';
import { type BookModel, restingFastShare } from '../../src/core/book-model.ts';
import { fewPairs, marketHistory } from '../support/book-fixtures.ts';
import { DenseBook, worstDifference } from '../support/dense-book.ts';

const price = 3000;
const openInterest = 100_000;

function expectEqual(model: BookModel, steps: readonly BookStep[]): void {
  const book = new Book({ model, price, openInterest });
  const dense = new DenseBook({ model, price, openInterest, fastShare: restingFastShare(model) });
  for (const step of steps) {
    book.step(step);
    dense.step(step);
  }
  const tolerance = 1e-9 * openInterest;
  const filled = dense.cells
    .flat()
    .reduce((sum, row) => sum + row.filter((size) => size > tolerance).length, 0);
  expect(filled).toBeGreaterThan(500);
  expect(worstDifference(book, dense)).toBeLessThan(tolerance);
  for (const [direction, side] of (['long', 'short'] as const).entries()) {
    const { levels, never, unknown } = book.totals(side);
    const dir = model.contract === 'linear' ? direction : 1 - direction;
    expect(Math.abs(dense.size(dir) - levels - never - unknown)).toBeLessThan(tolerance);
  }
}

const heavy = (steps: readonly BookStep[]) =>
  steps.map((step) => ({ ...step, candle: { ...step.candle, volume: step.candle.volume * 100 } }));

test.each([
  ['linear', fewPairs.linear, (steps: BookStep[]) => steps],
  ['inverse', fewPairs.inverse, (steps: BookStep[]) => steps],
  ['linear, funding moving a part of it', fewPairs.isolated, (steps: BookStep[]) => steps],
  ['linear, turned over in every step', fewPairs.linear, heavy],
] as const)(
  '%s: a book equals the plain dense one, cell by cell, after every kind of step',
  (_, model, change) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) =>
        expectEqual(model, change(marketHistory(seed, 70))),
      ),
      { numRuns: 1 },
    );
  },
);
