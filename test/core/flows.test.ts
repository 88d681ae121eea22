import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlowInput, FlowSplit } from '../../src/core/flows.ts';
import { splitFlows } from '../../src/core/flows.ts';
import { between } from '../support/between.ts';

/** Sizes from nothing to far more than there is, so that every bound of the split is met. */
const size = fc.oneof(fc.constant(0), between(0, 3e6));
const share = between(0, 1);

const steps: fc.Arbitrary<FlowInput> = fc
  .record({ volume: size, openInterest: size, grown: size, a: share, b: share, churn: share })
  .map(({ volume, openInterest, grown, a, b, churn }) => ({
    volume,
    change: grown - openInterest,
    openInterest,
    crossedA: a * openInterest,
    crossedB: b * openInterest,
    churn,
  }));

const tolerance = 1e-6;
const nothing: FlowInput = {
  volume: 0,
  change: 0,
  openInterest: 1000,
  crossedA: 0,
  crossedB: 0,
  churn: 0.85,
};

/** Values opens(a) may have when a volume must explain the change and the given crossings. */
function legal(volume: number, change: number, crossedA: number, crossedB: number): [number, number] {
  return [Math.max(0, change + crossedA), Math.min(volume - crossedB, volume + change)];
}

/** Checks a claim on steps of every kind. */
function always(claim: (input: FlowInput, split: FlowSplit) => void): void {
  fc.assert(
    fc.property(steps, (input) => claim(input, splitFlows(input))),
    { numRuns: 500 },
  );
}

describe('the flows of a step', () => {
  test('balance: change on each side, trades on both ends, opens V + D and closes V - D', () => {
    always(({ change }, { traced, opensA, opensB, closesA, closesB }) => {
      expect(Math.abs(opensA - closesA - change)).toBeLessThan(tolerance);
      expect(Math.abs(opensB - closesB - change)).toBeLessThan(tolerance);
      expect(Math.abs(opensA + closesB - traced)).toBeLessThan(tolerance);
      expect(Math.abs(opensB + closesA - traced)).toBeLessThan(tolerance);
      expect(Math.abs(opensA + opensB - (traced + change))).toBeLessThan(tolerance);
      expect(Math.abs(closesA + closesB - (traced - change))).toBeLessThan(tolerance);
    });
  });

  test('are never negative, and what closes includes what was liquidated', () => {
    always((input, { opensA, opensB, closesA, closesB, confirmedShare, traced, missingVolume }) => {
      expect(Math.min(opensA, opensB, traced, missingVolume)).toBeGreaterThan(-tolerance);
      expect(closesA - input.crossedA * confirmedShare).toBeGreaterThan(-tolerance);
      expect(closesB - input.crossedB * confirmedShare).toBeGreaterThan(-tolerance);
    });
  });

  test('open as near to half of all opens as the crossings let them', () => {
    always((input, { traced, opensA, confirmedShare: s }) => {
      const [low, high] = legal(traced, input.change, input.crossedA * s, input.crossedB * s);
      expect(opensA).toBeGreaterThan(low - tolerance);
      expect(opensA).toBeLessThan(high + tolerance);
      const half = (traced + input.change) / 2;
      for (const other of [low, high, (low + high) / 2, low + (high - low) * 0.1]) {
        expect(Math.abs(opensA - half)).toBeLessThan(Math.abs(other - half) + tolerance);
      }
    });
  });

  test('confirm all crossings that the volume can hold and not a bit more', () => {
    always((input, { confirmedShare: s }) => {
      const { change, crossedA, crossedB } = input;
      const volume = Math.max(input.volume, Math.abs(change));
      const room = (part: number) => {
        const [low, high] = legal(volume, change, crossedA * part, crossedB * part);
        return high - low;
      };
      expect(s).toBeGreaterThanOrEqual(0);
      expect(s).toBeLessThanOrEqual(1);
      expect(room(s)).toBeGreaterThan(-tolerance);
      const more = s + 1e-3;
      if (s < 1 && (crossedA + crossedB) * 1e-3 > tolerance) expect(room(more)).toBeLessThan(0);
    });
  });

  test('leave a trace between what must have been traded and what was', () => {
    always((input, { traced, confirmedShare: s, missingVolume }) => {
      const [a, b] = [input.crossedA * s, input.crossedB * s];
      const least = Math.max(Math.abs(input.change), a, b, input.change + a + b);
      expect(traced).toBeGreaterThan(least - tolerance);
      expect(traced).toBeLessThan(input.volume + missingVolume + tolerance);
    });
  });

  test('are the least possible when all volume is churn, and less the more of it is churn', () => {
    always((input) => {
      const all = splitFlows({ ...input, churn: 1 });
      const [a, b] = [input.crossedA * all.confirmedShare, input.crossedB * all.confirmedShare];
      const least = Math.max(Math.abs(input.change), a, b, input.change + a + b);
      expect(Math.abs(all.traced - least)).toBeLessThan(tolerance);
      const traced = [0, 0.5, 0.9, 1].map((churn) => splitFlows({ ...input, churn }).traced);
      for (const [i, value] of traced.slice(1).entries()) expect(value).toBeLessThan(traced[i]! + tolerance);
    });
  });

  test('are the same for both sides, whichever comes first', () => {
    always((input, split) => {
      const swapped = splitFlows({ ...input, crossedA: input.crossedB, crossedB: input.crossedA });
      expect(Math.abs(swapped.opensA - split.opensB)).toBeLessThan(tolerance);
      expect(Math.abs(swapped.opensB - split.opensA)).toBeLessThan(tolerance);
      expect(Math.abs(swapped.closesA - split.closesB)).toBeLessThan(tolerance);
      expect(swapped.traced).toBeCloseTo(split.traced, 6);
      expect(swapped.confirmedShare).toBe(split.confirmedShare);
    });
  });
});

describe('at the extremes', () => {
  test('nothing happens where nothing is traded and nothing changes', () => {
    expect(splitFlows(nothing)).toEqual({
      traced: 0,
      missingVolume: 0,
      opensA: 0,
      opensB: 0,
      closesA: 0,
      closesB: 0,
      confirmedShare: 1,
    });
  });

  test('without volume no crossing is confirmed', () => {
    expect(splitFlows({ ...nothing, crossedA: 10, crossedB: 5 }).confirmedShare).toBe(0);
  });

  test('a crossing takes the room it needs from churn: 40 of longs and 20 of shorts make a trace of 60', () => {
    const split = splitFlows({ ...nothing, volume: 100, crossedA: 40, crossedB: 20, churn: 1 });
    expect(split).toMatchObject({ traced: 60, opensA: 40, opensB: 20, closesA: 40, closesB: 20 });
  });

  test('growth beyond the volume is believed, and the missing volume told', () => {
    const split = splitFlows({ ...nothing, volume: 30, change: 50 });
    expect(split).toMatchObject({ missingVolume: 20, traced: 50, opensA: 50, opensB: 50, closesA: 0 });
  });

  test('an open interest that ends closes everything and opens nothing', () => {
    const split = splitFlows({ ...nothing, volume: 1e6, change: -1000 });
    expect(split).toMatchObject({ traced: 1000, opensA: 0, opensB: 0, closesA: 1000, closesB: 1000 });
  });

  test('what is not churn replaces holders, after it has made the change', () => {
    // 15 of 100 leave a trace: 10 for the growth, and 5 for holders who make room for others.
    const split = splitFlows({ ...nothing, volume: 100, change: 10 });
    expect(split.traced).toBeCloseTo(10 + 1000 * (1 - Math.exp(-5 / 1000)), 9);
  });

  test('volume of many times the open interest replaces holders at most once', () => {
    const split = splitFlows({ ...nothing, volume: 1e9, churn: 0 });
    expect(split.traced).toBeCloseTo(1000, 6);
    expect(split.opensA).toBeCloseTo(500, 6);
  });
});
