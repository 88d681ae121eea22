import { expect, test } from 'vitest';
import { wideWeights } from '../src/core/weights.ts';
import { scoreSimulated } from '../src/simulated-score.ts';

test('the map tells more than a flat line where the truth is known', async () => {
  const scores = await scoreSimulated({ seed: 2, coin: 'BTC', weights: wideWeights });
  expect(scores.map(({ side }) => side)).toEqual(['long', 'short']);
  for (const { book, flat, positions, valueRatio } of scores) {
    expect(positions).toBeGreaterThan(500);
    expect(book.logGain).toBeGreaterThan(0);
    expect(book.emdPct).toBeLessThan(flat.emdPct);
    expect(valueRatio).toBeGreaterThan(1 / 3);
    expect(valueRatio).toBeLessThan(3);
  }
});
