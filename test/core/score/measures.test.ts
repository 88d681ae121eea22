import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measure, scoreBins, scoreRange } from '../../../src/core/score/measures.ts';
import { between } from '../../support/between.ts';

const bins = (of: (i: number) => number) => Float64Array.from({ length: scoreBins }, (_, i) => of(i));
const only = (bin: number) => bins((i) => (i === bin ? 1 : 0));
const flat = bins(() => 1);
const binPct = (scoreRange / scoreBins) * 100;

const heights = fc.array(between(0, 1), {
  minLength: scoreBins,
  maxLength: scoreBins,
});
const distributions = heights
  .filter((values) => values.some((value) => value > 1e-3))
  .map((values) => Float64Array.from(values));

function normalised(values: Float64Array): number[] {
  const sum = values.reduce((all, one) => all + one, 0);
  return [...values].map((value) => value / sum);
}

/** Moves mass from the left end of what is too much to the left end of what is missing, and counts the way. */
function workByMoving(from: readonly number[], to: readonly number[]): number {
  const here = [...from];
  const there = [...to];
  let work = 0;
  for (let i = 0, j = 0; i < here.length && j < there.length; ) {
    const moved = Math.min(here[i]!, there[j]!);
    work += moved * Math.abs(i - j) * binPct;
    here[i]! -= moved;
    there[j]! -= moved;
    if (here[i]! <= there[j]!) i++;
    else j++;
  }
  return work;
}

describe('a flat prediction', () => {
  test('scores exactly chance, whatever is real', () => {
    fc.assert(
      fc.property(distributions, (real) => {
        const { p10, logGain } = measure(flat, real)!;
        expect(p10).toBeCloseTo(0.1, 12);
        expect(logGain).toBeCloseTo(0, 12);
      }),
    );
  });

  test('is what a prediction without any mass counts as', () => {
    const real = only(3);
    expect(measure(new Float64Array(scoreBins), real)).toEqual(measure(flat, real));
  });
});

describe('a perfect prediction', () => {
  test('has nothing to move and finds most in the top tenth', () => {
    fc.assert(
      fc.property(distributions, distributions, (real, other) => {
        expect(measure(real, real)!.emdPct).toBeCloseTo(0, 9);
        expect(measure(real, real)!.p10).toBeGreaterThanOrEqual(measure(other, real)!.p10 - 1e-9);
      }),
    );
  });

  test('gains most where a tenth of what is real is flat, as is of every prediction', () => {
    fc.assert(
      fc.property(distributions, distributions, (guess, other) => {
        const real = Float64Array.from(normalised(guess), (value) => 0.9 * value + 0.1 / scoreBins);
        expect(measure(guess, real)!.logGain).toBeGreaterThan(measure(other, real)!.logGain - 1e-9);
      }),
    );
  });

  test('of one bin gains log(0.9 x 60 + 0.1) and has all in the top tenth', () => {
    const { p10, logGain, emdPct } = measure(only(7), only(7))!;
    expect(p10).toBe(1);
    expect(emdPct).toBe(0);
    expect(logGain).toBeCloseTo(Math.log(0.9 * 60 + 0.1), 12);
  });
});

describe('the earth mover', () => {
  test('walks k bins for a shift by k bins', () => {
    for (const k of [1, 5, 40]) {
      expect(measure(only(10), only(10 + k))!.emdPct).toBeCloseTo(k * binPct, 9);
      expect(measure(only(10 + k), only(10))!.emdPct).toBeCloseTo(k * binPct, 9);
    }
  });

  test('does what moving the mass piece by piece does', () => {
    fc.assert(
      fc.property(distributions, distributions, (guess, real) => {
        const work = workByMoving(normalised(guess), normalised(real));
        expect(measure(guess, real)!.emdPct).toBeCloseTo(work, 9);
      }),
    );
  });
});

describe('the share in the top tenth', () => {
  test('is that of the six highest bins where none tie', () => {
    fc.assert(
      fc.property(distributions, (real) => {
        const guess = bins((i) => (i * 37) % scoreBins);
        const top = normalised(real).filter((_, i) => guess[i]! >= scoreBins - 6);
        expect(measure(guess, real)!.p10).toBeCloseTo(
          top.reduce((sum, value) => sum + value, 0),
          12,
        );
      }),
    );
  });

  test('shares the last places among bins that tie for them', () => {
    // Four bins lead; two places are left for the 56 others.
    const guess = bins((i) => (i < 4 ? 2 : 1));
    expect(measure(guess, only(0))!.p10).toBe(1);
    expect(measure(guess, only(30))!.p10).toBeCloseTo(2 / 56, 12);
  });
});

test('the units of either side do not matter', () => {
  fc.assert(
    fc.property(distributions, distributions, (guess, real) => {
      const one = measure(guess, real)!;
      const other = measure(
        guess.map((value) => value * 2 ** 30),
        real.map((value) => value * 2 ** -20),
      )!;
      expect(other.p10).toBeCloseTo(one.p10, 9);
      expect(other.emdPct).toBeCloseTo(one.emdPct, 9);
      expect(other.logGain).toBeCloseTo(one.logGain, 9);
    }),
    { numRuns: 30 },
  );
});

test('where nothing is real there is no verdict', () => {
  expect(measure(flat, new Float64Array(scoreBins))).toBeUndefined();
});
