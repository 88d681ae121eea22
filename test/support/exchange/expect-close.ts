import { expect } from 'vitest';

/** Equal but for the noise of floating point. */
export function expectClose(actual: number | undefined, expected: number, what = ''): void {
  const off = Math.abs((actual ?? Number.NaN) - expected);
  expect(off, `${what} ${actual} is not ${expected}`).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
}
