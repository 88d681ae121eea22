import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandFrom, heldEdge, innerShare } from '../../../src/core/alerts/held-level.ts';
import { nearEdge, usualDistance } from '../../../src/core/alerts/near-levels.ts';
import { between } from '../../support/between.ts';

const atrPct = 4;
const near = usualDistance(atrPct);
const long = { side: 'long', low: 57_000, high: 60_000 } as const;
const short = { side: 'short', low: 60_000, high: 63_000 } as const;
const side = fc.constantFrom(long, short);
/** A price so far before the band, or so far inside it, as a fraction. */
const priceAt = ({ side: of }: { side: 'long' | 'short' }, away: number) =>
  60_000 * (of === 'long' ? 1 + away : 1 - away);
const edgeAt = ({ side: of }: { side: 'long' | 'short' }, retreat: number) =>
  60_000 * (of === 'long' ? 1 - retreat : 1 + retreat);

describe('the edge of a level', () => {
  it('is that of the map for a cluster that is new', () => {
    expect(heldEdge(undefined, long, { priceUsd: 60_001, atrPct, isMet: true })).toBe(60_000);
  });

  it('follows the map while price is farther away than the inner half of near, whichever way it drifts', () => {
    fc.assert(
      fc.property(side, between(innerShare * near + 0.002, 0.3), between(-0.1, 0.1), (band, away, drift) => {
        const moved = bandFrom(band, edgeAt(band, drift));
        const at = { priceUsd: priceAt(band, away), atrPct, isMet: false };
        expect(heldEdge(60_000, moved, at)).toBe(nearEdge(moved));
      }),
    );
  });

  it('does not go away from a price that is there or has come near and not left, unless nothing is left of it', () => {
    const where = fc.oneof(
      fc.record({ isMet: fc.constant(false), away: between(-0.01, 0.9 * innerShare * near) }),
      fc.record({ isMet: fc.constant(true), away: between(-0.01, 0.05) }),
    );
    fc.assert(
      fc.property(side, where, between(0, 0.05), (band, { isMet, away }, retreat) => {
        const moved = bandFrom(band, edgeAt(band, retreat));
        const priceUsd = priceAt(band, away);
        const isGone = (60_000 * retreat) / priceUsd > near;
        expect(heldEdge(60_000, moved, { priceUsd, atrPct, isMet })).toBe(isGone ? nearEdge(moved) : 60_000);
      }),
    );
  });

  it('comes nearer whenever the map’s does', () => {
    fc.assert(
      fc.property(side, between(0, 0.1), between(0, 0.02), fc.boolean(), (band, away, advance, isMet) => {
        const moved = bandFrom(band, edgeAt(band, -advance));
        const at = { priceUsd: priceAt(band, away), atrPct, isMet };
        expect(heldEdge(60_000, moved, at)).toBe(nearEdge(moved));
      }),
    );
  });
});
