import { describe, expect, test } from 'vitest';
import { directionOf } from '../../src/core/book-axis.ts';
import { bookModel } from '../../src/core/book-model.ts';
import { levelShares } from '../../src/core/level-share.ts';
import { wideWeights } from '../../src/core/weights.ts';
import { plainRules } from '../support/book-fixtures.ts';

const price = 100;
const markets = (['linear', 'inverse'] as const).map((contract) =>
  bookModel({ contract, rules: plainRules, weights: wideWeights, price }),
);

describe.each(markets)('the levels of a $contract contract', (model) => {
  test.each(['long', 'short'] as const)(
    'of a %s leave no gap between each other and do not overlap',
    (side) => {
      const { contract, leverages, factors, shares } = model;
      const first = directionOf(contract, side) * leverages.length;
      const spans = levelShares(model, side).flatMap(({ down, up }, i) => {
        if (shares[first + i] === 0) return [];
        const level = contract === 'linear' ? factors[first + i]! : 1 / factors[first + i]!;
        return [{ low: level * down, high: level * up, level }];
      });
      spans.sort((a, b) => a.level - b.level);
      for (const [i, { low, high, level }] of spans.entries()) {
        expect(low).toBeLessThanOrEqual(level);
        expect(high).toBeGreaterThanOrEqual(level);
        if (i > 0) expect(low).toBeCloseTo(spans[i - 1]!.high, 9);
      }
    },
  );
});
