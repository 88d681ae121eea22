import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Allowance } from '../../src/chat/allowance.ts';

describe('an allowance', () => {
  test('of one per five seconds says how long to wait', () => {
    let nowMs = 0;
    const presses = new Allowance({ burst: 1, everyMs: 5_000, nowMs: () => nowMs });
    expect(presses.take('ann')).toBe(0);
    expect(presses.take('ann')).toBe(5_000);
    expect(presses.take('bea')).toBe(0);
    nowMs = 4_000;
    expect(presses.take('ann')).toBe(1_000);
    nowMs = 5_000;
    expect(presses.take('ann')).toBe(0);
  });

  test('never grants more than its burst and what time adds', () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat(4_000), key: fc.constantFrom('ann', 'bea') }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (asked, burst) => {
        let nowMs = 0;
        const allowance = new Allowance({ burst, everyMs: 1_000, nowMs: () => nowMs });
        const granted: Record<string, number> = {};
        for (const { waitMs, key } of asked) {
          nowMs += waitMs;
          if (allowance.take(key) === 0) granted[key] = (granted[key] ?? 0) + 1;
        }
        for (const count of Object.values(granted)) expect(count).toBeLessThanOrEqual(burst + nowMs / 1_000);
      }),
    );
  });

  test('grants nothing when the clock is set back, and goes on from there', () => {
    let nowMs = 1_000_000;
    const allowance = new Allowance({ burst: 1, everyMs: 1_000, nowMs: () => nowMs });
    allowance.take('ann');
    nowMs = 0;
    expect(allowance.take('ann')).toBe(1_000);
  });

  test('remembers those who have to wait when many others come', () => {
    const allowance = new Allowance({ burst: 1, everyMs: 1_000, nowMs: () => 0 });
    allowance.take('ann');
    for (let i = 0; i < 20_000; i += 1) allowance.take(`user ${i}`);
    expect(allowance.take('ann')).toBe(1_000);
  });
});
