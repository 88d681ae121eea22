import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fittedWeights, heldOutScores, heldOutWeights } from '../src/core/fitted-weights.ts';
import { tableModule } from '../src/fitting/table.ts';
import { asGoodAsBest, type SettingScore } from '../src/fitting.ts';

const scoreOf = (churn: number, pooledDays: number, logGain: number): SettingScore => ({
  settings: { churn, pooledDays, priorDays: 1, fastHazardRatio: 10 },
  logGain,
  nearLogGain: 0.1,
  p10: 0.1,
  emdPct: 3,
});

test('of settings about as good as the best the one nearest to the prior is taken', () => {
  const best = scoreOf(0.3, 0.5, 1.6);
  const near = scoreOf(0.5, 0.5, 1.595);
  const nearer = scoreOf(0.5, 1, 1.592);
  const worse = scoreOf(0.85, 3, 1.55);
  expect(asGoodAsBest([worse, best, near, nearer])).toBe(nearer);
  expect(asGoodAsBest([worse, best])).toBe(best);
});

test('the shipped table is one that the command writes', async () => {
  const shipped = await readFile(new URL('../src/core/fitted-weights.ts', import.meta.url), 'utf8');
  expect(tableModule(fittedWeights, heldOutWeights, heldOutScores)).toBe(shipped);
});
