import { describe, expect, it } from 'vitest';
import { isCandidate, isLarge, SizeHistory } from '../../../src/core/alerts/cluster-size.ts';

const cluster = { usd: 100, shareOfOi: 0.05 };

describe('a cluster’s size', () => {
  it('must meet every bound that was given, and only those', () => {
    expect(isLarge(cluster, { minUsd: 100 }, 0)).toBe(true);
    expect(isLarge(cluster, { minUsd: 101 }, 100)).toBe(false);
    expect(isLarge(cluster, { minShareOfOi: 0.06 }, 100)).toBe(false);
    expect(isLarge(cluster, { minUsd: 50, minPercentile: 80 }, 79)).toBe(false);
    expect(isLarge({ usd: 100, shareOfOi: 0.001 }, { minPercentile: 80 }, 80)).toBe(true);
  });

  it('has usual bounds for who gave none', () => {
    expect(isLarge(cluster, {}, 50)).toBe(true);
    expect(isLarge(cluster, {}, 5)).toBe(false);
    expect(isLarge({ usd: 100, shareOfOi: 0.009 }, {}, 99)).toBe(false);
  });

  it('is not held against a history that the coin has not got', () => {
    expect(isLarge(cluster, { minPercentile: 99 }, undefined)).toBe(true);
  });

  it('is ranked among those that the map labels', () => {
    expect([1, 3, 4].map((rank) => isCandidate({ rank, usd: 1 }))).toEqual([true, true, false]);
    expect(isCandidate({ rank: 1, usd: 0 })).toBe(false);
  });

  it('is a percentile of what the coin’s large clusters held, half of equals counted', () => {
    const sizes = [50, 10, 40, 20, 30, 30];
    const history = new SizeHistory(Array.from({ length: 24 }, () => sizes).flat());
    expect(history.percentile(5)).toBe(0);
    expect(history.percentile(30)).toBeCloseTo(50, 9);
    expect(history.percentile(35)).toBeCloseTo((100 * 4) / 6, 9);
    expect(history.percentile(60)).toBe(100);
    expect(new SizeHistory(Array.from({ length: 143 }, (_, i) => i)).percentile(3)).toBeUndefined();
  });
});
