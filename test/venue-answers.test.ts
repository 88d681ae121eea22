import { expect, it } from 'vitest';
import { MarketError } from '../src/market/live/market-error.ts';
import type { MarketSource } from '../src/market/source.ts';
import { type AnswerCounts, countedAnswers } from '../src/venue-answers.ts';
import { FakeVenue, market } from './market/recording/fake-venue.ts';

it('answers of a venue are counted by what became of them, and handed on as they are', async () => {
  const venue = new FakeVenue();
  const counts: AnswerCounts = {};
  const range = { fromMs: venue.nowMs - 3_600_000, toMs: venue.nowMs };
  const garbage = new MarketError('bad-answer', 'fake: implausible');
  const broken: Partial<MarketSource> = {
    price: () => Promise.reject(garbage),
    markets: () => Promise.reject(new TypeError('a defect')),
  };
  const source = countedAnswers(Object.assign(Object.create(venue), broken) as MarketSource, counts);
  expect(await source.funding(market, range)).toEqual(await venue.funding(market, range));
  await source.openInterest(market);
  await expect(source.price(market)).rejects.toBe(garbage);
  await expect(source.markets()).rejects.toThrow('a defect');
  expect(counts).toEqual({ good: 2, 'bad-answer': 1, failed: 1 });
});
