import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReferencePrice } from '../../../src/core/alerts/reference-price.ts';

const tick = (venue: string, priceUsd: number, timeMs = 1_000) => ({
  venue,
  market: 'BTC',
  priceUsd,
  timeMs,
});
const weights = [
  { venue: 'a', market: 'BTC', openInterestUsd: 5 },
  { venue: 'b', market: 'BTC', openInterestUsd: 3 },
  { venue: 'c', market: 'BTC', openInterestUsd: 3 },
];

function of(...ticks: readonly ReturnType<typeof tick>[]): ReferencePrice {
  const price = new ReferencePrice();
  price.weigh(weights);
  for (const one of ticks) price.note(one);
  return price;
}

describe('the price of a coin over its venues', () => {
  it('is the median by open interest, which one venue’s wick does not move', () => {
    expect(of(tick('a', 100), tick('b', 101), tick('c', 102)).at(1_000)).toBe(101);
    expect(of(tick('a', 100), tick('b', 101), tick('c', 9_999)).at(1_000)).toBe(101);
    expect(of(tick('a', 100), tick('b', 101)).at(1_000)).toBe(100);
    expect(of(tick('d', 7), tick('c', 102)).at(1_000)).toBe(102);
  });

  it('leaves out what is old, and is none when all is', () => {
    const price = of(tick('a', 100, 1_000), tick('b', 101, 40_000));
    expect(price.at(45_000)).toBe(100);
    expect(price.at(50_000)).toBe(101);
    expect(price.at(90_000)).toBeUndefined();
    expect(price.timeMs).toBe(40_000);
    expect(new ReferencePrice().at(0)).toBeUndefined();
  });

  it('is the same in whatever order prices come', () => {
    const ticks = fc.uniqueArray(
      fc.record({
        venue: fc.constantFrom('a', 'b', 'c'),
        price: fc.integer({ min: 90, max: 110 }),
        at: fc.integer({ min: 0, max: 9_999 }),
      }),
      { selector: ({ venue, at }) => `${venue} ${at}`, maxLength: 12 },
    );
    fc.assert(
      fc.property(ticks, (drawn) => {
        const all = drawn.map(({ venue, price, at }) => tick(venue, price, at));
        expect(of(...all.toReversed()).at(10_000)).toBe(of(...all).at(10_000));
      }),
    );
  });
});
