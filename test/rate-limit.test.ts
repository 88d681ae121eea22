import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RateLimiter } from '../src/rate-limit.ts';

const limits = fc.record({
  burst: fc.integer({ min: 1, max: 20 }),
  everyMs: fc.integer({ min: 1, max: 10_000 }),
});
const gapsMs = fc.array(fc.integer({ min: 0, max: 15_000 }), { minLength: 1, maxLength: 120 });

/** When each request came, and which were granted. */
function play(limit: { readonly burst: number; readonly everyMs: number }, gaps: readonly number[]) {
  let nowMs = 1_000;
  const limiter = new RateLimiter({ ...limit, nowMs: () => nowMs });
  return gaps.map((gapMs) => {
    nowMs += gapMs;
    return { timeMs: nowMs, waitMs: limiter.take('someone') };
  });
}

describe('a limit of requests', () => {
  test('never grants more than n in any window', () => {
    fc.assert(
      fc.property(limits, gapsMs, fc.integer({ min: 0, max: 60_000 }), (limit, gaps, windowMs) => {
        const granted = play(limit, gaps).filter(({ waitMs }) => waitMs === 0);
        for (const first of granted) {
          const within = granted.filter(
            ({ timeMs }) => timeMs >= first.timeMs && timeMs <= first.timeMs + windowMs,
          );
          // What a full bucket holds, and what flows in meanwhile.
          expect(within.length).toBeLessThanOrEqual(limit.burst + Math.floor(windowMs / limit.everyMs));
        }
      }),
    );
  });

  test('grants that much: a full bucket at once, then one in each stretch', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 30 }), (limit, stretches) => {
        const gaps = [
          ...Array.from({ length: limit.burst }, () => 0),
          ...Array.from({ length: stretches }, () => limit.everyMs),
        ];
        expect(play(limit, gaps).every(({ waitMs }) => waitMs === 0)).toBe(true);
      }),
    );
  });

  test('is granted after the wait that it names, and not a millisecond before', () => {
    fc.assert(
      fc.property(limits, gapsMs, (limit, gaps) => {
        let nowMs = 0;
        const limiter = new RateLimiter({ ...limit, nowMs: () => nowMs });
        for (const gapMs of gaps) {
          nowMs += gapMs;
          const waitMs = limiter.take('someone');
          if (waitMs === 0) continue;
          nowMs += waitMs - 1;
          expect(limiter.take('someone')).toBe(1);
          nowMs += 1;
          expect(limiter.take('someone')).toBe(0);
        }
      }),
    );
  });

  test('a refusal costs nothing', () => {
    let nowMs = 0;
    const limiter = new RateLimiter({ burst: 1, everyMs: 1_000, nowMs: () => nowMs });
    limiter.take('eager');
    for (nowMs = 100; nowMs < 1_000; nowMs += 100) expect(limiter.take('eager')).toBe(1_000 - nowMs);
    nowMs = 1_000;
    expect(limiter.take('eager')).toBe(0);
  });

  test('one person does not use up what another has', () => {
    const limiter = new RateLimiter({ burst: 1, everyMs: 1_000, nowMs: () => 0 });
    expect(limiter.take('a')).toBe(0);
    expect(limiter.take('b')).toBe(0);
    expect(limiter.take('a')).toBe(1_000);
  });

  test('a clock that is set back grants nothing and blocks nobody for longer than one token', () => {
    let nowMs = 1_000_000;
    const limiter = new RateLimiter({ burst: 2, everyMs: 1_000, nowMs: () => nowMs });
    expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 0]);
    nowMs = 0;
    expect(limiter.take('a')).toBe(1_000);
  });

  test('remembers those who have to wait when many others come', () => {
    const limiter = new RateLimiter({ burst: 1, everyMs: 1_000, nowMs: () => 0 });
    limiter.take('ann');
    for (let i = 0; i < 20_000; i += 1) limiter.take(`user ${i}`);
    expect(limiter.take('ann')).toBe(1_000);
  });

  test('forgets those who have not come for long', () => {
    let nowMs = 0;
    const limiter = new RateLimiter({ burst: 1, everyMs: 1_000, nowMs: () => nowMs });
    for (let person = 0; person < 10_000; person++) limiter.take(`person ${person}`);
    nowMs = 2_000;
    limiter.take('late');
    expect(limiter.size).toBe(1);
  });

  test.each([
    { burst: 0, everyMs: 1 },
    { burst: 1, everyMs: 0 },
    { burst: Number.NaN, everyMs: 1 },
  ])('of %j is refused', (limit) => {
    expect(() => new RateLimiter({ ...limit, nowMs: () => 0 })).toThrow(RangeError);
  });
});
