import { describe, expect, test } from 'vitest';
import { directionOf } from '../../src/core/book-axis.ts';
import { bookModel, restingFastShare } from '../../src/core/book-model.ts';
import type { Side } from '../../src/core/market-data.ts';
import type { OpeningWeights } from '../../src/core/weights.ts';
import { wideWeights } from '../../src/core/weights.ts';
import { inverseModel, linearModel, plainRules } from '../support/book-fixtures.ts';

const sides = ['long', 'short'] as const;
const bucket = { leverage: 10, longShare: 1, shortShare: 1, longFastShare: 0.5, shortFastShare: 0.5 };
const weights: OpeningWeights = { source: 'test', buckets: [bucket], fastHazardRatio: 10, churn: 0.85 };
const modelOf = (changed: Partial<OpeningWeights>) =>
  bookModel({ contract: 'linear', rules: plainRules, weights: { ...weights, ...changed }, price: 3000 });

function sharesOf(model: typeof linearModel, side: Side): number {
  const direction = directionOf(model.contract, side);
  const buckets = model.shares.length / 2;
  const levels = model.shares.subarray(direction * buckets, (direction + 1) * buckets);
  return levels.reduce((sum, share) => sum + share, 0) + model.neverShare[direction]!;
}

describe('the model of a book', () => {
  test.each(sides)('gives all opens of a %s a place, at a level or at none', (side) => {
    for (const model of [linearModel, inverseModel]) expect(sharesOf(model, side)).toBeCloseTo(1, 14);
  });

  test('opens each side by the shares of its own', () => {
    const shares = { longShare: 0.8, shortShare: 0.3 };
    const rest = { longShare: 0.2, shortShare: 0.7 };
    const model = modelOf({
      buckets: [
        { ...bucket, ...shares, leverage: 10 },
        { ...bucket, ...rest, leverage: 50 },
      ],
    });
    const lowBucket = model.bucketOf.filter((k) => k === 0).length;
    for (const side of sides) {
      const first = directionOf('linear', side) * model.leverages.length;
      const low = model.shares.subarray(first, first + lowBucket).reduce((sum, share) => sum + share, 0);
      expect(low).toBeCloseTo(side === 'long' ? 0.8 : 0.3, 12);
    }
  });

  test('never liquidates a long without debt, nor an inverse short whose coins cover it', () => {
    const { leverages } = linearModel;
    for (const [k, leverage] of leverages.entries()) {
      if (leverage > 1.05) continue;
      expect(linearModel.shares[k]).toBe(0);
      expect(linearModel.shares[leverages.length + k]).toBeGreaterThan(0);
    }
    const never = linearModel.neverShare[directionOf('linear', 'long')]!;
    const unlevered = wideWeights.buckets.filter(({ leverage }) => leverage < 1);
    expect(never).toBeGreaterThan(unlevered.reduce((sum, { longShare }) => sum + longShare, 0));
    expect(linearModel.neverShare[directionOf('linear', 'short')]).toBe(0);
    expect(inverseModel.neverShare[directionOf('inverse', 'short')]).toBeCloseTo(never, 12);
    expect(inverseModel.neverShare[directionOf('inverse', 'long')]).toBe(0);
  });

  test('places levels on the far side of the entry, the nearer the higher the leverage', () => {
    for (const { factors, shares, leverages } of [linearModel, inverseModel]) {
      for (let k = 0; k < leverages.length; k++) {
        const [low, high] = [factors[k]!, factors[leverages.length + k]!];
        if (shares[k]! > 0) expect(low).toBeLessThan(1);
        expect(high).toBeGreaterThan(1);
        if (k > 0 && shares[k - 1]! > 0) expect(low).toBeGreaterThan(factors[k - 1]!);
        if (k > 0) expect(high).toBeLessThan(factors[leverages.length + k - 1]!);
      }
    }
  });

  test('fills a bucket with leverages up to half way to its neighbours, in equal shares', () => {
    const buckets = [5, 10, 20].map((leverage) => ({
      ...bucket,
      leverage,
      longShare: 1 / 3,
      shortShare: 1 / 3,
    }));
    const { leverages, shares } = modelOf({ buckets });
    const middle = leverages.filter((leverage) => leverage > Math.sqrt(50) && leverage < Math.sqrt(200));
    expect(middle.length).toBeGreaterThan(3);
    for (const leverage of middle)
      expect(shares[leverages.indexOf(leverage)]).toBeCloseTo(1 / 3 / middle.length, 12);
    expect(Math.max(...leverages)).toBeLessThan(20);
    expect(Math.min(...leverages)).toBeGreaterThan(5);
  });

  test('leaves no gap of more than 2 % between levels that a map shows', () => {
    const { leverages, factors } = linearModel;
    for (let k = 1; k < leverages.length; k++) {
      if (factors[k - 1]! < 0.5 || leverages[k - 1]! <= 1) continue;
      expect(factors[k]! - factors[k - 1]!).toBeLessThan(0.02);
    }
  });

  test('opens what the tiers do not allow at the highest leverage they do', () => {
    const buckets = [5, 10, 50, 100].map((leverage) => ({
      ...bucket,
      leverage,
      longShare: 0.25,
      shortShare: 0.25,
    }));
    const tiers = plainRules.tiers.map((tier) => ({ ...tier, maxLeverage: 10 }));
    const model = bookModel({
      contract: 'linear',
      rules: { ...plainRules, tiers },
      weights: { ...weights, buckets },
      price: 3000,
    });
    const { leverages, shares } = model;
    const between = (from: number, to: number) =>
      leverages.reduce((sum, leverage, k) => sum + (leverage > from && leverage <= to ? shares[k]! : 0), 0);
    expect(between(0, Math.sqrt(50))).toBeCloseTo(0.25, 12);
    expect(between(Math.sqrt(50), 10)).toBeCloseTo(0.75, 12);
    expect(between(10, 1000)).toBe(0);
  });

  test('refuses rules that allow no leverage at all', () => {
    const tiers = plainRules.tiers.map((tier) => ({ ...tier, maxLeverage: 0.1 }));
    expect(() =>
      bookModel({ contract: 'linear', rules: { ...plainRules, tiers }, weights, price: 3000 }),
    ).toThrow(/no leverage/);
  });

  test('refuses weights that would lose or make positions', () => {
    const off = (change: Partial<typeof bucket>) => () => modelOf({ buckets: [{ ...bucket, ...change }] });
    expect(off({ longShare: 0.99 })).toThrow(/long must sum to 1, not 0.99/);
    expect(off({ shortShare: Number.NaN })).toThrow(/short must sum to 1, not NaN/);
    expect(off({ shortFastShare: 1.1 })).toThrow(/at 10x .* 1.1/);
    expect(() =>
      modelOf({
        buckets: [
          { ...bucket, longShare: 1.5 },
          { ...bucket, leverage: 20, longShare: -0.5, shortShare: 0 },
        ],
      }),
    ).toThrow(/at 20x .* -0.5/);
    expect(() => modelOf({ churn: 1.2 })).toThrow(/churn 1.2/);
    expect(() => modelOf({ churn: Number.NaN })).toThrow(/churn NaN/);
    expect(() => modelOf({ fastHazardRatio: 0.5 })).toThrow(/hazards 0.5/);
  });

  test('makes shares that were rounded in a file sum to 1', () => {
    const buckets = [5, 10, 20].map((leverage) => ({
      ...bucket,
      leverage,
      longShare: 0.3333333,
      shortShare: 0.3333333,
    }));
    const model = modelOf({ buckets });
    for (const side of sides) expect(sharesOf(model, side)).toBeCloseTo(1, 14);
  });
});

test('the standing share of the fast class is smaller than its share of opens, as it closes sooner', () => {
  expect(restingFastShare(modelOf({}))).toBeCloseTo(0.5 / 10 / (0.5 / 10 + 0.5), 12);
  expect(restingFastShare(modelOf({ fastHazardRatio: 1 }))).toBeCloseTo(0.5, 12);
});
