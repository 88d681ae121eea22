import { expect, test } from 'vitest';
import { MarketError } from '../../../src/market/live/market-error.ts';
import { flatTiers, tierLadder } from '../../../src/market/live/tier-ladder.ts';

const rows = [
  { cap: 5_000, maintenanceRate: 0.02, maxLeverage: 25 },
  { cap: 1_000, maintenanceRate: 0.01, maxLeverage: 50 },
];

test('tiers begin where the one before ends, whatever order and floors a venue prints', () => {
  expect(tierLadder(rows).map(({ floor, cap }) => [floor, cap])).toEqual([
    [0, 1_000],
    [1_000, 5_000],
  ]);
});

test('deductions are those published, by continuity where one is missing, and 0 for flat rates', () => {
  const deductions = (published: readonly (number | undefined)[]) =>
    tierLadder(rows.map((row, index) => ({ ...row, deduction: published[index] }))).map(
      ({ deduction }) => deduction,
    );
  expect(deductions([12, undefined])).toEqual([0, 12]);
  expect(deductions([undefined, 0])).toEqual([0, 10]);
  expect(flatTiers(rows).map(({ deduction }) => deduction)).toEqual([0, 0]);
});

test('rates that are no numbers are an answer that makes no sense, in words for people', () => {
  const garbled = rows.map((row) => ({ ...row, maintenanceRate: Number.NaN }));
  expect(() => tierLadder(garbled)).toThrow(MarketError);
  expect(() => tierLadder(garbled)).toThrow('margin tiers contradict themselves');
});
