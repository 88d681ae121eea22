import { Book } from '../src/core/book.ts';
import { restingFastShare } from '../src/core/book-model.ts';
import type { BookStep } from '../src/core/book-step.ts';
import { SeriesReader } from '../src/core/series.ts';
import { linearModel as model } from '../test/support/book-fixtures.ts';
import { DenseBook, worstDifference } from '../test/support/dense-book.ts';
import { dayMs, testSeries } from '../test/support/market-series.ts';
import type { Timing } from './measure.ts';
import { measure } from './measure.ts';

const steps = stepsOf(testSeries({ seed: 1, candles: 120 }));
const start = { model, price: steps[0]!.candle.open, openInterest: 100_000 };

/**
 * Ten hours of five-minute steps by the book and by the plain dense one, on the same bins and with the same outcome;
 * besides, what a single pass over all cells would cost, which no dense book can do without.
 */
export async function benchBook(): Promise<{ timings: Timing[]; findings: string[] }> {
  const book = await measure(`book, ${steps.length} steps`, 60, () => folded(new Book(start)));
  const dense = await measure(`plain dense book, ${steps.length} steps`, 2, () => folded(newDense()));
  const pass = await measure(`one pass over all cells, ${steps.length} times`, 5, passes);
  const times = (timing: Timing) => `${(timing.min / book.min).toFixed(0)}x`;
  const worst = worstDifference(folded(new Book(start)), folded(newDense())) / start.openInterest;
  return {
    timings: [book, dense, pass],
    findings: [
      `book against plain dense: ${times(dense)} (target 50x); against one bare pass per step: ${times(pass)}`,
      `worst difference of a cell, over open interest: ${worst.toExponential(1)} (target 1e-9)`,
    ],
  };
}

function newDense(): DenseBook {
  return new DenseBook({ ...start, fastShare: restingFastShare(model) });
}

function folded<Of extends { step(step: BookStep): unknown }>(book: Of): Of {
  for (const step of steps) book.step(step);
  return book;
}

function passes(): number {
  const bins = newDense().centres.length;
  const cells = new Float64Array(model.factors.length * 2 * bins).fill(1);
  for (let step = 0; step < steps.length; step++) {
    for (let cell = 0; cell < cells.length; cell++) cells[cell]! *= 0.999;
  }
  return cells[0]!;
}

function stepsOf({ candles, candleMs, openInterest, funding }: ReturnType<typeof testSeries>): BookStep[] {
  const reader = new SeriesReader({ segments: [{ candles, candleMs }], openInterest, funding });
  const read: BookStep[] = [];
  const endMs = candles[0]!.openMs + 400 * dayMs;
  for (let step = reader.next(endMs); step; step = reader.next(endMs)) read.push(step);
  return read;
}
