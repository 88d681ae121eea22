import { describe, expect, test } from 'vitest';
import type { SeenPosition } from '../src/core/joined/carried.ts';
import { JoinedReplay } from '../src/joined.ts';
import { Replay } from '../src/replay.ts';
import { testSeries } from './support/market-series.ts';
import { replayInput } from './support/replay-input.ts';

const hourMs = 3_600_000;
const { candles, openInterest, candleMs } = testSeries({ seed: 4, candles: 24 * 12 });
const input = replayInput({ candles, openInterest });
const startMs = candles[0]!.openMs;
const priceUsd = candles.at(-1)!.close;

const seenAt = (timeMs: number, distance: number): SeenPosition[] =>
  [1, 2, 3, 4, 5, 6].map((i) => ({
    timeMs,
    trader: String(i),
    coin: 'ETH',
    side: i % 2 === 0 ? 'long' : 'short',
    size: 100,
    valueUsd: 100 * priceUsd,
    liquidationPrice: priceUsd * (i % 2 === 0 ? 1 - distance - i / 1000 : 1 + distance + i / 1000),
  }));
const paths = new Map([['ETH', { candles, candleMs, maintenanceRate: 0.005 }]]);
const replayOf = (positions: readonly SeenPosition[]) =>
  new JoinedReplay({ input, positions, paths, measuredAgeMs: 4 * hourMs });
const mapAt = (positions: readonly SeenPosition[], timeMs: number) => {
  const frame = replayOf(positions).at(timeMs);
  if ('reason' in frame) throw new Error(frame.reason);
  return frame.map;
};
const old = [...seenAt(startMs + 6 * hourMs, 0.2), ...seenAt(startMs + 12 * hourMs, 0.2)];
const endMs = startMs + 20 * hourMs;

describe('a joined replay', () => {
  test('shows the levels that were seen, above what the book has there', () => {
    const near = (usd: Float64Array, edges: Float64Array) =>
      usd.reduce((sum, one, i) => sum + (Math.abs(edges[i]! / priceUsd - 0.8) < 0.02 ? one : 0), 0);
    const joined = mapAt(old, endMs);
    const frame = new Replay(input).at(endMs);
    if ('reason' in frame) throw new Error(frame.reason);
    expect(near(joined.longUsd, joined.edges)).toBeGreaterThan(2 * near(frame.map.longUsd, frame.map.edges));
  });

  test('looks at nothing younger than the measured age', () => {
    const young = seenAt(endMs - 4 * hourMs + 1, 0.05);
    expect(mapAt([...old, ...young], endMs)).toEqual(mapAt(old, endMs));
    const justOld = seenAt(endMs - 4 * hourMs, 0.05);
    expect(mapAt([...old, ...justOld], endMs)).not.toEqual(mapAt(old, endMs));
  });

  test('is the book alone before anything is known', () => {
    const frame = new Replay(input).at(startMs + 8 * hourMs);
    if ('reason' in frame) throw new Error(frame.reason);
    expect(mapAt(old, startMs + 8 * hourMs)).toEqual(frame.map);
  });
});
