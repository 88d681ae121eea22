import { dayMs } from './core/durations.ts';
import type { FragilityRank } from './core/fragility.ts';
import type { MapWindow } from './core/liquidation-map.ts';
import type { FragilityRecords } from './store/fragility.ts';

/** How fragile a coin was before, and how it compares. */
export interface FragilityHistory {
  /** How a value stands in the coin's own past, of which it becomes a part; undefined with too little of a past. */
  rank(
    coin: { readonly symbol: string; readonly window: MapWindow },
    sample: { readonly timeMs: number; readonly value: number },
  ): Promise<FragilityRank | undefined>;
}

const lookBackMs = 90 * dayMs;
/** A day of samples; with fewer a percentile says nothing. */
const leastSamples = 24;

/** The history that a store keeps. Never fails: a map is whole without. */
export function storedFragility(
  records: FragilityRecords,
  onTrouble: (error: unknown) => void,
): FragilityHistory {
  return {
    async rank(coin, sample) {
      try {
        const standing = await records.standing(coin, sample.value, sample.timeMs - lookBackMs);
        await records.note(coin, sample);
        if (!standing || standing.samples < leastSamples) return undefined;
        const { samples, below, sinceMs } = standing;
        return { below: below / samples, samples, sinceMs };
      } catch (error) {
        onTrouble(error);
        return undefined;
      }
    },
  };
}
