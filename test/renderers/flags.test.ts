import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlagRequest, type FlagSpace, placeFlags } from '../../renderers/flags.ts';

const space: FlagSpace = { from: 0, to: 500, outward: 'left', rows: 3 };
const request = fc.record({
  x: fc.double({ min: 0, max: 500, noNaN: true }),
  width: fc.double({ min: 80, max: 260, noNaN: true }),
});
const requests = fc
  .array(request, { minLength: 1, maxLength: 3 })
  .map((flags) => flags.map((flag, index): FlagRequest => ({ ...flag, rank: index + 1 })));
const spaces = fc.constantFrom<FlagSpace>(space, { ...space, outward: 'right' });

describe('flags', () => {
  it('words never overlap, never leave the space and are never crossed by a pole', () => {
    fc.assert(
      fc.property(requests, spaces, (flags, where) => {
        const placed = placeFlags(flags, where);
        for (const a of placed) {
          expect(a.left).toBeGreaterThanOrEqual(where.from);
          expect(a.left + a.flag.width).toBeLessThanOrEqual(where.to);
          expect([0, 1, 2]).toContain(a.row);
          for (const b of placed) {
            if (a === b) continue;
            const apart = a.left + a.flag.width < b.left || b.left + b.flag.width < a.left;
            if (a.row === b.row) expect(apart).toBe(true);
            const crossed = a.flag.x > b.left && a.flag.x < b.left + b.flag.width;
            if (a.row <= b.row) expect(crossed).toBe(false);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('words stand above their own pole or right beside it', () => {
    fc.assert(
      fc.property(requests, spaces, (flags, where) => {
        for (const { flag, left, above } of placeFlags(flags, where)) {
          if (above) {
            expect(flag.x).toBeGreaterThanOrEqual(left);
            expect(flag.x).toBeLessThanOrEqual(left + flag.width);
            continue;
          }
          const gap = left > flag.x ? left - flag.x : flag.x - (left + flag.width);
          expect(gap).toBeGreaterThan(0);
          expect(gap).toBeLessThan(12);
        }
      }),
    );
  });

  it('the largest is never left out for a smaller one', () => {
    fc.assert(
      fc.property(requests, spaces, (flags, where) => {
        const ranks = placeFlags(flags, where).map(({ flag }) => flag.rank);
        expect(ranks.toSorted()).toEqual(ranks.map((_, index) => index + 1));
      }),
    );
  });

  it('flags near the price fly outward, one below the other', () => {
    const near = [490, 480, 470].map((x, index) => ({ x, width: 200, rank: index + 1 }));
    const placed = placeFlags(near, space);
    expect(placed.map(({ row }) => row)).toEqual([0, 1, 2]);
    expect(placed.every(({ flag, left }) => left < flag.x)).toBe(true);
  });

  it('flags far apart share the first row', () => {
    const apart = [160, 330, 495].map((x, index) => ({ x, width: 120, rank: index + 1 }));
    expect(placeFlags(apart, space).map(({ row }) => row)).toEqual([0, 0, 0]);
  });

  it('a flag at the far end turns inward rather than leave the picture', () => {
    expect(placeFlags([{ x: 20, width: 100, rank: 1 }], space)[0]!.left).toBeGreaterThan(20);
  });

  it('what is wider than the space is left out', () => {
    expect(placeFlags([{ x: 250, width: 600, rank: 1 }], space)).toEqual([]);
    expect(placeFlags([], space)).toEqual([]);
  });
});
