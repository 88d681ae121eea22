import { describe, expect, test } from 'vitest';
import { spreadLeverages } from '../../src/core/ensemble.ts';
import { mapByDistance } from '../../src/core/score/distances.ts';
import { Replay } from '../../src/replay.ts';
import { ensembleMean } from '../../src/scoring/ensemble.ts';
import { dayMs, hourMs, startMs, testSeries } from '../support/market-series.ts';
import { replayInput } from '../support/replay-input.ts';

const made = testSeries({ seed: 5, candles: 24 * 10, candleMs: hourMs });
const frame = new Replay(replayInput(made)).at(startMs + 9 * dayMs);
if ('reason' in frame) throw new Error(frame.reason);
const { book, map, mark } = frame;
const spreadOf = (deviation: number) => {
  const deviations = spreadLeverages.map(() => deviation);
  return { long: deviations, short: deviations };
};
const sum = (bins: Float64Array) => bins.reduce((all, one) => all + one, 0);

describe.each(['long', 'short'] as const)('the mean of an ensemble, %s', (side) => {
  test('of members that do not differ is the map', () => {
    const { bins, never, whole } = ensembleMean(book, spreadOf(0), mark)[side];
    const drawn = mapByDistance(map, side, mark);
    // A bin of the map is half as wide as one of the score, and its levels are spread within it.
    for (let i = 0; i < bins.length; i++) {
      expect(Math.abs(bins[i]! - drawn[i]!)).toBeLessThan(0.05 * (drawn[i]! + sum(drawn) / 60));
    }
    expect(sum(bins) / sum(drawn)).toBeCloseTo(1, 2);
    expect(
      never / (side === 'long' ? map.neverLiquidated.longUsd : map.neverLiquidated.shortUsd || 1),
    ).toBeCloseTo(side === 'long' ? 1 : 0, 6);
    expect(whole).toBeGreaterThan(sum(bins) + never);
  });

  test('keeps the size of the side however far they differ', () => {
    const still = ensembleMean(book, spreadOf(0), mark)[side];
    const wild = ensembleMean(book, spreadOf(2), mark)[side];
    expect(wild.whole).toBeCloseTo(still.whole, 3);
    expect(sum(wild.bins) + wild.never).toBeLessThan(wild.whole);
    expect(sum(wild.bins)).not.toBeCloseTo(sum(still.bins), 0);
  });
});
