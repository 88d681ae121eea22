import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  distanceTo,
  nearLevels,
  nearnessName,
  touchLevels,
  usualNearness,
} from '../../../src/core/alerts/near-levels.ts';
import { between } from '../../support/between.ts';

const long = { side: 'long', low: 59_000, high: 60_000 } as const;
const short = { side: 'short', low: 70_000, high: 71_000 } as const;
const side = fc.constantFrom(long, short);

describe('levels of near', () => {
  it('are where the band is as far away as asked, as a part of the price there', () => {
    fc.assert(
      fc.property(side, between(0.1, 40), (band, distancePct) => {
        const { priceUsd } = nearLevels(band, { distancePct }, 4);
        expect(distanceTo(band, priceUsd)).toBeCloseTo(distancePct / 100, 9);
      }),
    );
  });

  it('have an outer band beyond, in the order outer, near, touch', () => {
    fc.assert(
      fc.property(side, between(0.01, 10), between(0.1, 12), (band, distanceAtr, atrPct) => {
        const { priceUsd, rearmUsd } = nearLevels(band, { distanceAtr }, atrPct);
        const touch = touchLevels(band, atrPct);
        const outward = band.side === 'long' ? 1 : -1;
        expect(outward * (rearmUsd - priceUsd)).toBeGreaterThan(0);
        expect(outward * (priceUsd - touch.priceUsd)).toBeGreaterThan(0);
        expect(outward * (touch.rearmUsd - touch.priceUsd)).toBeGreaterThan(0);
      }),
    );
  });

  it('go by the day’s range, by percent, or by the nearer of both', () => {
    const distance = (nearness: Parameters<typeof nearLevels>[1], atrPct?: number) =>
      distanceTo(long, nearLevels(long, nearness, atrPct).priceUsd) * 100;
    expect(distance({ distanceAtr: 0.5 }, 4)).toBeCloseTo(2, 9);
    expect(distance({ distanceAtr: 0.5, distancePct: 1 }, 4)).toBeCloseTo(1, 9);
    expect(distance({ distanceAtr: 0.5, distancePct: 3 }, 4)).toBeCloseTo(2, 9);
    expect(distance({}, 4)).toBeCloseTo(distance(usualNearness, 4), 9);
    expect(distance({ distanceAtr: 1 })).toBeCloseTo(3, 9);
  });

  it('have one name for one distance', () => {
    const names = [{}, { distancePct: 2 }, { distanceAtr: 2 }, { distancePct: 2, distanceAtr: 2 }].map(
      nearnessName,
    );
    expect(new Set(names).size).toBe(4);
    expect(nearnessName({ distanceAtr: 2, distancePct: 2 })).toBe(names[3]);
  });

  it('are no distance inside the band and beyond it', () => {
    expect([59_500, 58_000].map((price) => distanceTo(long, price))).toEqual([0, 0]);
    expect([70_500, 72_000].map((price) => distanceTo(short, price))).toEqual([0, 0]);
    expect(distanceTo(short, 35_000)).toBe(1);
  });
});
