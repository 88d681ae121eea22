import type { Book } from '../book.ts';
import { directionOf } from '../book-axis.ts';
import type { BookModel } from '../book-model.ts';
import type { Side } from '../market-data.ts';
import { distanceOf } from '../score/distances.ts';
import { addDistances, categories, never } from './categories.ts';
import type { SideMultipliers } from './reweighted.ts';

/**
 * What stands in a book, taken apart by who opened it: row bucket x 2 + holding class (0 fast, 1 slow) of the
 * weights, `categories` values a row. All rows of a side sum to 1.
 */
export type Components = { readonly long: Float64Array; readonly short: Float64Array };

/** Takes a book apart at a mark price in USD. */
export function componentsOf(book: Book, markUsd: number): Components {
  const { bucketOf } = book.model;
  const rows = (bucketOf.at(-1)! + 1) * 2;
  const parts = { long: new Float64Array(rows * categories), short: new Float64Array(rows * categories) };
  book.visitLevels((side, pair, low, high, size, fast) => {
    const ends = [distanceOf(side, low, markUsd), distanceOf(side, high, markUsd)] as const;
    const near = Math.min(...ends);
    const far = Math.max(...ends);
    const first = bucketOf[pair]! * 2 * categories;
    const part = parts[side];
    addDistances(part.subarray(first, first + categories), { near, far, amount: fast });
    const slow = part.subarray(first + categories, first + 2 * categories);
    addDistances(slow, { near, far, amount: size - fast });
  });
  for (const side of ['long', 'short'] as const) {
    addNever(parts[side], { book, side });
    normalise(parts[side]);
  }
  return parts;
}

/**
 * What is never liquidated stands in one heap; it goes to its buckets in the proportions in which they were
 * opened, half and half to the classes, which nothing tells apart there.
 */
function addNever(part: Float64Array, { book, side }: { readonly book: Book; readonly side: Side }): void {
  const size = book.totals(side).never;
  const shares = neverShares(book.model, side);
  const all = shares.reduce((sum, share) => sum + share, 0);
  for (const [bucket, share] of shares.entries()) {
    for (const row of [bucket * 2, bucket * 2 + 1]) {
      if (all > 0) part[row * categories + never]! += (size * share) / all / 2;
    }
  }
}

function neverShares({ contract, neverByBucket }: BookModel, side: Side): Float64Array {
  const buckets = neverByBucket.length / 2;
  const first = directionOf(contract, side) * buckets;
  return neverByBucket.subarray(first, first + buckets);
}

/** The rows per unit of what weights were multiplied by: as if they had not been, but for the flows. */
export function relativeTo(multipliers: SideMultipliers, components: Components): Components {
  const ofSide = (side: Side) => {
    const part = components[side].map((mass, cell) => {
      const multiplier = multipliers[side][Math.floor(cell / categories)]!;
      return multiplier > 0 ? mass / multiplier : 0;
    });
    normalise(part);
    return part;
  };
  return { long: ofSide('long'), short: ofSide('short') };
}

function normalise(part: Float64Array): void {
  const sum = part.reduce((all, one) => all + one, 0);
  for (let i = 0; sum > 0 && i < part.length; i++) part[i]! /= sum;
}
