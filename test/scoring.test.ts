import { describe, expect, test } from 'vitest';
import type { Side } from '../src/core/market-data.ts';
import { wideWeights } from '../src/core/weights.ts';
import { UserError } from '../src/errors.ts';
import type { ReplayInput } from '../src/replay.ts';
import { Replay } from '../src/replay.ts';
import type { RealPosition, ScoredModel } from '../src/scoring.ts';
import { score, scoredModels } from '../src/scoring.ts';
import { plainRules } from './support/book-fixtures.ts';
import { dayMs, hourMs, startMs, testSeries } from './support/market-series.ts';

const sides = ['long', 'short'] as const;
const made = testSeries({ seed: 1, candles: 24 * 20, candleMs: hourMs });
const input: ReplayInput = {
  coin: 'ETH',
  venue: 'alpha',
  candles: made.candles,
  borrowed: false,
  openInterest: made.openInterest,
  funding: made.funding,
  rules: plainRules,
  weights: wideWeights,
};
const times = [10, 12, 14, 16].map((days) => startMs + days * dayMs);
const markAt = (timeMs: number) => input.candles.findLast(({ openMs }) => openMs + hourMs <= timeMs)!.close;

type Given = { timeMs: number; side: Side; distance?: number; valueUsd: number };

function position({ timeMs, side, distance, valueUsd }: Given): RealPosition {
  const mark = markAt(timeMs);
  const away = distance === undefined ? undefined : side === 'long' ? 1 - distance : 1 + distance;
  return {
    timeMs,
    side,
    size: valueUsd / mark,
    valueUsd,
    ...(away !== undefined && { liquidationPrice: mark * away }),
  };
}

/** Ten positions a side and snapshot at these distances, each side the same. */
function positionsAt(distancesOf: (timeMs: number) => readonly number[]): RealPosition[] {
  return times.flatMap((timeMs) =>
    sides.flatMap((side) =>
      distancesOf(timeMs).map((distance) => position({ timeMs, side, distance, valueUsd: 1e6 })),
    ),
  );
}

const spread = Array.from({ length: 10 }, (_, i) => 0.0175 + i * 0.025);

function rowOf(scores: ReturnType<typeof score>, model: ScoredModel, side: Side | 'both' = 'both') {
  return scores.rows.find((row) => row.model === model && row.side === side)!;
}

describe('a score', () => {
  const scores = score(
    input,
    positionsAt(() => spread),
  );

  test('has a row for every model and side, on the later half of the snapshots', () => {
    expect(scores.rows.length).toBe(scoredModels.length * 3);
    expect(scores.times[0]).toBe(times[2]);
    expect(scores.times.at(-1)).toBe(times[3]);
    for (const side of sides) {
      expect(rowOf(scores, 'our book', side)).toMatchObject({ coin: 'ETH', snapshots: 2, positions: 20 });
    }
    expect(rowOf(scores, 'our book')).toMatchObject({ snapshots: 4, positions: 40 });
  });

  test('gives the flat line exactly chance', () => {
    const { measures } = rowOf(scores, 'flat');
    expect(measures!.p10).toBeCloseTo(0.1, 12);
    expect(measures!.logGain).toBeCloseTo(0, 12);
  });

  test('gives the profile of earlier snapshots a full mark where nothing has changed', () => {
    expect(rowOf(scores, 'mean distance profile').measures!.emdPct).toBeCloseTo(0, 9);
  });

  test('is the mean over snapshots and sides', () => {
    const [long, short, both] = [...sides, 'both' as const].map(
      (side) => rowOf(scores, 'our book', side).measures!,
    );
    for (const name of ['p10', 'emdPct', 'logGain'] as const) {
      expect(both![name]).toBeCloseTo((long![name] + short![name]) / 2, 12);
    }
  });
});

test('the profile is learned from the earlier half only', () => {
  const near = Array.from({ length: 10 }, (_, i) => 0.0105 + i * 0.001);
  const far = Array.from({ length: 10 }, (_, i) => 0.2105 + i * 0.001);
  const scores = score(
    input,
    positionsAt((timeMs) => (timeMs < times[2]! ? near : far)),
  );
  expect(rowOf(scores, 'mean distance profile').measures!.emdPct).toBeCloseTo(20, 6);
  expect(rowOf(scores, 'mean distance profile').measures!.p10).toBeLessThan(0.1);
});

test('a book that is right about every position scores better than any other model', () => {
  const replay = new Replay(input);
  const positions = times.flatMap((timeMs) => {
    const frame = replay.at(timeMs);
    if ('reason' in frame) throw new Error(frame.reason);
    const { map } = frame;
    return sides.flatMap((side) =>
      Array.from(side === 'long' ? map.longUsd : map.shortUsd, (valueUsd, bin) => ({ valueUsd, bin }))
        .filter(({ valueUsd }) => valueUsd > 0)
        .map(({ valueUsd, bin }) => {
          const liquidationPrice = (map.edges[bin]! + map.edges[bin + 1]!) / 2;
          return { ...position({ timeMs, side, valueUsd }), liquidationPrice };
        }),
    );
  });
  const scores = score(input, positions);
  const best = rowOf(scores, 'our book').measures!;
  expect(best.emdPct).toBeLessThan(0.15);
  for (const model of scoredModels.filter((name) => name !== 'our book')) {
    const other = rowOf(scores, model).measures!;
    expect(best.emdPct).toBeLessThan(other.emdPct);
    expect(best.logGain).toBeGreaterThan(other.logGain);
    expect(best.p10).toBeGreaterThanOrEqual(other.p10);
  }
});

test('what happens after a snapshot does not change its score', () => {
  const positions = positionsAt(() => spread);
  const lastMs = times.at(-1)!;
  const known = {
    ...input,
    candles: input.candles.filter(({ openMs }) => openMs + hourMs <= lastMs),
    openInterest: input.openInterest.filter(({ timeMs }) => timeMs <= lastMs),
    funding: input.funding!.filter(({ timeMs }) => timeMs <= lastMs),
  };
  expect(score(known, positions)).toEqual(score(input, positions));
});

test('a side with fewer than five positions near the mark gets no verdict', () => {
  const shorts = positionsAt(() => spread).filter(({ side }) => side === 'short');
  const longs = times.flatMap((timeMs) =>
    [0.1, 0.1, 0.1, 0.1, 0.4, 0.4, undefined].map((distance) =>
      position({ timeMs, side: 'long', valueUsd: 1, ...(distance && { distance }) }),
    ),
  );
  const scores = score(input, [...shorts, ...longs]);
  expect(rowOf(scores, 'our book', 'long')).toMatchObject({ snapshots: 0, measures: undefined });
  expect(rowOf(scores, 'our book', 'both').snapshots).toBe(2);
});

test('shares count all value of a side: near the mark, far from it, and never liquidated', () => {
  const positions = times.flatMap((timeMs) =>
    sides.flatMap((side) =>
      [0.03, 0.07, 0.2, 0.9, undefined].map((distance) =>
        position({ timeMs, side, valueUsd: 1e6, ...(distance && { distance }) }),
      ),
    ),
  );
  const { shares } = score(input, positions);
  expect(shares.map(({ side }) => side)).toEqual(['long', 'short']);
  for (const { within, never } of shares) {
    expect(within.map(({ real }) => real)).toEqual([1 / 5, 2 / 5, 3 / 5]);
    expect(never.real).toBe(1 / 5);
    const predicted = within.map((one) => one.predicted);
    expect(predicted[0]).toBeGreaterThan(0);
    expect(predicted[1]).toBeGreaterThan(predicted[0]!);
    expect(predicted[2]).toBeGreaterThan(predicted[1]!);
    expect(predicted[2]! + never.predicted).toBeLessThan(1);
  }
});

test('one snapshot is too few', () => {
  const once = positionsAt(() => spread).filter(({ timeMs }) => timeMs === times[0]);
  expect(() => score(input, once)).toThrow(UserError);
});

test('snapshots from before the recording count for nothing', () => {
  const early = positionsAt(() => spread).map((one) => ({ ...one, timeMs: one.timeMs - 100 * dayMs }));
  const scores = score(input, early);
  expect(scores.rows.every(({ measures, snapshots }) => measures === undefined && snapshots === 0)).toBe(
    true,
  );
  expect(scores.shares).toEqual([]);
});
