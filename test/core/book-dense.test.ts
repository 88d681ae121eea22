import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BookStep } from '../../src/core/book.ts';
import { Book } from '../../src/core/book.ts';
import { restingFastShare } from '../../src/core/book-model.ts';
import { inverseModel, isolatedModel, linearModel, marketHistory } from '../support/book-fixtures.ts';
import { DenseBook } from '../support/dense-book.ts';

const price = 3000;
const openInterest = 100_000;

/** Sizes by side, bucket and level, the level rounded far below the distance of two bins. */
function sizesByLevel(book: Book): Map<string, number> {
  const sizes = new Map<string, number>();
  const { contract } = book.model;
  book.visitLevels((side, bucket, low, high, size) => {
    const middle = contract === 'linear' ? (low + high) / 2 : (1 / low + 1 / high) / 2;
    sizes.set(`${side} ${bucket} ${middle.toPrecision(6)}`, size);
  });
  return sizes;
}

function denseSizes(dense: DenseBook, lowerSide: 'long' | 'short'): Map<string, number> {
  const upperSide = lowerSide === 'long' ? 'short' : 'long';
  const buckets = dense.cells.length / 2;
  const sizes = new Map<string, number>();
  // The middle between the levels of a bin's ends lies a little above the level of its middle in log price.
  const middle = Math.cosh(Math.log(1.001) / 2);
  for (const [p, [fast, slow]] of dense.cells.entries()) {
    for (let bin = 0; bin < dense.centres.length; bin++) {
      const size = fast![bin]! + slow![bin]!;
      const level = (dense.level(p, bin) - dense.offsets[p]!) * middle + dense.offsets[p]!;
      const side = p < buckets ? lowerSide : upperSide;
      if (size > 0) sizes.set(`${side} ${p % buckets} ${level.toPrecision(6)}`, size);
    }
  }
  return sizes;
}

function expectEqual(model: typeof linearModel, steps: readonly BookStep[]): void {
  const book = new Book({ model, price, openInterest });
  const dense = new DenseBook({ model, price, openInterest, fastShare: restingFastShare(model) });
  for (const step of steps) {
    book.step(step);
    dense.step(step);
  }
  const tolerance = 1e-9 * openInterest;
  const expected = denseSizes(dense, model.contract === 'linear' ? 'long' : 'short');
  const found = sizesByLevel(book);
  let worst = 0;
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    worst = Math.max(worst, Math.abs((expected.get(key) ?? 0) - (found.get(key) ?? 0)));
  }
  expect([...expected.values()].filter((size) => size > tolerance).length).toBeGreaterThan(500);
  expect(worst).toBeLessThan(tolerance);
  for (const [direction, side] of (['long', 'short'] as const).entries()) {
    const { levels, never, unknown } = book.totals(side);
    const dir = model.contract === 'linear' ? direction : 1 - direction;
    expect(Math.abs(dense.size(dir) - levels - never - unknown)).toBeLessThan(tolerance);
  }
}

const heavy = (steps: readonly BookStep[]) =>
  steps.map((step) => ({ ...step, candle: { ...step.candle, volume: step.candle.volume * 100 } }));

test.each([
  ['linear', linearModel, (steps: BookStep[]) => steps],
  ['inverse', inverseModel, (steps: BookStep[]) => steps],
  ['linear, funding moving a part of it', isolatedModel, (steps: BookStep[]) => steps],
  ['linear, turned over in every step', linearModel, heavy],
] as const)(
  '%s: a book equals the plain dense one, cell by cell, after every kind of step',
  (_, model, change) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) =>
        expectEqual(model, change(marketHistory(seed, 90))),
      ),
      { numRuns: 2 },
    );
  },
);
