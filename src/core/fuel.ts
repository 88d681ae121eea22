import type { Book } from './book.ts';
import type { LevelRow } from './book-reading.ts';
import { type DistanceCurve, distanceStep, distanceSteps, summed } from './distance-curve.ts';
import { addEvenly } from './map-bins.ts';
import type { Contract, Side } from './market-data.ts';

/** What a move would force: longs on the way down, shorts on the way up, USD at the price of each level. */
export type Fuel = { readonly longUsd: DistanceCurve; readonly shortUsd: DistanceCurve };

/** Size that is closed by force between two prices of one market. */
export type FuelSpan = {
  readonly side: Side;
  readonly contract: Contract;
  readonly low: number;
  readonly high: number;
  readonly size: number;
};

/** The fuel of all books, whenever it was opened; levels keep their distance from their own venue's mark. */
export function fuelOf(parts: readonly { readonly book: Book; readonly markUsd: number }[]): Fuel {
  const sums = new FuelSums();
  for (const { book, markUsd } of parts) {
    book.visitRows((row) => sums.add(row, book.model.contract, markUsd));
  }
  return sums.fuel();
}

/** The fuel of positions that are known one by one. */
export function fuelOfSpans(spans: readonly FuelSpan[], markUsd: number): Fuel {
  const sums = new FuelSums();
  for (const { side, contract, low, high, size } of spans) {
    sums.add({ side, count: 1, low: [low], high: [high], size: [size] }, contract, markUsd);
  }
  return sums.fuel();
}

type Levels = Pick<LevelRow, 'side' | 'count'> & Readonly<Record<'low' | 'high' | 'size', ArrayLike<number>>>;

class FuelSums {
  readonly #long = new Float64Array(distanceSteps);
  readonly #short = new Float64Array(distanceSteps);

  /** A hot loop: the books of one map have a hundred thousand levels. */
  add({ side, count, low, high, size }: Levels, contract: Contract, markUsd: number): void {
    const [bins, near, far] = side === 'long' ? [this.#long, high, low] : [this.#short, low, high];
    const isLinear = contract === 'linear';
    const perStep = (side === 'long' ? -1 : 1) / distanceStep;
    for (let i = 0; i < count; i++) {
      const amount = isLinear ? (size[i]! * (low[i]! + high[i]!)) / 2 : size[i]!;
      // Half a cell may reach over the price that has not crossed its middle.
      const from = Math.max(0, perStep * (near[i]! / markUsd - 1));
      const to = Math.max(0, perStep * (far[i]! / markUsd - 1));
      if (from < distanceSteps) addEvenly(bins, from, to, amount);
    }
  }

  fuel(): Fuel {
    return { longUsd: summed(this.#long), shortUsd: summed(this.#short) };
  }
}
