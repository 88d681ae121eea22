import type { MarginTier } from '../../core/market-data.ts';
import { withDeductions } from '../../core/tiers.ts';
import { MarketError } from './market-error.ts';

/** A tier as most venues list it: its end, and the deduction where it is published. */
export type TierRow = {
  readonly cap: number;
  readonly maintenanceRate: number;
  readonly maxLeverage: number;
  readonly deduction?: number | undefined;
};

/**
 * Joins rows into tiers from 0 up, each from the cap of the one before: venues round or step the floors they print.
 * Where a row above the first has no published deduction, all are computed by continuity. Throws a `MarketError`
 * (`bad-answer`) where the rows leave nothing to compute from.
 */
export function tierLadder(rows: readonly TierRow[]): readonly MarginTier[] {
  const sorted = rows.toSorted((a, b) => a.cap - b.cap);
  const floored = sorted.map((row, index) => ({ ...row, floor: sorted[index - 1]?.cap ?? 0 }));
  const published = floored.slice(1).every(({ deduction }) => deduction !== undefined);
  return published ? floored.map((row) => ({ ...row, deduction: row.deduction ?? 0 })) : computed(floored);
}

function computed(tiers: readonly Omit<MarginTier, 'deduction'>[]): readonly MarginTier[] {
  try {
    return withDeductions(tiers);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MarketError('bad-answer', 'margin tiers contradict themselves', { cause: error });
  }
}

/** For venues that charge one rate on the whole position, so that margin jumps from tier to tier. */
export function flatTiers(rows: readonly TierRow[]): readonly MarginTier[] {
  return tierLadder(rows.map((row) => ({ ...row, deduction: 0 })));
}
