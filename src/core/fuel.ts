import type { Book } from './book.ts';
import { type DistanceCurve, distanceEdges, distanceSteps, summed } from './distance-curve.ts';
import { addSpan } from './map-bins.ts';
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
  return gather((add) => {
    for (const { book, markUsd } of parts) {
      const { contract } = book.model;
      book.visitRows(({ side, count, low, high, size }) => {
        for (let i = 0; i < count; i++) {
          add({ side, contract, low: low[i]!, high: high[i]!, size: size[i]! }, markUsd);
        }
      });
    }
  });
}

/** The fuel of positions that are known one by one. */
export function fuelOfSpans(spans: readonly FuelSpan[], markUsd: number): Fuel {
  return gather((add) => {
    for (const span of spans) add(span, markUsd);
  });
}

function gather(visit: (add: (span: FuelSpan, markUsd: number) => void) => void): Fuel {
  const long = new Float64Array(distanceSteps);
  const short = new Float64Array(distanceSteps);
  visit(({ side, contract, low, high, size }, markUsd) => {
    const amount = contract === 'linear' ? (size * (low + high)) / 2 : size;
    // Half a cell may reach over the price that has not crossed its middle.
    if (side === 'long')
      addSpan(long, distanceEdges, distances(1 - high / markUsd, 1 - low / markUsd, amount));
    else addSpan(short, distanceEdges, distances(low / markUsd - 1, high / markUsd - 1, amount));
  });
  return { longUsd: summed(long), shortUsd: summed(short) };
}

function distances(low: number, high: number, amount: number) {
  return { low: Math.max(0, low), high: Math.max(0, high), amount };
}
