import { describe, expect, it } from 'vitest';
import { hasGrown, imbalance, isBurst, outweighing, type Sign } from '../../../src/core/alerts/signals.ts';

describe('what maps and feeds show', () => {
  it('has a heavier side, which changes only once the other is ahead by a tenth', () => {
    const seen: Sign[] = [];
    let sign: Sign = 0;
    for (const value of [0.05, 0.2, 0.05, -0.05, -0.09, -0.1, 0.09, 0.11]) {
      sign = outweighing(sign, value);
      seen.push(sign);
    }
    expect(seen).toEqual([0, 1, 1, 1, 1, -1, -1, 1]);
    expect(imbalance(3, 1)).toBe(0.5);
    expect(imbalance(0, 0)).toBeUndefined();
  });

  it('has grown fast when half is new and that is much for the coin', () => {
    expect(hasGrown({ usd: 100 }, { usd: 150, shareOfOi: 0.06 })).toBe(true);
    expect(hasGrown({ usd: 100 }, { usd: 149, shareOfOi: 0.06 })).toBe(false);
    expect(hasGrown({ usd: 100 }, { usd: 300, shareOfOi: 0.01 })).toBe(false);
    expect(hasGrown({ usd: 0 }, { usd: 0, shareOfOi: 0 })).toBe(false);
  });

  it('is a burst when a minute has ten times the normal and is no small change', () => {
    expect(isBurst(1e6, 1e5)).toBe(true);
    expect(isBurst(999_999, 1e5)).toBe(false);
    expect(isBurst(99_999, 1)).toBe(false);
    expect(isBurst(100_000, 0)).toBe(true);
  });
});
