import { directionOf } from './book-axis.ts';
import type { BookModel } from './book-model.ts';
import type { Side } from './market-data.ts';

/** Prices as multiples of a level: how far down and up it reaches for all leverages that it stands for. */
export type LevelShare = { readonly down: number; readonly up: number };

/**
 * What each leverage of a model stands for: all levels half the way to those of its neighbours, and nothing beyond the
 * lowest and the highest that can be opened. Drawn as single prices they would stand as a comb where price stood still.
 */
export function levelShares(model: BookModel, side: Side): readonly LevelShare[] {
  const { contract, leverages, factors, shares } = model;
  const first = directionOf(contract, side) * leverages.length;
  const priceOf = (i: number) => (contract === 'linear' ? factors[first + i]! : 1 / factors[first + i]!);
  const isOpen = (i: number) => i >= 0 && i < leverages.length && shares[first + i]! > 0;
  return leverages.map((_, i) => {
    const own = priceOf(i);
    const half = (other: number) => (isOpen(other) ? (priceOf(other) / own + 1) / 2 : 1);
    const [one, two] = [half(i - 1), half(i + 1)];
    return { down: Math.min(one, two, 1), up: Math.max(one, two, 1) };
  });
}

/** Prices, USD. */
type Span = { readonly low: number; readonly high: number };

/** A cell of a book, wide as it is at least, over all that its leverage stands for. */
export function spreadLevel({ low, high }: Span, { down, up }: LevelShare): Span {
  const middle = (low + high) / 2;
  return { low: Math.min(low, middle * down), high: Math.max(high, middle * up) };
}
