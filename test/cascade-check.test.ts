import { expect, test } from 'vitest';
import { checkCascades } from '../src/cascade-check.ts';
import { wideWeights } from '../src/core/weights.ts';

// Fifty seeds, with the median: npx tsx bench/cascade.ts
test('walks through the true map end nearer to where simulated markets stop than the shock alone', async () => {
  let [walked, shockAlone] = [0, 0];
  for (const seed of [201, 202, 203]) {
    const checks = await checkCascades({
      seed,
      coin: 'ETH',
      shocks: [seed % 2 === 0 ? -0.03 : 0.03],
      days: 1,
      warmUpDays: 4,
      weights: wideWeights,
    });
    for (const { truth, fromTrueMap, fromEstimate, shock } of checks) {
      expect(Math.sign(truth)).toBe(Math.sign(shock));
      walked += Math.abs(fromTrueMap - truth);
      shockAlone += Math.abs(shock - truth);
      expect(Math.abs(fromEstimate)).toBeGreaterThanOrEqual(0.03 * (1 - 1e-12));
    }
  }
  expect(walked).toBeLessThan(0.8 * shockAlone);
});
