import { expect, test } from 'vitest';
import { books } from '../src/scoring/models.ts';
import { scoreSimulated } from '../src/simulated-score.ts';

test('maps tell more than a flat line where the truth is known, whatever their weights', async () => {
  const { rows, shares, cases } = await scoreSimulated({ coin: 'BTC', seeds: [2], books });
  const flat = cases.filter(({ model }) => model === 'flat');
  expect(flat.map(({ side }) => side)).toEqual(['long', 'short']);
  for (const { name } of books) {
    const own = cases.filter(({ model }) => model === name);
    for (const [i, { positions, measures, predicted, real }] of own.entries()) {
      expect(positions).toBeGreaterThan(500);
      expect(measures!.logGain).toBeGreaterThan(0);
      expect(measures!.emdPct).toBeLessThan(flat[i]!.measures!.emdPct);
      const ratio = predicted!.within[2]! / real!.within[2]!;
      expect(ratio).toBeGreaterThan(1 / 3);
      expect(ratio).toBeLessThan(3);
    }
    // One market is one group: there is no interval, so no verdict.
    const row = rows.find((one) => one.model === name && one.side === 'both')!;
    expect(row.days).toBe(1);
    expect(row.overFlat!.logGain).toMatchObject({ verdict: 'inconclusive' });
  }
  expect(new Set(rows.map(({ model }) => model)).size).toBe(3 + books.length);
  expect(shares.length).toBe(2 * books.length);
});
