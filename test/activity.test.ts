import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recomputeAfterMs, recomputeSteps, type Signs } from '../src/activity.ts';

const anyNumber = fc.double({ noNaN: true });
const signs: fc.Arbitrary<Signs> = fc.record(
  { idleMs: anyNumber, speedAtr: anyNumber, nearestAtr: anyNumber },
  { requiredKeys: [] },
);

describe('the interval after which a map is made again', () => {
  it('is one of the steps, whatever the clocks and the prices do', () => {
    fc.assert(fc.property(signs, (given) => recomputeSteps.includes(recomputeAfterMs(given))));
  });

  it('never grows when price moves faster, in whichever direction', () => {
    fc.assert(
      fc.property(signs, anyNumber, anyNumber, (given, a, b) => {
        const [slow, fast] = Math.abs(a) < Math.abs(b) ? [a, b] : [b, a];
        expect(recomputeAfterMs({ ...given, speedAtr: fast })).toBeLessThanOrEqual(
          recomputeAfterMs({ ...given, speedAtr: slow }),
        );
      }),
    );
  });

  it('never grows when a cluster comes nearer', () => {
    fc.assert(
      fc.property(signs, anyNumber, anyNumber, (given, a, b) => {
        const [near, far] = Math.abs(a) < Math.abs(b) ? [a, b] : [b, a];
        expect(recomputeAfterMs({ ...given, nearestAtr: near })).toBeLessThanOrEqual(
          recomputeAfterMs({ ...given, nearestAtr: far }),
        );
      }),
    );
  });

  it('never shrinks while nobody asks', () => {
    fc.assert(
      fc.property(signs, fc.tuple(anyNumber, anyNumber), (given, [a, b]) => {
        const [earlier, later] = a < b ? [a, b] : [b, a];
        expect(recomputeAfterMs({ ...given, idleMs: later })).toBeGreaterThanOrEqual(
          recomputeAfterMs({ ...given, idleMs: earlier }),
        );
      }),
    );
  });

  it('is a minute for a map that somebody has just looked at', () => {
    expect(recomputeAfterMs({ idleMs: 0 })).toBe(60_000);
    expect(recomputeAfterMs({ idleMs: 0, speedAtr: 0.02, nearestAtr: 1 })).toBe(30_000);
  });

  it('is the shortest while price runs into a cluster, and the longest when nobody ever asked', () => {
    expect(recomputeAfterMs({ idleMs: 0, speedAtr: 0.3, nearestAtr: 0.05 })).toBe(15_000);
    expect(recomputeAfterMs({})).toBe(600_000);
  });

  it('takes a clock that was set back as "asked for just now"', () => {
    expect(recomputeAfterMs({ idleMs: -86_400_000 })).toBe(recomputeAfterMs({ idleMs: 0 }));
  });

  it('refuses NaN', () => {
    expect(() => recomputeAfterMs({ speedAtr: Number.NaN })).toThrow(RangeError);
  });
});
