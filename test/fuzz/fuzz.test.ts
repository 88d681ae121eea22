import { afterAll, describe, expect, it } from 'vitest';
import { areas } from './areas.ts';

/** Every run draws the same cases; `npm run fuzz` draws others. */
const seed = 20_261_122;
const leastCases = 100_000;

let cases = 0;
const opened = await Promise.all(areas.map(async (area) => ({ name: area.name, ...(await area.open()) })));
const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);
process.on('unhandledRejection', note);

afterAll(async () => {
  process.off('unhandledRejection', note);
  for (const { close } of opened) await close?.();
});

describe.each(opened)('$name', ({ claims }) => {
  it.each(claims)('$name', { timeout: 240_000 }, async (claim) => {
    cases += await claim.check({ seed, cases: claim.cases });
  });
});

describe('all of it', () => {
  it(`was tried with at least ${leastCases} cases, and nothing was left rejected`, () => {
    expect(cases).toBeGreaterThanOrEqual(leastCases);
    expect(rejections).toEqual([]);
  });
});
