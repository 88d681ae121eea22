import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeRange } from '../../src/market/source.ts';
import { clip, contains, union, without } from '../../src/store/ranges.ts';

const range = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -2, max: 8 }))
  .map(([fromMs, length]): TimeRange => ({ fromMs, toMs: fromMs + length }));
const ranges = fc.array(range, { maxLength: 6 });
const moments = Array.from({ length: 32 }, (_, ms) => ms);

function holds(set: readonly TimeRange[], ms: number): boolean {
  return set.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
}

function expectTidy(set: readonly TimeRange[]): void {
  for (const [index, { fromMs, toMs }] of set.entries()) {
    expect(fromMs).toBeLessThan(toMs);
    expect(fromMs).toBeGreaterThan(set[index - 1]?.toMs ?? -1);
  }
}

describe('ranges of time', () => {
  it('united hold what any of them holds', () => {
    fc.assert(
      fc.property(ranges, (some) => {
        expectTidy(union(some));
        for (const ms of moments) expect(holds(union(some), ms)).toBe(holds(some, ms));
      }),
    );
  });

  it('clipped hold what is in the frame too', () => {
    fc.assert(
      fc.property(ranges, range, (some, frame) => {
        expectTidy(clip(some, frame));
        for (const ms of moments) {
          expect(holds(clip(some, frame), ms)).toBe(holds(some, ms) && holds([frame], ms));
        }
      }),
    );
  });

  it('taken from another leave what none of them holds', () => {
    fc.assert(
      fc.property(range, ranges, (whole, some) => {
        expectTidy(without(whole, some));
        for (const ms of moments) {
          expect(holds(without(whole, some), ms)).toBe(holds([whole], ms) && !holds(some, ms));
        }
      }),
    );
  });

  it('contain those that do not reach beyond them', () => {
    expect(contains({ fromMs: 1, toMs: 5 }, { fromMs: 1, toMs: 5 })).toBe(true);
    expect(contains({ fromMs: 1, toMs: 5 }, { fromMs: 0, toMs: 5 })).toBe(false);
    expect(contains({ fromMs: 1, toMs: 5 }, { fromMs: 1, toMs: 6 })).toBe(false);
  });
});
