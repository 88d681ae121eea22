import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displacement, effort } from '../../../src/market/simulated/depth.ts';

const log = fc.double({ min: -1, max: 1, noNaN: true });

describe('the depth of the simulated books', () => {
  it('gives back the displacement whose effort is known', () => {
    fc.assert(
      fc.property(log, (distance) => {
        expect(displacement(effort(distance))).toBeCloseTo(distance, 12);
      }),
    );
  });

  it('asks for more effort per step the farther a price has been pushed', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.5, noNaN: true }), (distance) => {
        expect(effort(2 * distance)).toBeGreaterThan(2 * effort(distance));
        expect(effort(-distance)).toBe(-effort(distance));
      }),
    );
  });
});
